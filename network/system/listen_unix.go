//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"math"
	"net"
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// A listener is where connections arrive.
type listener struct {
	socket
	loop *eventloop.Loop
	o    network.Options
	path os.FileInfo // of a unix socket in the file system, as it was made
}

// deepest is more than any system allows, which all cut to what they do.
const deepest = math.MaxUint16

// listenAt begins to listen at an address.
func (s *system) listenAt(l *eventloop.Loop, addr net.Addr, o network.Options) (network.Listener, error) {
	n := &listener{socket: socket{fd: -1}, loop: l, o: o}
	if err := n.start(&s.calls, addr); err != nil {
		_ = n.close()
		return nil, &net.OpError{Op: "listen", Net: addr.Network(), Addr: addr, Err: err}
	}
	return n, nil
}

func (n *listener) start(sys *calls, addr net.Addr) error {
	e, err := endpointOf(addr)
	if err != nil {
		return err
	}
	name := "tcp"
	if e.family == syscall.AF_UNIX {
		name = "unix"
	}
	if err := n.bindAt(sys, n.loop, name, syscall.SOCK_STREAM, e, addr, n.o, true); err != nil {
		return err
	}
	if err := n.setConn(n.o); err != nil { // for its connections, where they inherit it
		return err
	}
	backlog := n.o.Backlog
	if backlog <= 0 {
		backlog = deepest
	}
	n.findLocal()
	if a, ok := n.local.(*net.UnixAddr); ok && !isAbstract(a.Name) {
		n.path, _ = sys.lstat(a.Name)
	}
	if err := sys.listen(n.fd, backlog); err != nil {
		n.unlink()
		return os.NewSyscallError("listen", err)
	}
	return nil
}

// bindAt opens a socket and binds it to an address of its own.
func (s *socket) bindAt(sys *calls, l *eventloop.Loop, name string, typ int, e endpoint, addr net.Addr, o network.Options, reuse bool) error {
	err := s.tryBind(sys, l, name, typ, e, addr, o, reuse)
	if e.any && o.IPv6Only != network.On && lacksFamily(err) {
		_ = s.close()
		err = s.tryBind(sys, l, name, typ, e.is4(), addr, o, reuse)
	}
	return err
}

func (s *socket) tryBind(sys *calls, l *eventloop.Loop, name string, typ int, e endpoint, addr net.Addr, o network.Options, reuse bool) error {
	if err := s.open(sys, l, name, e.family, typ); err != nil {
		return err
	}
	if err := s.setShared(o, reuse); err != nil {
		return err
	}
	if err := s.setOnly(o, e); err != nil {
		return err
	}
	if err := s.control(o, addr); err != nil {
		return err
	}
	if a, ok := addr.(*net.UnixAddr); ok && !isAbstract(a.Name) {
		s.sys.removeStale(a.Name)
	}
	return os.NewSyscallError("bind", s.sys.bind(s.fd, e.sa))
}

// removeStale removes the socket that is at a path, as asyncio does: a server that was
// killed leaves its own behind. What is no socket stays, and bind tells of it.
func (sys *calls) removeStale(path string) {
	if info, err := sys.lstat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		_ = sys.unlink(path)
	}
}

// Accept implements [network.Listener].
func (n *listener) Accept() (network.Conn, error) {
	for tries := 0; ; tries++ {
		fd, sa, err := n.sys.accept(n.fd)
		switch {
		case err == nil:
			return n.accepted(fd, sa)
		case err != syscall.EINTR && err != syscall.ECONNABORTED && err != errProtocol:
			return nil, n.failed("accept", "accept", err)
		case tries >= patience:
			return nil, network.ErrWouldBlock
		}
		// A connection that ended before it was accepted is nobody's business.
	}
}

// errProtocol is how some systems say that a connection has ended.
const errProtocol = syscall.EPROTO

func (n *listener) accepted(fd int, sa syscall.Sockaddr) (network.Conn, error) {
	c := &conn{socket{fd: -1}}
	if err := c.adopt(n.sys, n.loop, fd, n.network, n.family); err != nil {
		return nil, n.wrap("accept", err)
	}
	if !inherits {
		if err := c.setConn(n.o); err != nil {
			_ = c.close()
			return nil, n.wrap("accept", err)
		}
	}
	c.remote = addrOf(c.network, sa)
	if a, ok := n.local.(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		c.findLocal()
	} else {
		c.local = n.local
	}
	return c, nil
}

// Close implements [network.Listener].
func (n *listener) Close() error {
	if n.fd >= 0 {
		n.unlink()
	}
	return n.close()
}

// unlink removes the path of a unix socket, unless it has become another one's.
func (n *listener) unlink() {
	if n.path == nil {
		return
	}
	path := n.local.(*net.UnixAddr).Name
	if info, err := n.sys.lstat(path); err == nil && os.SameFile(info, n.path) {
		_ = n.sys.unlink(path)
	}
	n.path = nil
}

// Addr implements [network.Listener].
func (n *listener) Addr() net.Addr { return n.local }
