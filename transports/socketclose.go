package transports

// How a connection ends.

import (
	"github.com/goasyncio/asyncio/coro"
)

// IsClosing implements [Transport].
func (t *socket) IsClosing() bool { return t.closing }

// Close implements [Transport].
func (t *socket) Close() error {
	if t.closing {
		return nil
	}
	t.closing = true
	t.conn.OnReadable(nil)
	if t.out.size == 0 {
		t.end(nil)
	}
	return nil
}

// Abort implements [Transport].
func (t *socket) Abort() { t.forceClose(nil) }

// forceClose ends the connection at once (asyncio: _force_close). err is what has
// broken it, nil if that was the owner's wish. Errors of the network are not
// reported: the protocol gets them.
func (t *socket) forceClose(err error) {
	if t.lost > 0 {
		return
	}
	t.abort = true
	t.out.reset(&t.shared.blocks)
	t.closing = true
	t.conn.OnReadable(nil)
	t.end(err)
}

// fatalPanic ends the connection because its protocol has panicked (asyncio:
// _fatal_error).
func (t *socket) fatalPanic(v any) {
	err := coro.NewPanicError(v)
	t.report(err)
	t.forceClose(err)
}

// end makes the loop call ConnectionLost. Nothing is left to send.
func (t *socket) end(err error) {
	t.lost++
	t.err = err
	t.conn.OnWritable(nil)
	t.loop.Ready((*socketLost)(t))
}

// socketLost calls ConnectionLost (asyncio: _call_connection_lost).
type socketLost socket

func (c *socketLost) Run() {
	t := (*socket)(c)
	if t.open.next == nil {
		return // the loop was closed
	}
	t.connectionLost()
	t.closeConn()
	if w := t.emptied; w != nil {
		w.Finish(ErrConnectionClosed, w)
	}
	if t.server != nil {
		t.server.detach(t)
	}
}

func (c *socketLost) String() string { return "ConnectionLost of " + (*socket)(c).String() }

func (t *socket) connectionLost() {
	defer guard(t)
	t.proto.ConnectionLost(t.err)
}

// closeConn gives the connection back. There is nobody to tell of an error.
func (t *socket) closeConn() {
	t.open.remove()
	if t.abort {
		t.conn.Abort()
	} else {
		t.conn.Close()
	}
}

// closeWithLoop implements [leftover].
func (t *socket) closeWithLoop() {
	t.closing = true
	t.lost++
	t.out = buffer{}
	t.closeConn()
}

// unclosed implements [leftover].
func (t *socket) unclosed() bool { return !t.closing || t.out.size > 0 }
