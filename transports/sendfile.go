package transports

// Files.

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/network"
)

// SendFile sends count bytes of f from offset on, or what is there up to the end of f
// if count is negative (asyncio: sendfile). It returns how many it has sent, as far as
// a write has sent something: some may be in the transport's buffer.
//
// The system copies an *os.File to the connection by itself, if it can (sendfile).
// Otherwise f is read in pieces, on the loop's goroutines for what blocks, no faster than
// the connection takes them. Meanwhile nothing is received, and nothing else can be
// written: the first way refuses that with [ErrSendingFile]. The protocol is not told of
// the flow of the file.
//
// It returns [ErrClosing] if t is closing, and [ErrConnectionClosed], or what has broken
// the connection, if that ends before everything is sent.
func SendFile(ctx context.Context, t Transport, f io.ReaderAt, offset, count int64) (int64, error) {
	switch {
	case offset < 0:
		return 0, ErrNegativeOffset
	case t.IsClosing():
		return 0, ErrClosing
	case count == 0:
		return 0, coro.Check(ctx)
	}
	var sent int64
	if s, ok := t.(*socket); ok {
		if err := s.writable(); err != nil {
			return 0, err
		}
		sender, can := s.conn.(network.FileSender)
		if file, ok := f.(*os.File); ok && can {
			var err error
			if sent, err = s.sendFile(ctx, sender, file, offset, count); !errors.Is(err, errors.ErrUnsupported) {
				return sent, err
			}
			if count > 0 {
				count -= sent
			}
		}
	}
	n, err := sendPieces(ctx, t, f, offset+sent, count)
	return sent + n, err
}

// sendFile sends a file by the system (asyncio: _sendfile_native).
func (t *socket) sendFile(ctx context.Context, sender network.FileSender, f *os.File, offset, count int64) (sent int64, err error) {
	if t.IsReading() {
		t.PauseReading()
		defer t.ResumeReading()
	}
	defer t.fileSent()
	if err := t.waitEmpty(ctx); err != nil {
		return 0, err
	}
	for count < 0 || sent < count {
		n := int64(1 << 30) // more than a socket takes at once
		if count >= 0 {
			n = min(n, count-sent)
		}
		k, err := sender.SendFile(f, offset+sent, int(n))
		sent += int64(k)
		switch {
		case err == io.EOF:
			return sent, nil
		case err != nil && !wouldBlock(err):
			return sent, err
		case sent == count:
			return sent, nil
		}
		// Also after a success, so that others have their turn.
		if err := t.waitWritable(ctx); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// fileSent makes room for other writes again.
func (t *socket) fileSent() {
	t.emptied = nil
	if t.eof && !t.closing {
		if err := t.conn.CloseWrite(); err != nil { // it was called meanwhile
			t.forceClose(err)
		}
	}
}

// waitEmpty waits until what was written before has been sent.
func (t *socket) waitEmpty(ctx context.Context) error {
	w := t.newEmptying()
	if t.out.size == 0 {
		return coro.Check(ctx)
	}
	return t.waitFile(ctx, w)
}

// waitWritable waits until the connection can take more.
func (t *socket) waitWritable(ctx context.Context) error {
	w := t.newEmptying()
	if t.lost == 0 {
		if err := t.conn.OnWritable((*fileWrite)(t)); err != nil {
			return err
		}
	}
	return t.waitFile(ctx, w)
}

func (t *socket) newEmptying() *emptying {
	w := &emptying{t: t}
	w.Bind(t.loop.Turn())
	t.emptied = w
	return w
}

func (t *socket) waitFile(ctx context.Context, w *emptying) error {
	if t.lost > 0 {
		return t.lossOf()
	}
	err := coro.Await(ctx, w)
	if t.lost == 0 {
		if t.out.size == 0 {
			t.conn.OnWritable(nil)
		}
		return err
	}
	if err == nil {
		err = t.lossOf()
	}
	return err
}

// lossOf returns what has ended the connection.
func (t *socket) lossOf() error {
	if t.err != nil {
		return t.err
	}
	return ErrConnectionClosed
}

// fileWrite is called when the connection can take more of a file.
type fileWrite socket

func (f *fileWrite) Run() {
	t := (*socket)(f)
	if w := t.emptied; w != nil && t.lost == 0 {
		t.conn.OnWritable(nil)
		w.Finish(nil, w)
	}
}

// An emptying is what a task waits for until everything that was written before has
// been sent (asyncio: _empty_waiter), or there is room for more of a file.
type emptying struct {
	future.Core
	t Transport
}

// String says what the task waits for.
func (w *emptying) String() string { return "room in a connection" }

// Explain implements [waits.Explainer].
func (w *emptying) Explain() waits.Reason { return roomIn(w.t) }

// roomIn explains a wait until a transport has sent something.
func roomIn(t Transport) waits.Reason {
	return waits.Reason{Kind: "connection", Part: "room in", Object: t, Detail: ends(t.LocalAddr(), t.RemoteAddr())}
}
