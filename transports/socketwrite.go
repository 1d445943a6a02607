package transports

// How a connection sends.

// Write implements [Transport]. If the connection turns out to be broken, that is
// told by ConnectionLost alone: it could as well have broken a moment later.
func (t *socket) Write(p []byte) (int, error) {
	if err := t.writable(); err != nil {
		return 0, err
	}
	n := len(p)
	switch {
	case n == 0:
		return 0, nil
	case t.closing:
		return 0, t.refuse()
	}
	if t.out.size == 0 {
		sent, err := t.conn.Write(p) // most of the time that is all
		if sent == n {
			return n, nil
		}
		if !t.toWait(err) {
			return n, nil
		}
		p = p[sent:]
	}
	t.out.add(&t.shared.blocks, p)
	t.flow.grown(t.out.size, t)
	return n, nil
}

// WriteBuffers implements [Transport].
func (t *socket) WriteBuffers(bufs [][]byte) (int, error) {
	if err := t.writable(); err != nil {
		return 0, err
	}
	n := 0
	for _, p := range bufs {
		n += len(p)
	}
	switch {
	case n == 0:
		return 0, nil
	case t.closing:
		return 0, t.refuse()
	}
	sent := 0
	if t.out.size == 0 && t.many != nil {
		var err error
		if sent, err = t.many.WriteBuffers(bufs); sent == n {
			return n, nil
		}
		if !t.toWait(err) {
			return n, nil
		}
	}
	for _, p := range bufs {
		skip := min(sent, len(p))
		sent -= skip
		if p = p[skip:]; len(p) == 0 {
			continue
		}
		if t.out.size == 0 && t.many == nil {
			if t.Write(p); t.lost > 0 {
				return n, nil
			}
			continue
		}
		t.out.add(&t.shared.blocks, p)
	}
	t.flow.grown(t.out.size, t)
	return n, nil
}

// writable returns why nothing can be written any more, or for the moment, but for
// the end of the connection.
func (t *socket) writable() error {
	switch {
	case t.eof:
		return ErrWriteAfterEOF
	case t.emptied != nil:
		return ErrSendingFile
	}
	return nil
}

// warnAfter is after how many writes to a connection that is lost they are warned
// of (asyncio: LOG_THRESHOLD_FOR_CONNLOST_WRITES).
const warnAfter = 5

// refuse counts a write that comes after the end, and returns its error.
func (t *socket) refuse() error {
	if t.lost > 0 {
		if t.lost >= warnAfter {
			t.loop.Warn("asyncio: writes to a connection that is lost", "connection", t.String(), "writes", t.lost)
		}
		t.lost++
	}
	return ErrClosing
}

// toWait makes the loop call socketWrite when the connection can take more. It
// returns false if err, of a write that has not taken everything, or that itself has
// ended the connection.
func (t *socket) toWait(err error) bool {
	if err == nil || wouldBlock(err) {
		if err = t.conn.OnWritable((*socketWrite)(t)); err == nil {
			return true
		}
	}
	t.forceClose(err)
	return false
}

// socketWrite is called when the connection can take more (asyncio: _write_ready).
type socketWrite socket

func (w *socketWrite) Run() {
	t := (*socket)(w)
	if t.lost > 0 || t.out.size == 0 {
		return // it came just before the callback was taken back
	}
	if err := t.out.send(&t.shared.blocks, t.conn, t.many); err != nil {
		if !wouldBlock(err) {
			t.forceClose(err)
		}
		return
	}
	t.flow.shrunk(t.out.size, t) // which may write
	if t.out.size == 0 && t.lost == 0 {
		t.flushed()
	}
}

func (w *socketWrite) String() string { return "room in " + (*socket)(w).String() }

// flushed is called when everything has been sent.
func (t *socket) flushed() {
	err := t.conn.OnWritable(nil)
	if w := t.emptied; w != nil {
		w.Finish(nil, w)
	}
	switch {
	case t.closing:
		t.lost++
		(*socketLost)(t).Run()
	case err != nil:
		t.forceClose(err)
	case t.eof && t.emptied == nil:
		if err := t.conn.CloseWrite(); err != nil {
			t.forceClose(err)
		}
	}
}

// CloseWrite implements [Transport].
func (t *socket) CloseWrite() error {
	if t.closing || t.eof {
		return nil
	}
	t.eof = true
	if t.out.size > 0 || t.emptied != nil {
		return nil
	}
	return t.conn.CloseWrite()
}
