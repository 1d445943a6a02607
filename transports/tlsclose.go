package transports

// How a TLS connection ends.

import (
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/timeouts"
)

// Close implements [Transport]: it sends close_notify behind what was written, and
// waits for the other side's.
func (t *tlsTransport) Close() error {
	t.shutdown()
	return nil
}

// outermost returns the transport that the owner of a connection has, which stands
// over t if that is secured.
func outermost(t Transport) Transport {
	if r, ok := t.Protocol().(*tlsRaw); ok && r.made && r.task == nil {
		return outermost((*tlsTransport)(r))
	}
	return t
}

// shutdown begins the end of a connection that works (asyncio: _start_shutdown).
func (t *tlsTransport) shutdown() {
	if t.closing {
		if t.ended {
			t.raw.Close()
		}
		return
	}
	t.closing = true
	t.loop.InitTimerLater(&t.timer, t.limit, (*tlsLate)(t))
	t.busy = true
	t.conn.CloseWrite() // which fails if the connection is broken
	t.busy = false
	t.settle()
	t.sent = t.raw.WriteBufferSize() == 0
	if t.ended || t.err != nil {
		t.raw.Close()
		return
	}
	t.receive()
}

// tlsLate is called when the shutdown takes too long (asyncio:
// _check_shutdown_timeout).
type tlsLate tlsTransport

func (l *tlsLate) Run() {
	t := (*tlsTransport)(l)
	if t.err == nil {
		t.err = fmt.Errorf("asyncio: the other end has not answered the end of the TLS connection within %v: %w", t.limit, &timeouts.TimeoutError{})
	}
	t.raw.Abort()
}

func (l *tlsLate) String() string { return "shutdown timeout of " + (*tlsTransport)(l).String() }

// Abort implements [Transport].
func (t *tlsTransport) Abort() {
	t.closing, t.dropped = true, true
	t.raw.Abort()
}

// fail ends a connection that does not work any more.
func (t *tlsTransport) fail(err error) {
	if t.err != nil || t.dropped {
		return
	}
	t.closing, t.err = true, err
	t.drop()
}

// drop ends the connection below. An alert may have been written that says why: if it
// cannot be sent now, it is not waited for.
func (t *tlsTransport) drop() {
	t.dropped = true
	if t.raw.WriteBufferSize() > 0 {
		t.raw.Abort()
	} else {
		t.raw.Close()
	}
}

// fatalPanic ends the connection because its protocol has panicked.
func (t *tlsTransport) fatalPanic(v any) {
	err := coro.NewPanicError(v)
	t.report(err)
	if t.err == nil {
		t.err = err
	}
	t.Abort()
}

// ConnectionLost is the end of the transport below.
func (r *tlsRaw) ConnectionLost(err error) {
	t := (*tlsTransport)(r)
	t.timer.Cancel()
	t.in, t.lost, t.broken = nil, true, err
	// Who has seen the other side's end, or had everything sent when it asked for
	// this one, has nothing to lose any more.
	if t.err == nil && !t.dropped && !t.ended && !(t.closing && t.sent) {
		t.err = err
	}
	t.closing = true
	t.wake()
	if t.made {
		t.connectionLost()
	}
}

func (t *tlsTransport) connectionLost() {
	defer guard(t)
	t.proto.ConnectionLost(t.err)
}
