//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

// What all sockets have in common.

import (
	"net"
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// A socket is an open descriptor of a loop.
type socket struct {
	sys  *calls
	fd   int // -1 when it is closed
	file eventloop.File

	network       string // tcp, udp, unix, unixgram
	family        int
	local, remote net.Addr

	all        *sockets
	prev, next *socket
}

// open makes s a new socket.
func (s *socket) open(sys *calls, l *eventloop.Loop, network string, family, typ int) error {
	fd, err := sys.socket(family, typ)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	return s.adopt(sys, l, fd, network, family)
}

// adopt makes s the socket fd, which is closed if the loop is.
func (s *socket) adopt(sys *calls, l *eventloop.Loop, fd int, network string, family int) error {
	all, ok := l.Extension(socketsKey{}, func() eventloop.Extension { return new(sockets) }).(*sockets)
	if !ok {
		sys.close(fd)
		return eventloop.ErrLoopClosed
	}
	s.sys, s.fd, s.network, s.family = sys, fd, network, family
	l.InitFile(&s.file, uintptr(fd))
	all.add(s)
	return nil
}

// close closes the descriptor, which is watched no more, and does nothing the second
// time. Whatever close returns, the descriptor is gone after it.
func (s *socket) close() error {
	if s.fd < 0 {
		return nil
	}
	s.file.Forget()
	s.all.remove(s)
	fd := s.fd
	s.fd = -1
	if err := s.sys.close(fd); err != nil && err != syscall.EINTR {
		return s.fail("close", "close", err)
	}
	return nil
}

// fail returns an error of a call as package net does.
func (s *socket) fail(op, call string, err error) error {
	return s.wrap(op, os.NewSyscallError(call, err))
}

func (s *socket) wrap(op string, err error) error {
	return &net.OpError{Op: op, Net: s.network, Source: s.local, Addr: s.remote, Err: err}
}

// closed is the error of an operation on a closed socket.
func (s *socket) closed(op string) error { return s.wrap(op, net.ErrClosed) }

// OnReadable is that of all kinds of sockets.
func (s *socket) OnReadable(r coro.Runnable) error { return s.on("read", r, s.file.SetReader) }

// OnWritable is that of all kinds of sockets.
func (s *socket) OnWritable(r coro.Runnable) error { return s.on("write", r, s.file.SetWriter) }

func (s *socket) on(op string, r coro.Runnable, set func(coro.Runnable) error) error {
	if s.fd < 0 {
		if r == nil {
			return nil
		}
		return s.closed(op)
	}
	if err := set(r); err != nil {
		return s.wrap(op, err)
	}
	return nil
}

// LocalAddr is that of all kinds of sockets.
func (s *socket) LocalAddr() net.Addr { return s.local }

// RemoteAddr is that of all kinds of sockets.
func (s *socket) RemoteAddr() net.Addr { return s.remote }

// findLocal asks for the local address.
func (s *socket) findLocal() {
	if sa, err := s.sys.getsockname(s.fd); err == nil {
		s.local = addrOf(s.network, sa)
	}
}

// control lets the user set options.
func (s *socket) control(o network.Options, addr net.Addr) error {
	if o.Control == nil {
		return nil
	}
	name, address := s.network, ""
	if addr != nil {
		address = addr.String()
	}
	switch s.family {
	case syscall.AF_INET:
		name += "4"
	case syscall.AF_INET6:
		name += "6"
	}
	return o.Control(name, address, rawConn{s})
}

// rawConn is what the user sets options of.
type rawConn struct{ s *socket }

func (c rawConn) Control(f func(fd uintptr)) error {
	if c.s.fd < 0 {
		return c.s.closed("raw-control")
	}
	f(uintptr(c.s.fd))
	return nil
}

func (c rawConn) Read(func(fd uintptr) bool) error { return c.s.wrap("raw-read", syscall.EINVAL) }

func (c rawConn) Write(func(fd uintptr) bool) error { return c.s.wrap("raw-write", syscall.EINVAL) }

// sockets are the open ones of a loop.
type sockets struct{ head *socket }

// socketsKey is what a loop has them under.
type socketsKey struct{}

func (a *sockets) add(s *socket) {
	s.all, s.next = a, a.head
	if a.head != nil {
		a.head.prev = s
	}
	a.head = s
}

func (a *sockets) remove(s *socket) {
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		a.head = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
}

// LoopClosed implements [eventloop.Extension]: what nobody has closed is closed.
func (a *sockets) LoopClosed() {
	for a.head != nil {
		_ = a.head.close()
	}
}
