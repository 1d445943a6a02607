package transports

// How a TLS connection receives.

import (
	"bytes"
	"io"
)

// A tlsRaw is the protocol of the transport below a TLS transport.
type tlsRaw tlsTransport

var _ interface {
	Protocol
	WritePauser
} = (*tlsRaw)(nil)

// ConnectionMade was called before, by the protocol that was there.
func (r *tlsRaw) ConnectionMade(Transport) {}

func (r *tlsRaw) DataReceived(data []byte) {
	t := (*tlsTransport)(r)
	if len(t.in) == 0 && t.begun && !t.busy {
		// Most of the time it is all used at once, and need not be copied. That
		// it has no capacity keeps an append off what is not ours.
		t.in = data[:len(data):len(data)]
		t.receive()
		if len(t.in) > 0 {
			t.in = bytes.Clone(t.in)
		}
		return
	}
	t.in = append(t.in, data...)
	t.wake()
	t.receive()
}

// EOFReceived keeps the transport open: something that has arrived may wait yet.
func (r *tlsRaw) EOFReceived() bool {
	t := (*tlsTransport)(r)
	t.eof = true
	t.wake()
	t.receive()
	return true
}

// tlsReceive is the callback that calls receive.
type tlsReceive tlsTransport

func (r *tlsReceive) Run() { (*tlsTransport)(r).receive() }

func (r *tlsReceive) String() string { return "data for " + (*tlsTransport)(r).String() }

// receive gives the protocol what has arrived (asyncio: _do_read).
func (t *tlsTransport) receive() {
	if t.receiving || !t.begun && !t.closing || t.busy {
		return // the one that is under way sees it
	}
	t.receiving = true
	for more := true; more && !t.lost; {
		switch {
		case t.closing:
			more = t.discard()
		case t.paused:
			more = false
		case t.data != nil:
			more = t.receiveData()
		default:
			more = t.receiveBuffered()
		}
	}
	t.receiving = false
	t.control()
}

// receiveData gives the protocol at most a block, and reports whether there may be
// more.
func (t *tlsTransport) receiveData() bool {
	block := t.shared.blocks.get()
	n, err := t.read(block[:blockSize])
	if n > 0 {
		t.dataReceived(block[:n])
		if t.loop.Debug() {
			clear(block[:n]) // as the next read would, but in time to be noticed
		}
	}
	t.shared.blocks.put(block)
	return t.went(err)
}

func (t *tlsTransport) dataReceived(data []byte) {
	defer t.guard()
	t.data.DataReceived(data)
}

// receiveBuffered is receiveData for a [BufferedProtocol].
func (t *tlsTransport) receiveBuffered() bool {
	buf := t.getBuffer()
	if buf == nil {
		return true // to see that it has ended
	}
	n, err := t.read(buf)
	if n > 0 {
		t.bufferUpdated(n)
	}
	return t.went(err)
}

// getBuffer returns the protocol's buffer, nil if that has ended the connection.
func (t *tlsTransport) getBuffer() []byte {
	defer t.guard()
	buf := t.buffered.GetBuffer(-1)
	if len(buf) == 0 {
		t.report(ErrEmptyBuffer)
		t.fail(ErrEmptyBuffer)
		return nil
	}
	return buf
}

func (t *tlsTransport) bufferUpdated(n int) {
	defer t.guard()
	t.buffered.BufferUpdated(n)
}

// read fills buf, as far as what has arrived goes. It is not for within a call of the
// tls.Conn.
func (t *tlsTransport) read(buf []byte) (n int, err error) {
	t.busy = true
	for n < len(buf) && err == nil {
		var k int
		k, err = t.conn.Read(buf[n:])
		n += k
	}
	t.busy = false
	t.settle() // Read answers what concerns TLS itself
	return n, err
}

// went deals with the error that has ended a read, and reports whether to read on.
func (t *tlsTransport) went(err error) bool {
	switch {
	case t.closing:
		return true // while it was told of the data: see discard
	case err == nil:
		return true
	case err == errNothing:
		return false
	case t.paused && (err == io.EOF || err == errTruncated):
		return false // it stays where it is
	case err == io.EOF:
		t.ended = true
		t.eofReceived()
		t.shutdown() // if the protocol has not
	case err == errTruncated:
		t.err = err
		t.shutdown()
	default:
		t.fail(err)
	}
	return true
}

func (t *tlsTransport) eofReceived() {
	defer t.guard()
	t.proto.EOFReceived()
}

// discard reads what comes after Close, for the close_notify at its end.
func (t *tlsTransport) discard() bool {
	if t.ended || t.dropped {
		t.in = nil
		return false
	}
	block := t.shared.blocks.get()
	_, err := t.read(block[:blockSize])
	t.shared.blocks.put(block)
	switch {
	case err == nil:
		return true
	case err == errNothing:
	case err == io.EOF, err == errTruncated:
		t.ended = true
		t.raw.Close()
	default:
		t.fail(err)
	}
	return false
}

// control stops raw when too much waits to be decrypted (asyncio:
// _control_ssl_reading).
func (t *tlsTransport) control() {
	switch n := len(t.in); {
	case n >= tlsReadHigh && !t.full:
		t.full = true
		t.raw.PauseReading()
	case n <= tlsReadLow && t.full:
		t.full = false
		t.raw.ResumeReading()
	}
}
