package oplang

import (
	"context"
	"io"

	"github.com/goasyncio/asyncio/streams"
)

var readerOps = []row{
	syncOp("feed", "obj", "obj data", on((*interp).doFeed)),
	syncOp("feed_eof", "obj", "obj", on((*interp).doFeedEOF)),
	syncOp("at_eof", "obj", "obj", on((*interp).doAtEOF)),
	syncOp("reader_fail", "obj", "obj exc [msg]", on((*interp).doReaderFail)),
	asyncOp("read", "obj", "obj n", on((*interp).doRead)),
	asyncOp("readexactly", "obj", "obj n", on((*interp).doReadExactly)),
	asyncOp("readline", "obj", "obj", on((*interp).doReadLine)),
	asyncOp("readuntil", "obj", "obj sep", on((*interp).doReadUntil)),
}

// reader is a reader that remembers feed_eof: to feed one after that is a bug of
// the caller, for which the library panics.
type reader struct {
	*streams.Reader
	fedEOF bool
}

func (in *interp) makeReader(o *object) {
	r := streams.NewReader(o.limit)
	r.SetTransport(&transport{in, o.label})
	in.objects[o.label] = &reader{Reader: r}
}

// transport is that of a reader: it tells what it is asked for.
type transport struct {
	in    *interp
	label string
}

func (t *transport) PauseReading()  { t.in.emitLoop("reader " + t.label + " pause") }
func (t *transport) ResumeReading() { t.in.emitLoop("reader " + t.label + " resume") }

func (in *interp) doFeed(_ context.Context, r *reader, o *op) (any, error) {
	if r.fedEOF {
		return raw("eof"), nil
	}
	r.FeedData(o.data)
	return nil, nil
}

func (in *interp) doFeedEOF(_ context.Context, r *reader, _ *op) (any, error) {
	r.fedEOF = true
	r.FeedEOF()
	return nil, nil
}

func (in *interp) doAtEOF(_ context.Context, r *reader, _ *op) (any, error) {
	return r.AtEOF(), nil
}

func (in *interp) doReaderFail(_ context.Context, r *reader, o *op) (any, error) {
	r.SetError(newError(o))
	return nil, nil
}

func (in *interp) doRead(ctx context.Context, r *reader, o *op) (any, error) {
	return orEnd(r.Read(ctx, *o.n))
}

func (in *interp) doReadExactly(ctx context.Context, r *reader, o *op) (any, error) {
	return r.ReadExactly(ctx, *o.n)
}

func (in *interp) doReadLine(ctx context.Context, r *reader, _ *op) (any, error) {
	return orEnd(r.ReadLine(ctx))
}

func (in *interp) doReadUntil(ctx context.Context, r *reader, o *op) (any, error) {
	return r.ReadUntil(ctx, o.sep)
}

// orEnd returns what Python's readers do at the end: nothing, and no error.
func orEnd(data []byte, err error) (any, error) {
	if err == io.EOF {
		err = nil
	}
	return data, err
}
