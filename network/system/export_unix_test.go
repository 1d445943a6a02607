//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"syscall"

	"github.com/goasyncio/asyncio/network"
)

// Faults say what the next calls return instead of being made, by the name of the call.
// A nil error makes a call; of a read or a write, a short one.
type Faults map[string][]error

// take returns what is to become of the next call of that name.
func (f Faults) take(name string) (err error, short bool) {
	if len(f[name]) == 0 {
		return nil, false
	}
	err = f[name][0]
	f[name] = f[name][1:]
	return err, err == nil
}

// NewFaulty is New with faults, and counts the calls.
func NewFaulty(f Faults, count map[string]int) network.Network {
	s := &system{systemCalls(), newResolver()}
	c, real := &s.calls, systemCalls()
	data := func(name string, call func(int, []byte) (int, error)) func(int, []byte) (int, error) {
		return func(fd int, p []byte) (int, error) {
			count[name]++
			err, short := f.take(name)
			if err != nil {
				return -1, err
			}
			if short {
				p = p[:1]
			}
			return call(fd, p)
		}
	}
	c.read, c.write = data("read", real.read), data("write", real.write)
	c.writev = func(fd int, bufs [][]byte) (int, error) {
		count["writev"]++
		if err, _ := f.take("writev"); err != nil {
			return -1, err
		}
		return real.writev(fd, bufs)
	}
	c.sendfile = func(fd, file int, offset *int64, n int) (int, error) {
		count["sendfile"]++
		if err, _ := f.take("sendfile"); err != nil {
			return -1, err
		}
		return real.sendfile(fd, file, offset, n)
	}
	c.socket = func(family, typ int) (int, error) {
		if err, _ := f.take("socket"); err != nil {
			return -1, err
		}
		return real.socket(family, typ)
	}
	c.accept = func(fd int) (int, syscall.Sockaddr, error) {
		count["accept"]++
		if err, _ := f.take("accept"); err != nil {
			return -1, nil, err
		}
		return real.accept(fd)
	}
	c.recvfrom = func(fd int, p []byte) (int, syscall.Sockaddr, error) {
		count["recvfrom"]++
		if err, _ := f.take("recvfrom"); err != nil {
			return -1, nil, err
		}
		return real.recvfrom(fd, p)
	}
	c.sendto = func(fd int, p []byte, sa syscall.Sockaddr) error {
		count["sendto"]++
		if err, _ := f.take("sendto"); err != nil {
			return err
		}
		return real.sendto(fd, p, sa)
	}
	at := func(name string, call func(int, syscall.Sockaddr) error) func(int, syscall.Sockaddr) error {
		return func(fd int, sa syscall.Sockaddr) error {
			count[name]++
			if err, _ := f.take(name); err != nil {
				return err
			}
			return call(fd, sa)
		}
	}
	c.bind, c.connect = at("bind", real.bind), at("connect", real.connect)
	c.listen = func(fd, backlog int) error {
		if err, _ := f.take("listen"); err != nil {
			return err
		}
		return real.listen(fd, backlog)
	}
	c.setsockopt = func(fd, level, opt, value int) error {
		if err, _ := f.take("setsockopt"); err != nil {
			return err
		}
		return real.setsockopt(fd, level, opt, value)
	}
	c.getsockopt = func(fd, level, opt int) (int, error) {
		if err, _ := f.take("getsockopt"); err != nil {
			if e, ok := err.(Pending); ok {
				return int(e), nil
			}
			return 0, err
		}
		return real.getsockopt(fd, level, opt)
	}
	c.getpeername = func(fd int) (syscall.Sockaddr, error) {
		count["getpeername"]++
		if err, _ := f.take("getpeername"); err != nil {
			return nil, err
		}
		return real.getpeername(fd)
	}
	c.close = func(fd int) error {
		count["close"]++
		err := real.close(fd) // in any case: the descriptor is gone
		if fault, _ := f.take("close"); fault != nil {
			return fault
		}
		return err
	}
	return s
}

// Pending is a fault of getsockopt: what it says of the socket.
type Pending syscall.Errno

func (e Pending) Error() string { return syscall.Errno(e).Error() }

// RawConn returns what options of a connection are set by.
func RawConn(c network.Conn) syscall.RawConn { return rawConn{&c.(*conn).socket} }
