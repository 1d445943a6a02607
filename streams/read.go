package streams

// The ways to read.

import (
	"bytes"
	"context"
	"io"
	"iter"
	"slices"

	"github.com/goasyncio/asyncio/coro"
)

// Read returns between 1 and n bytes, and waits if there are none. At the end of
// the data it returns io.EOF. With an n of zero it returns at once.
//
// With an n below zero it reads until the end and returns everything, with a nil
// error even if that is nothing. If it fails it returns what it has read so far
// beside the error: that is no longer in the reader.
func (r *Reader) Read(ctx context.Context, n int) ([]byte, error) {
	if n < 0 {
		return r.readAll(ctx)
	}
	if err := r.check(ctx); err != nil || n == 0 {
		return nil, err
	}
	if err := r.waitForAny(ctx); err != nil {
		return nil, err
	}
	data := r.take(n)
	if len(data) == 0 && r.eof {
		return nil, io.EOF
	}
	return data, nil // empty if another task has read what woke this one
}

// readAll reads piece by piece, because everything may be more than what the
// transport delivers before it is paused.
func (r *Reader) readAll(ctx context.Context) ([]byte, error) {
	var all []byte
	for {
		if err := r.check(ctx); err != nil {
			return all, err
		}
		if err := r.waitForAny(ctx); err != nil {
			return all, err
		}
		piece := r.buf.next(r.max())
		all = append(all, piece...)
		r.taken()
		if len(piece) == 0 {
			return all, nil
		}
	}
}

// ReadInto reads into p: it stores between 1 and len(p) bytes there, waits if there are
// none, and returns how many. At the end of the data it returns io.EOF. With an empty p
// it returns at once. It is [Reader.Read] without an allocation.
//
// p must not be used until ReadInto returns, even if it is cancelled.
func (r *Reader) ReadInto(ctx context.Context, p []byte) (int, error) {
	if err := r.check(ctx); err != nil || len(p) == 0 {
		return 0, err
	}
	if r.buf.len() == 0 && !r.eof {
		n, err := r.waitInto(ctx, p)
		if n > 0 || err != nil {
			return n, err
		}
	}
	n := copy(p, r.buf.next(len(p)))
	r.taken()
	if n == 0 && r.eof {
		return 0, io.EOF
	}
	return n, nil
}

// waitInto waits until there is something to read. What comes is stored in p, if it has
// room for it and nobody else reads it meanwhile.
func (r *Reader) waitInto(ctx context.Context, p []byte) (n int, err error) {
	if r.waiter != nil {
		return 0, ErrReaderBusy
	}
	r.into = p
	waited := false
	defer func() {
		r.into = nil
		n = r.buf.reclaim(err != nil || !waited) // not if the task is being unwound
		r.taken()
	}()
	err = r.wait(ctx)
	waited = true
	return 0, err
}

// waitForAny waits if there is nothing to read and something may come.
func (r *Reader) waitForAny(ctx context.Context) error {
	if r.buf.len() > 0 || r.eof {
		return nil
	}
	return r.wait(ctx)
}

// ReadExactly returns n bytes. If the data ends before, it takes what there is
// and returns an [*IncompleteReadError] with it.
func (r *Reader) ReadExactly(ctx context.Context, n int) ([]byte, error) {
	if err := coro.Check(ctx); err != nil {
		return nil, err
	}
	switch {
	case n < 0:
		return nil, ErrNegativeCount
	case r.err != nil:
		return nil, r.err
	case n == 0:
		return nil, nil
	}
	for r.buf.len() < n {
		if r.eof {
			return nil, r.incomplete(n)
		}
		if err := r.wait(ctx); err != nil {
			return nil, err
		}
	}
	return r.take(n), nil
}

// ReadLine returns the bytes up to and including the next newline. If the data
// ends before, it returns what there is, and io.EOF if that is nothing.
//
// A line longer than the reader's limit, not counting the newline, is a
// [*LineTooLongError]: it is thrown away as far as it has arrived.
func (r *Reader) ReadLine(ctx context.Context) ([]byte, error) {
	line, err := r.ReadUntil(ctx, newline)
	switch e := err.(type) {
	case *IncompleteReadError:
		switch {
		case r.err == err: // somebody else's, given to SetError
			return nil, err
		case len(e.Partial) == 0:
			return nil, io.EOF
		}
		return e.Partial, nil
	case *LimitOverrunError:
		switch {
		case r.err == err:
			return nil, err
		case e.Found:
			r.buf.next(e.Consumed + len(newline))
		default:
			r.buf = buffer{}
		}
		r.taken()
		return nil, &LineTooLongError{r.max()}
	}
	return line, err
}

var newline = []byte("\n")

// Lines ranges over the lines that ReadLine returns, until the end. An error
// comes last, with a nil line.
func (r *Reader) Lines(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			line, err := r.ReadLine(ctx)
			switch {
			case err == io.EOF && r.err == nil:
				return
			case err != nil:
				yield(nil, err)
				return
			case !yield(line, nil):
				return
			}
		}
	}
}

// ReadUntil returns the bytes up to and including the first of the separators: the
// one that ends first.
//
// If the data ends without one, ReadUntil takes what there is and returns an
// [*IncompleteReadError] with it. If there are more bytes before a separator than
// the reader's limit, it returns a [*LimitOverrunError] and takes nothing.
func (r *Reader) ReadUntil(ctx context.Context, separators ...[]byte) ([]byte, error) {
	if err := coro.Check(ctx); err != nil {
		return nil, err
	}
	if len(separators) > 1 {
		// Of those that end at the same byte, the shortest has matched.
		separators = slices.Clone(separators)
		slices.SortStableFunc(separators, func(a, b []byte) int { return len(a) - len(b) })
	}
	if len(separators) == 0 || len(separators[0]) == 0 {
		return nil, ErrNoSeparator
	}
	if r.err != nil {
		return nil, r.err
	}
	shortest, longest := len(separators[0]), len(separators[len(separators)-1])
	searched := 0 // no separator begins before
	for {
		if r.buf.len()-searched >= shortest {
			if start, end := find(r.buf.bytes(), searched, separators); end > 0 {
				if start > r.max() {
					return nil, &LimitOverrunError{Consumed: start, Found: true}
				}
				return r.take(end), nil
			}
			// All but the last bytes, which may be the beginning of one.
			searched = max(0, r.buf.len()+1-longest)
			if searched > r.max() {
				return nil, &LimitOverrunError{Consumed: searched}
			}
		}
		if r.eof {
			return nil, r.incomplete(-1)
		}
		if err := r.wait(ctx); err != nil {
			return nil, err
		}
	}
}

// find returns where in data, not before from, the separator that ends first
// begins and ends; an end of zero means that there is none.
func find(data []byte, from int, separators [][]byte) (start, end int) {
	for _, sep := range separators {
		if i := bytes.Index(data[from:], sep); i >= 0 {
			if e := from + i + len(sep); end == 0 || e < end {
				start, end = from+i, e
			}
		}
	}
	return start, end
}

// check returns the error of a read that cannot begin.
func (r *Reader) check(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil {
		return err
	}
	return r.err
}

// incomplete takes what there is, for the error of a read that wanted more. The
// transport is not resumed: it has nothing more to deliver.
func (r *Reader) incomplete(expected int) error {
	partial := r.buf.take(r.buf.len())
	r.buf = buffer{}
	return &IncompleteReadError{Partial: partial, Expected: expected}
}
