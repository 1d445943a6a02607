package transports

// How a TLS connection sends.

// gatherMost is how much of what crypto/tls writes is gathered for one write to the
// transport below: it writes each record by itself, and those are small at first.
const gatherMost = 64 << 10

// Write implements [Transport].
func (t *tlsTransport) Write(p []byte) (int, error) {
	switch {
	case len(p) == 0:
		return 0, nil
	case t.closing:
		return 0, t.refuse()
	}
	t.encrypt(p)
	return len(p), nil
}

// WriteBuffers implements [Transport]. Small buffers share a record.
func (t *tlsTransport) WriteBuffers(bufs [][]byte) (int, error) {
	n := 0
	for _, p := range bufs {
		n += len(p)
	}
	switch {
	case n == 0:
		return 0, nil
	case t.closing:
		return 0, t.refuse()
	case n <= blockSize:
		block := t.shared.blocks.get()
		for _, p := range bufs {
			block = append(block, p...)
		}
		t.encrypt(block)
		t.shared.blocks.put(block)
		return n, nil
	}
	for _, p := range bufs {
		if len(p) > 0 && !t.closing {
			t.encrypt(p)
		}
	}
	return n, nil
}

// encrypt writes p to the tls.Conn. If that goes wrong the connection is broken,
// which ConnectionLost tells.
func (t *tlsTransport) encrypt(p []byte) {
	t.busy = true
	_, err := t.conn.Write(p)
	t.busy = false
	t.settle()
	if err != nil {
		t.fail(err)
	}
}

// gather takes what crypto/tls writes.
func (t *tlsTransport) gather(p []byte) {
	if t.out == nil {
		// Taken away, as what is written goes through a second TLS transport if
		// that is what raw is.
		t.out, t.shared.records = t.shared.records, nil
	}
	if t.out = append(t.out, p...); len(t.out) >= gatherMost || t.task != nil {
		t.flush()
	}
}

func (t *tlsTransport) flush() {
	t.raw.Write(t.out) // whose error ConnectionLost tells too
	t.out = t.out[:0]
}

// settle is called after each use of the tls.Conn. What may lead to its next use
// must not happen before.
func (t *tlsTransport) settle() {
	if t.out != nil {
		if len(t.out) > 0 {
			t.flush()
		}
		t.shared.records, t.out = t.out, nil
	}
	if t.stopped != t.told {
		t.tell()
	}
}

// PauseWriting implements [WritePauser].
func (r *tlsRaw) PauseWriting() { (*tlsTransport)(r).stop(true) }

// ResumeWriting implements [WritePauser].
func (r *tlsRaw) ResumeWriting() { (*tlsTransport)(r).stop(false) }

func (t *tlsTransport) stop(yes bool) {
	t.stopped = yes
	if !t.busy && t.stopped != t.told {
		t.tell()
	}
}

// tell lets the protocol know whether to write.
func (t *tlsTransport) tell() {
	if !t.made || t.lost {
		return
	}
	t.told = t.stopped
	if t.pauser == nil {
		return
	}
	defer guard(t)
	if t.told {
		t.pauser.PauseWriting()
	} else {
		t.pauser.ResumeWriting()
	}
}

// refuse is that of a socket.
func (t *tlsTransport) refuse() error {
	if t.lost {
		if t.late++; t.late >= warnAfter {
			t.loop.Warn("asyncio: writes to a connection that is lost", "connection", t.String(), "writes", t.late)
		}
	}
	return ErrClosing
}
