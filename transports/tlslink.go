package transports

// What crypto/tls takes for the network.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// errTruncated is the error of a TLS connection whose end was not announced. It is
// none of io's own: crypto/tls makes io.EOF of those at the end of a record, which
// would be the announced end.
var errTruncated = fmt.Errorf("asyncio: the TLS connection was cut off, its other end did not close it: %w", io.ErrUnexpectedEOF)

// A tlsLink is the net.Conn that a tls.Conn stands on.
//
// During the handshake, a Read that finds nothing suspends the task that makes it.
// Afterwards it returns an error that says so, which crypto/tls passes on as it does
// that of a deadline: what it has read stays where it is, and a later Read goes on
// from there. So the callbacks of the loop can read from a tls.Conn when something
// has arrived, and an idle connection needs no task, nor the stack of one.
//
// Write never waits: one that did would hold the locks of the tls.Conn meanwhile, and
// everything else on the loop that needs them would stop the loop for ever.
type tlsLink tlsTransport

var _ net.Conn = (*tlsLink)(nil)

// errNothing says that nothing has arrived. It is a net.Error, and a temporary one,
// as those after which a tls.Conn can be used again are.
var errNothing net.Error = nothing{}

type nothing struct{}

func (nothing) Error() string   { return "asyncio: nothing has arrived yet" }
func (nothing) Timeout() bool   { return true }
func (nothing) Temporary() bool { return true }

func (c *tlsLink) Read(p []byte) (int, error) {
	t := (*tlsTransport)(c)
	for len(t.in) == 0 {
		switch {
		case t.lost && t.broken != nil:
			return 0, t.broken
		case t.lost || t.eof:
			return 0, errTruncated
		case t.task == nil:
			return 0, errNothing
		}
		if err := coro.Await(t.task, t.newWait("handshake of")); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.in)
	if t.in = t.in[n:]; len(t.in) == 0 {
		t.in = nil
	}
	t.control()
	return n, nil
}

func (c *tlsLink) Write(p []byte) (int, error) {
	(*tlsTransport)(c).gather(p)
	return len(p), nil
}

// Close is there for functions of a tls.Config, which see the connection in their
// tls.ClientHelloInfo, and may be in another goroutine.
func (c *tlsLink) Close() error {
	_, err := c.loop.CallSoonThreadsafe(c.raw.Abort)
	return err
}

func (c *tlsLink) LocalAddr() net.Addr  { return c.raw.LocalAddr() }
func (c *tlsLink) RemoteAddr() net.Addr { return c.raw.RemoteAddr() }

// Deadlines are set by a tls.Conn that sends its last alert, to a Write that does not
// wait anyway.
func (c *tlsLink) SetDeadline(time.Time) error      { return errors.ErrUnsupported }
func (c *tlsLink) SetReadDeadline(time.Time) error  { return errors.ErrUnsupported }
func (c *tlsLink) SetWriteDeadline(time.Time) error { return nil }

// A tlsWait is what the task of a handshake waits for.
type tlsWait struct {
	future.Core
	t    *tlsTransport
	part string
}

func (t *tlsTransport) newWait(part string) *tlsWait {
	w := &tlsWait{t: t, part: part}
	w.Bind(t.loop.Turn())
	t.waiter = w
	return w
}

// wake has the task look again.
func (t *tlsTransport) wake() {
	if w := t.waiter; w != nil {
		t.waiter = nil
		w.Finish(nil, w)
	}
}

// String says what the task waits for.
func (w *tlsWait) String() string { return w.part + " " + w.t.String() }

// Explain implements [waits.Explainer].
func (w *tlsWait) Explain() waits.Reason {
	return waits.Reason{Kind: "TLS connection", Part: w.part, Object: w.t, Detail: ends(w.t.LocalAddr(), w.t.RemoteAddr())}
}
