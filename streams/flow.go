package streams

// How writers wait.

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/transports"
)

// A flow is what those who write to a connection wait for: room, and the end
// (asyncio: FlowControlMixin).
type flow struct {
	home    waitq.Home
	room    waitq.Line // asyncio: _drain_waiters
	end     waitq.Line
	paused  bool  // the transport holds more than it should
	lost    bool  // the connection has ended
	err     error // of the connection
	drained error // what a Drain that waited returns
}

// resume is called when the transport holds little enough.
func (f *flow) resume() {
	f.paused = false
	f.room.WakeAll()
}

// connectionLost is called once.
func (f *flow) connectionLost(err error) {
	f.lost, f.err = true, err
	if f.paused {
		f.drained = err
		f.room.WakeAll()
	}
	f.end.WakeAll()
}

// drain waits while the transport holds more than it should (asyncio: _drain_helper).
func (f *flow) drain(ctx context.Context, what *room) error {
	switch {
	case f.lost:
		return ErrConnectionLost
	case !f.paused:
		return nil
	}
	if err := wait(ctx, &f.room, &f.home, what); err != nil {
		return err
	}
	return f.drained
}

// closed waits for the end.
func (f *flow) closed(ctx context.Context, what *end) error {
	if !f.lost {
		if err := wait(ctx, &f.end, &f.home, what); err != nil {
			return err
		}
	}
	return f.err
}

// wait waits in a line. One who is woken has nothing to pass on: all are.
func wait(ctx context.Context, line *waitq.Line, home *waitq.Home, what waitq.Primitive) error {
	w, err := line.Join(ctx, home, what)
	if err != nil {
		return err
	}
	err = coro.Await(ctx, w)
	line.Leave(w)
	return err
}

// room is a protocol as what a Drain waits for.
type room Protocol

// String says what the task waits for.
func (r *room) String() string { return "room in " + nameOf(r.transport) }

// Explain implements [waits.Explainer].
func (r *room) Explain() waits.Reason {
	why := aboutConnection(r.transport, "room in")
	why.State = fmt.Sprintf("%d bytes to send", r.transport.WriteBufferSize())
	why.Line = r.flow.room.All()
	return why
}

// end is a protocol as what a WaitClosed waits for.
type end Protocol

// String says what the task waits for.
func (e *end) String() string { return "the end of " + nameOf(e.transport) }

// Explain implements [waits.Explainer].
func (e *end) Explain() waits.Reason {
	why := aboutConnection(e.transport, "end of")
	if n := e.transport.WriteBufferSize(); n > 0 {
		why.State = fmt.Sprintf("%d bytes to send", n)
	}
	why.Line = e.flow.end.All()
	return why
}

// aboutConnection explains a wait for a part of a connection, as those of package
// transports do.
func aboutConnection(t transports.Transport, part string) waits.Reason {
	return waits.Reason{Kind: "connection", Part: part, Object: t, Detail: ends(t)}
}

// ends names the two ends of a connection.
func ends(t transports.Transport) string {
	var names []string
	for _, a := range []net.Addr{t.LocalAddr(), t.RemoteAddr()} {
		if a != nil && a.String() != "" {
			names = append(names, a.String())
		}
	}
	return strings.Join(names, " to ")
}

// nameOf says which connection it is.
func nameOf(t transports.Transport) string {
	if s, ok := t.(fmt.Stringer); ok {
		return s.String()
	}
	return strings.TrimSpace("connection " + ends(t))
}
