package transports

// Files that the system cannot send by itself.

import (
	"context"
	"io"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/threads"
)

// pieceSize is how much of a file is read at once.
const pieceSize = 64 << 10

// sendPieces reads a file on another goroutine, and writes it (asyncio:
// _sendfile_fallback).
func sendPieces(ctx context.Context, t Transport, f io.ReaderAt, offset, count int64) (sent int64, err error) {
	p := newFileProtocol(t)
	defer p.restore()
	buf := make([]byte, pieceSize)
	for count < 0 || sent < count {
		piece := buf
		if count >= 0 {
			piece = buf[:min(pieceSize, count-sent)]
		}
		at := offset + sent
		n, err := threads.ToThread(ctx, func(context.Context) (int, error) {
			n, err := f.ReadAt(piece, at)
			if n > 0 {
				err = nil // it comes again
			}
			return n, err
		})
		if err == io.EOF {
			return sent, nil
		}
		if err != nil {
			return sent, err
		}
		if err := p.drain(ctx); err != nil {
			return sent, err
		}
		if _, err := t.Write(piece[:n]); err != nil {
			return sent, err
		}
		sent += int64(n)
	}
	return sent, nil
}

// A fileProtocol stands in for the protocol of a transport while a file is sent
// (asyncio: _SendfileFallbackProtocol).
type fileProtocol struct {
	t       Transport
	proto   BaseProtocol
	reading bool // and is to do so again
	writing bool // the protocol has been told to pause, and is to go on
	full    *emptying
	err     error
	lost    bool
}

// A pausable is a transport that says whether its protocol is told to pause.
type pausable interface{ writingPaused() bool }

func (t *socket) writingPaused() bool { return t.flow.paused }

func newFileProtocol(t Transport) *fileProtocol {
	p := &fileProtocol{t: t, proto: t.Protocol(), reading: t.IsReading()}
	if f, ok := t.(pausable); ok {
		p.writing = f.writingPaused()
	}
	t.PauseReading()
	t.SetProtocol(p)
	if p.writing {
		t.SetWriteBufferLimits(t.WriteBufferLimits()) // which tells p
	}
	return p
}

// drain waits until the transport can take more.
func (p *fileProtocol) drain(ctx context.Context) error {
	if p.full != nil && !p.lost {
		if err := coro.Await(ctx, p.full); err != nil {
			return err
		}
	}
	switch {
	case p.err != nil:
		return p.err
	case p.lost || p.t.IsClosing():
		return ErrConnectionClosed
	}
	return nil
}

// restore gives the transport back its protocol.
func (p *fileProtocol) restore() {
	p.t.SetProtocol(p.proto)
	if p.reading {
		p.t.ResumeReading()
	}
	if w, ok := p.proto.(WritePauser); ok && p.writing && !p.lost {
		w.ResumeWriting()
	}
}

func (p *fileProtocol) ConnectionMade(Transport) {}

func (p *fileProtocol) DataReceived([]byte) {
	panic("asyncio: data received while reading is paused; the transport must not deliver any")
}

func (p *fileProtocol) EOFReceived() bool { return false }

func (p *fileProtocol) ConnectionLost(err error) {
	p.lost, p.err = true, err
	p.ResumeWriting()
	p.proto.ConnectionLost(err)
}

func (p *fileProtocol) PauseWriting() {
	p.full = &emptying{t: p.t}
	p.full.Bind(loopOf(p.t.Context()).Turn())
}

func (p *fileProtocol) ResumeWriting() {
	if w := p.full; w != nil {
		p.full = nil
		w.Finish(nil, w)
	}
}
