package oplang

import (
	"context"
	"io"

	"github.com/goasyncio/asyncio/streams"
)

var readerOps = []row{
	syncOp("feed", "obj", "obj data", (*interp).doFeed),
	syncOp("feed_eof", "obj", "obj", (*interp).doFeedEOF),
	syncOp("at_eof", "obj", "obj", (*interp).doAtEOF),
	syncOp("reader_fail", "obj", "obj exc [msg]", (*interp).doReaderFail),
	asyncOp("read", "obj", "obj n", (*interp).doRead),
	asyncOp("readexactly", "obj", "obj n", (*interp).doReadExactly),
	asyncOp("readline", "obj", "obj", (*interp).doReadLine),
	asyncOp("readuntil", "obj", "obj sep", (*interp).doReadUntil),
}

// reader is a reader that knows whether feed_eof was called. To feed one after
// that is a bug of the program, which panics in Go.
type reader struct {
	*streams.Reader
	fedEOF bool
}

func (in *interp) makeReader(o *object) {
	r := streams.NewReader(o.limit)
	r.SetTransport(&transport{in, o.label})
	in.objects[o.label] = &reader{Reader: r}
}

// transport is that of a reader: it tells of what it is asked for.
type transport struct {
	in    *interp
	label string
}

func (t *transport) PauseReading()  { t.in.emitLoop("reader " + t.label + " pause") }
func (t *transport) ResumeReading() { t.in.emitLoop("reader " + t.label + " resume") }

func (in *interp) doFeed(_ context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	if r.fedEOF {
		return raw("eof"), nil
	}
	r.FeedData(o.data)
	return nil, nil
}

func (in *interp) doFeedEOF(_ context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	r.fedEOF = true
	r.FeedEOF()
	return nil, nil
}

func (in *interp) doAtEOF(_ context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	return r.AtEOF(), nil
}

func (in *interp) doReaderFail(_ context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err == nil {
		r.SetError(newError(o))
	}
	return nil, err
}

func (in *interp) doRead(ctx context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	return orEnd(r.Read(ctx, *o.n))
}

func (in *interp) doReadExactly(ctx context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	return r.ReadExactly(ctx, *o.n)
}

func (in *interp) doReadLine(ctx context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	return orEnd(r.ReadLine(ctx))
}

func (in *interp) doReadUntil(ctx context.Context, o *op) (any, error) {
	r, err := find[*reader](in, o)
	if err != nil {
		return nil, err
	}
	return r.ReadUntil(ctx, o.sep)
}

// orEnd returns what Python's readers do at the end: nothing, and no error.
func orEnd(data []byte, err error) (any, error) {
	if err == io.EOF {
		err = nil
	}
	return data, err
}
