package streams

// The reader itself: its state, what feeds it, and how a read waits.

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/transports"
)

// DefaultLimit is the limit of a reader that is given none: 64 KiB.
const DefaultLimit = 64 << 10

// A Reader is a buffer of bytes that tasks wait for (asyncio: StreamReader). Its
// zero value is an empty reader with the [DefaultLimit]. A reader must not be
// copied.
type Reader struct {
	_ noCopy

	buf       buffer
	limit     int
	eof       bool
	err       error
	waiter    *waiter // of the task that waits for data (asyncio: _waiter)
	spare     *waiter // the last one, to be used again
	into      []byte  // where a ReadInto that waits wants the data; nil for none
	transport Transport
	paused    bool
}

// noCopy makes vet find copies of a reader.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A Transport delivers the data of a reader, and can be told to stop for a while
// (asyncio: ReadTransport).
type Transport interface {
	PauseReading()
	ResumeReading()
}

// NewReader returns an empty reader with a limit, in bytes. It panics if limit is
// not above zero.
func NewReader(limit int) *Reader {
	checkLimit(limit, "NewReader")
	return &Reader{limit: limit}
}

// SetTransport says whom to pause when too much data is waiting to be read. It
// panics if that has been said before.
func (r *Reader) SetTransport(t Transport) {
	if r.transport != nil {
		panic("asyncio: SetTransport of a reader that has a transport; make a reader for each")
	}
	r.transport = t
}

// FeedData adds a copy of data to what can be read. It panics after FeedEOF.
func (r *Reader) FeedData(data []byte) {
	if r.eof {
		panic("asyncio: FeedData after FeedEOF")
	}
	if len(data) == 0 {
		return
	}
	if r.buf.len() == 0 && len(data) <= len(r.into) {
		r.buf.lend(r.into, copy(r.into, data))
	} else {
		r.buf.append(data)
	}
	r.fed()
}

// fed is called when data has been added.
func (r *Reader) fed() {
	r.wake(nil)
	if r.transport != nil && !r.paused && r.buf.len() > 2*r.max() {
		r.transport.PauseReading()
		r.paused = true
	}
}

// FeedEOF says that no more data will come.
func (r *Reader) FeedEOF() {
	r.eof = true
	r.wake(nil)
}

// SetError makes every read from now on return err, and the one that waits now
// (asyncio: set_exception). Data that has not been read is not lost, but out of
// reach. SetError panics if err is nil.
func (r *Reader) SetError(err error) {
	if err == nil {
		panic("asyncio: SetError(nil) of a reader; use FeedEOF for an end without an error")
	}
	r.err = err
	r.wake(err)
}

// Err returns the error given to SetError (asyncio: exception).
func (r *Reader) Err() error { return r.err }

// AtEOF reports whether everything has been read and no more will come.
func (r *Reader) AtEOF() bool { return r.eof && r.buf.len() == 0 }

// wake ends the wait of the task that waits for data. The waiter is forgotten at
// once: before that task runs, another may read what has come, and may wait
// itself.
func (r *Reader) wake(err error) {
	if w := r.waiter; w != nil {
		r.waiter = nil
		w.Finish(err, w)
	}
}

// wait suspends the task until there is more to read, or no more will come
// (asyncio: _wait_for_data). If the transport is paused, it is resumed: there may
// be more than the limit to wait for.
func (r *Reader) wait(ctx context.Context) error {
	if r.waiter != nil {
		return ErrReaderBusy
	}
	w := r.spare
	if w == nil {
		w = new(waiter)
	}
	w.Bind(coro.TurnOf(ctx))
	w.transport = r.transport
	r.waiter, r.spare = w, nil
	defer func() {
		r.waiter = nil
		*w = waiter{} // of which nobody knows any more
		r.spare = w
	}()
	if r.paused {
		r.resume() // which may feed the reader at once
	}
	return coro.Await(ctx, w)
}

// take removes the first n bytes and returns them.
func (r *Reader) take(n int) []byte {
	data := r.buf.take(n)
	r.taken()
	return data
}

// taken is called when bytes have been removed: the transport may go on, and the
// memory of a burst need not be kept.
func (r *Reader) taken() {
	r.buf.trim()
	if r.paused && r.buf.len() <= r.max() {
		r.resume()
	}
}

func (r *Reader) resume() {
	r.paused = false
	r.transport.ResumeReading()
}

func (r *Reader) max() int {
	if r.limit == 0 {
		return DefaultLimit
	}
	return r.limit
}

// waiter is what a task waits for.
type waiter struct {
	future.Core
	transport Transport // of the reader, nil if it has none
}

// String names the wait in reports.
func (w *waiter) String() string { return "data of a stream" }

// Explain implements [waits.Explainer].
func (w *waiter) Explain() waits.Reason {
	why := waits.Reason{Kind: "stream", Part: "data of", Object: w} // a reader has one who waits
	if t, ok := w.transport.(transports.Transport); ok {
		why = aboutConnection(t, "data of")
	}
	return why
}
