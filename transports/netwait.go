package transports

// How the tasks of a NetConn wait, and what they are told.

import (
	"context"
	"net"
	"os"
	"slices"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// netProtocol is a NetConn as the protocol of its transport.
type netProtocol NetConn

func newNetProtocol() *netProtocol {
	c := new(NetConn)
	c.reads, c.writes = netSide{c: c, part: "data of"}, netSide{c: c, part: "room in"}
	return (*netProtocol)(c)
}

// begin gives the NetConn its transport.
func (c *NetConn) begin(t Transport) {
	c.t, c.loop = t, loopOf(t.Context())
}

func (p *netProtocol) ConnectionMade(t Transport) {
	c := (*NetConn)(p)
	c.begin(t)
	if c.listener != nil {
		c.listener.arrived(c)
	}
}

func (p *netProtocol) DataReceived(data []byte) {
	c := (*NetConn)(p)
	if c.closed.Load() {
		return
	}
	c.buf.Write(data)
	c.reads.wake()
	if !c.paused && c.buf.Len() > netBuffer {
		c.paused = true
		c.t.PauseReading()
	}
}

// EOFReceived keeps the connection open for writing, as those of package net are.
func (p *netProtocol) EOFReceived() bool {
	c := (*NetConn)(p)
	c.eof = true
	c.reads.wake()
	return true
}

func (p *netProtocol) ConnectionLost(err error) {
	c := (*NetConn)(p)
	c.lost, c.err = true, err
	c.end()
}

func (p *netProtocol) PauseWriting() { p.full = true }

func (p *netProtocol) ResumeWriting() {
	p.full = false
	p.writes.wake()
}

// A netSide is one direction of a NetConn.
type netSide struct {
	c       *NetConn
	part    string // of the connection, in reports
	waiters []*netWait
	spare   *netWait // the last one, to be used again
	timer   *eventloop.TimerHandle
	expired bool
}

// A netWait is what a task waits for.
type netWait struct {
	future.Core
	side *netSide
}

// wait suspends the task until something has happened on this side.
func (s *netSide) wait(ctx context.Context) error {
	w := s.spare
	if s.spare = nil; w == nil {
		w = new(netWait)
	}
	w.side = s
	w.Bind(s.c.loop.Turn())
	s.waiters = append(s.waiters, w)
	err := coro.Await(ctx, w)
	if err != nil {
		s.waiters = slices.DeleteFunc(s.waiters, func(x *netWait) bool { return x == w })
	}
	*w = netWait{} // of which nobody knows any more
	s.spare = w
	return err
}

// wake has all who wait look again.
func (s *netSide) wake() {
	for i, w := range s.waiters {
		s.waiters[i] = nil
		w.Finish(nil, w)
	}
	s.waiters = s.waiters[:0]
}

// ended returns why nothing can be done on this side.
func (s *netSide) ended() error {
	switch {
	case s.c.closed.Load():
		return net.ErrClosed
	case s.expired:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// end wakes all, and no timer will again.
func (s *netSide) end() {
	s.disarm()
	s.wake()
}

func (s *netSide) disarm() {
	if s.timer != nil {
		s.timer.Cancel()
		s.timer = nil
	}
}

// setDeadline is that of a net.Conn.
func (s *netSide) setDeadline(t time.Time) error {
	if s.c.closed.Load() {
		return s.c.failure("set", net.ErrClosed)
	}
	s.disarm()
	s.expired = false
	if t.IsZero() || s.c.lost {
		return nil
	}
	if d := time.Until(t); d > 0 {
		s.timer = s.c.loop.CallLater(d, s.expire)
	} else {
		s.expire()
	}
	return nil
}

func (s *netSide) expire() {
	s.expired = true
	s.wake()
}

// running returns the ctx of the task that runs, nil if none does.
func (c *NetConn) running() context.Context { return runningOn(c.loop) }

func runningOn(l *eventloop.Loop) context.Context {
	if own := l.Tasks().Current; own != nil {
		return own
	}
	return nil
}

// check returns why ctx cannot wait.
func (c *NetConn) check(op string, ctx context.Context) error {
	err := coro.ErrNoTask
	if ctx != nil {
		if err = coro.Check(ctx); err == nil {
			return nil
		}
	}
	return c.failure(op, interrupted{err})
}

// failure is an error as package net has it.
func (c *NetConn) failure(op string, err error) error {
	if e, ok := err.(*net.OpError); ok {
		return e
	}
	e := &net.OpError{Op: op, Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
	if e.Source != nil {
		e.Net = e.Source.Network()
	}
	return e
}

// interrupted is what has ended a wait and not the connection: the cancellation of
// the task. As a temporary net.Error it does not end a tls.Conn either.
type interrupted struct{ error }

func (interrupted) Temporary() bool { return true }
func (e interrupted) Unwrap() error { return e.error }

func (e interrupted) Timeout() bool {
	t, ok := e.error.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

// String says what the task waits for.
func (w *netWait) String() string {
	return w.side.part + " the connection " + ends(w.side.c.LocalAddr(), w.side.c.RemoteAddr())
}

// Explain implements [waits.Explainer].
func (w *netWait) Explain() waits.Reason {
	c := w.side.c
	return waits.Reason{Kind: "connection", Part: w.side.part, Object: c, Detail: ends(c.LocalAddr(), c.RemoteAddr())}
}
