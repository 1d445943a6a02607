//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"context"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/network"
)

// dial makes a connection to addr.
func (s *system) dial(ctx context.Context, l *eventloop.Loop, addr net.Addr, o network.Options) (network.Conn, error) {
	c := &conn{socket{fd: -1}}
	connected := false
	defer func() { // also when the task is closed while it waits
		if !connected {
			_ = c.close()
		}
	}()
	e, err := c.prepare(&s.calls, l, addr, o)
	if err == nil {
		err = c.begin(e)
		if inProgress(err) || c.isBusy(err) {
			var thrown error
			if err, thrown = c.wait(ctx, l, e, addr, err); thrown != nil {
				return nil, thrown
			}
		}
	}
	if err == nil {
		err = c.finish(addr, o)
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: addr.Network(), Source: o.Local, Addr: addr, Err: err}
	}
	connected = true
	return c, nil
}

// prepare opens a socket and says what it is to connect to.
func (c *conn) prepare(sys *calls, l *eventloop.Loop, addr net.Addr, o network.Options) (endpoint, error) {
	e, err := endpointOf(addr)
	if err != nil {
		return e, err
	}
	name := "tcp"
	switch a := addr.(type) {
	case *net.UnixAddr:
		name = "unix"
		if a.Name == "" {
			return e, &net.AddrError{Err: "missing path of a unix socket"}
		}
	case *net.TCPAddr:
		if e.any { // this machine, as in package net
			e, _ = ipEndpoint(net.IPv4(127, 0, 0, 1), a.Port, "")
		}
	}
	if err := c.open(sys, l, name, e.family, syscall.SOCK_STREAM); err != nil {
		return e, err
	}
	if err := c.control(o, addr); err != nil {
		return e, err
	}
	if err := c.setShared(o, false); err != nil {
		return e, err
	}
	if o.Local != nil {
		if err := c.bindTo(o.Local, e.family); err != nil {
			return e, err
		}
	}
	return e, nil
}

// bindTo binds the socket to a local address for a connection of a family.
func (s *socket) bindTo(local net.Addr, family int) error {
	e, err := endpointOf(local)
	if err != nil {
		return err
	}
	if e.any && family == syscall.AF_INET {
		e = e.is4()
	}
	if e.family != family {
		return &net.AddrError{Err: "the local address is of another family than the remote one", Addr: local.String()}
	}
	return os.NewSyscallError("bind", s.sys.bind(s.fd, e.sa))
}

// begin begins to connect. It returns the error of the system as it is.
func (c *conn) begin(e endpoint) error {
	err := c.sys.connect(c.fd, e.sa)
	if err == syscall.EISCONN {
		return nil
	}
	return err
}

// inProgress reports whether connecting goes on. A call that was interrupted does.
func inProgress(err error) bool {
	return err == syscall.EINPROGRESS || err == syscall.EALREADY || err == syscall.EINTR
}

// isBusy reports whether the listener of a unix socket has no room. There is nothing
// to watch then: the call is to be made again.
func (c *conn) isBusy(err error) bool { return c.family == syscall.AF_UNIX && err == syscall.EAGAIN }

// A dialing waits for a connection that is being made, and is the future of that.
type dialing struct {
	future.Core
	c     *conn
	e     endpoint
	addr  net.Addr
	timer eventloop.TimerHandle
	pause time.Duration // from one attempt to the next, if the listener is busy
	err   error         // of the connection
}

// maxPause is the longest time from one attempt to the next at a listener that has no
// room.
const maxPause = 50 * time.Millisecond

// wait waits until begin, which has returned state, has come to its end. It returns the
// error of that, and the one that was thrown into the wait.
func (c *conn) wait(ctx context.Context, l *eventloop.Loop, e endpoint, addr net.Addr, state error) (err, thrown error) {
	d := &dialing{c: c, e: e, addr: addr}
	d.Bind(l.Turn())
	defer d.timer.Cancel()
	defer c.file.Forget()
	if err := d.watch(l, state); err != nil {
		return err, nil
	}
	thrown = coro.Await(ctx, d)
	return d.err, thrown
}

// watch arranges for what comes next.
func (d *dialing) watch(l *eventloop.Loop, state error) error {
	if inProgress(state) {
		return d.c.file.SetWriter(d)
	}
	d.pause = min(max(time.Millisecond, 2*d.pause), maxPause)
	l.InitTimerLater(&d.timer, d.pause, (*retry)(d))
	return nil
}

// Run is called when the socket can be written.
func (d *dialing) Run() {
	if d.Done() || d.c.fd < 0 {
		return
	}
	errno, err := d.c.sys.getsockopt(d.c.fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
	switch {
	case err != nil:
		d.end(os.NewSyscallError("getsockopt", err))
	case inProgress(syscall.Errno(errno)):
	case errno != 0:
		d.end(os.NewSyscallError("connect", syscall.Errno(errno)))
	default:
		if _, err := d.c.sys.getpeername(d.c.fd); err == nil {
			d.end(nil)
		} // else it was woken without a reason
	}
}

// retry is a dialing whose timer has fired.
type retry dialing

func (r *retry) Run() {
	d := (*dialing)(r)
	if d.Done() || d.c.fd < 0 {
		return
	}
	err := d.c.begin(d.e)
	if inProgress(err) || d.c.isBusy(err) {
		if err = d.watch(d.Scheduler().(*eventloop.Loop), err); err == nil {
			return
		}
		d.end(err)
		return
	}
	d.end(os.NewSyscallError("connect", err))
}

func (d *dialing) end(err error) {
	d.c.file.Forget()
	d.err = err
	d.Finish(nil, d)
}

// String says what the task waits for.
func (d *dialing) String() string { return "a connection to " + d.addr.String() }

// Explain implements [waits.Explainer].
func (d *dialing) Explain() waits.Reason {
	return waits.Reason{Kind: "connection", Detail: "to " + d.addr.String()}
}

// finish makes a socket that is connected a conn.
func (c *conn) finish(addr net.Addr, o network.Options) error {
	if err := c.setConn(o); err != nil {
		return err
	}
	c.findLocal()
	if sa, err := c.sys.getpeername(c.fd); err == nil {
		c.remote = addrOf(c.network, sa)
	} else {
		c.remote = addr // and the next read tells what has happened
	}
	if c.network == "tcp" && o.Local == nil && c.local != nil && c.local.String() == c.remote.String() {
		// The system may choose for the connection the very port that it goes to,
		// if nobody listens there, and connect it to itself.
		return os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	return nil
}
