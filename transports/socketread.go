package transports

// How a connection receives.

import (
	"errors"
	"io"

	"github.com/goasyncio/asyncio/coro"
)

// socketRead is called when there is something to read (asyncio: _read_ready). It
// reads once: if there is more, the next iteration has it.
type socketRead socket

func (r *socketRead) Run() {
	t := (*socket)(r)
	if !t.receiving() {
		return // it came just before the callback was taken back
	}
	if t.buffered != nil && t.data == nil {
		t.readBuffered()
		return
	}
	buf := t.shared.reads.get(minRead)
	n, err := t.conn.Read(buf)
	if n > 0 {
		t.dataReceived(buf[:n])
		if t.loop.Debug() {
			clear(buf[:n]) // as the next read would, but in time to be noticed
		}
		t.shared.reads.used(n)
	}
	if err != nil {
		t.readFailed(err)
	}
}

func (r *socketRead) String() string { return "data for " + (*socket)(r).String() }

func (t *socket) dataReceived(data []byte) {
	defer t.guard()
	t.data.DataReceived(data)
}

// readBuffered reads into the buffer of a [BufferedProtocol].
func (t *socket) readBuffered() {
	buf := t.getBuffer()
	if buf == nil {
		return
	}
	n, err := t.conn.Read(buf)
	if n > 0 {
		t.bufferUpdated(n)
	}
	if err != nil {
		t.readFailed(err)
	}
}

// getBuffer returns the protocol's buffer, nil if that has ended the connection.
func (t *socket) getBuffer() []byte {
	defer t.guard()
	buf := t.buffered.GetBuffer(-1)
	if len(buf) == 0 {
		t.report(ErrEmptyBuffer)
		t.forceClose(ErrEmptyBuffer)
		return nil
	}
	return buf
}

func (t *socket) bufferUpdated(n int) {
	defer t.guard()
	t.buffered.BufferUpdated(n)
}

// readFailed is called with an error of Read.
func (t *socket) readFailed(err error) {
	switch {
	case wouldBlock(err) || t.lost > 0:
	case errors.Is(err, io.EOF):
		t.atEOF = true
		if t.eofReceived() {
			// The protocol can write more, but there is nothing to read.
			t.conn.OnReadable(nil)
		} else {
			t.Close()
		}
	default:
		t.forceClose(err)
	}
}

func (t *socket) eofReceived() (keepOpen bool) {
	defer t.guard()
	return t.proto.EOFReceived()
}

// receiving reports whether the protocol wants what arrives, and something may.
func (t *socket) receiving() bool { return t.begun && t.IsReading() && !t.atEOF }

// watchReads makes the loop call socketRead when there is something to read, or
// not any more.
func (t *socket) watchReads() {
	if t.lost > 0 {
		return
	}
	var r coro.Runnable
	if t.receiving() {
		r = (*socketRead)(t)
	}
	if err := t.conn.OnReadable(r); err != nil {
		t.forceClose(err)
	}
}

// IsReading implements [Transport].
func (t *socket) IsReading() bool { return !t.closing && !t.paused }

// PauseReading implements [Transport].
func (t *socket) PauseReading() {
	if t.IsReading() {
		t.paused = true
		t.watchReads()
	}
}

// ResumeReading implements [Transport].
func (t *socket) ResumeReading() {
	if !t.closing && t.paused {
		t.paused = false
		t.watchReads()
	}
}
