package streams

// What stands between a transport and the two halves of a stream.

import (
	"context"
	"runtime"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A Protocol makes a stream of a connection: it feeds a [Reader] with what arrives, and
// knows when those who write have to wait (asyncio: StreamReaderProtocol). It is what
// [OpenConnection] and [StartServer] give their transports, and is there for those who
// make a transport otherwise:
//
//	_, p, err := transports.ConnectConn(ctx, newProtocol, conn)
//	if err != nil {
//		return err
//	}
//	r, w := p.Reader(), p.Writer()
//
// Make one with [NewProtocol] for each connection. Its other methods are for the
// transport.
type Protocol struct {
	reader    Reader
	transport transports.Transport
	shared    *shared
	flow      flow
	secure    bool // the connection is TLS
	server    bool // it was made by StartServer
	writers   int  // that were not dropped, in debug mode

	// handler is called when there is a connection, nil for none.
	handler func(ctx context.Context, r *Reader, w *Writer) error
	task    *tasks.Task[struct{}] // which runs it
}

var (
	_ transports.BufferedProtocol = (*Protocol)(nil)
	_ transports.WritePauser      = (*Protocol)(nil)
)

// NewProtocol returns a protocol whose reader has a limit, in bytes. It panics if limit
// is not above zero.
func NewProtocol(limit int) *Protocol {
	checkLimit(limit, "NewProtocol")
	return &Protocol{reader: Reader{limit: limit}}
}

// Reader returns what can be read from the connection.
func (p *Protocol) Reader() *Reader { return &p.reader }

// Writer returns what writes to the connection. It panics before ConnectionMade.
func (p *Protocol) Writer() *Writer {
	if p.transport == nil {
		panic("asyncio: Writer of a protocol without a connection; wait until there is one")
	}
	w := &Writer{p: p}
	if p.shared.loop.Debug() {
		p.writers++
		runtime.AddCleanup(w, (*Protocol).dropped, p)
	}
	return w
}

// dropped is called on another goroutine when a writer was collected. It must not wake
// the loop, which would be fatal in a bubble of testing/synctest.
func (p *Protocol) dropped() { p.shared.loop.Failures().Later(p.checkClosed) }

// checkClosed closes a connection that nobody else will (asyncio:
// StreamWriter.__del__).
func (p *Protocol) checkClosed() {
	if p.writers--; p.writers > 0 || p.flow.lost || p.transport.IsClosing() {
		return
	}
	p.report(eventloop.ReasonDropped, ErrNotClosed, nil)
	p.transport.Close()
}

func (p *Protocol) report(why eventloop.Reason, err error, source coro.Awaitable) {
	p.shared.loop.CallExceptionHandler(eventloop.Event{Reason: why, Err: err, Name: nameOf(p.transport), Source: source})
}

// ConnectionMade implements [transports.BaseProtocol].
func (p *Protocol) ConnectionMade(t transports.Transport) {
	p.shared = sharedOf(eventloop.FromContext(t.Context()))
	p.reader.SetTransport(t)
	p.use(t)
	if p.handler == nil {
		return
	}
	handler, r, w := p.handler, &p.reader, p.Writer()
	p.handler = nil
	p.task = tasks.Go(t.Context(), func(ctx context.Context) error { return handler(ctx, r, w) })
	p.task.Subscribe((*handled)(p))
}

// use makes t the transport.
func (p *Protocol) use(t transports.Transport) {
	p.transport, p.reader.transport = t, t
	_, p.secure = t.ConnectionState()
}

// handled is called when the task of the handler has ended.
type handled Protocol

func (h *handled) Run() {
	p := (*Protocol)(h)
	task := p.task
	p.task = nil // one that was cancelled before it began still has the writer
	switch {
	case task.Cancelled():
	case task.Err() != nil:
		p.report(eventloop.ReasonStream, task.Err(), task)
	default:
		return // the handler has closed the connection, or somebody else will
	}
	p.transport.Close()
}

func (h *handled) String() string { return "the end of the handler of " + nameOf(h.transport) }

// GetBuffer implements [transports.BufferedProtocol]. A ReadInto that waits gets what
// comes without a copy, if it has room for so much that it need not come in pieces.
func (p *Protocol) GetBuffer(int) []byte {
	if p.direct() {
		return p.reader.into
	}
	return p.shared.scratch()
}

func (p *Protocol) direct() bool { return len(p.reader.into) >= minDirect && p.reader.buf.len() == 0 }

// minDirect is how much room a ReadInto must have to be read into.
const minDirect = 16 << 10

// BufferUpdated implements [transports.BufferedProtocol].
func (p *Protocol) BufferUpdated(n int) {
	if r := &p.reader; p.direct() {
		r.buf.lend(r.into, n)
		r.fed()
		return
	}
	p.reader.FeedData(p.shared.scratch()[:n])
}

// EOFReceived implements [transports.BaseProtocol].
func (p *Protocol) EOFReceived() bool {
	p.reader.FeedEOF()
	return !p.secure
}

// ConnectionLost implements [transports.BaseProtocol].
func (p *Protocol) ConnectionLost(err error) {
	if err == nil {
		p.reader.FeedEOF()
	} else {
		p.reader.SetError(err)
	}
	p.flow.connectionLost(err)
}

// PauseWriting implements [transports.WritePauser].
func (p *Protocol) PauseWriting() { p.flow.paused = true }

// ResumeWriting implements [transports.WritePauser].
func (p *Protocol) ResumeWriting() { p.flow.resume() }

// shared is what the streams of a loop have in common.
type shared struct {
	loop *eventloop.Loop
	buf  []byte
}

// readSize is how much is read from a connection at once.
const readSize = 64 << 10

// scratch returns where to store what comes until it has been put in a reader.
func (s *shared) scratch() []byte {
	if s.buf == nil {
		s.buf = make([]byte, readSize)
	}
	return s.buf
}

// LoopClosed implements [eventloop.Extension].
func (s *shared) LoopClosed() { s.buf = nil }

// sharedKey is the key of the extension.
type sharedKey struct{}

func sharedOf(l *eventloop.Loop) *shared {
	s, _ := l.Extension(sharedKey{}, func() eventloop.Extension { return &shared{loop: l} }).(*shared)
	if s == nil {
		return &shared{loop: l} // the loop is closed
	}
	return s
}
