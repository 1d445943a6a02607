package networktest

// The ends of connections that are not nice.

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"syscall"

	"github.com/goasyncio/asyncio/network"
)

// wsaReset and the others are what Windows has for the errors of other systems.
const (
	wsaReset   = syscall.Errno(10054)
	wsaAborted = syscall.Errno(10053)
	wsaRefused = syscall.Errno(10061)
	wsaInUse   = syscall.Errno(10048)
)

// is reports whether err is errno, or what Windows has for it.
func is(err error, errno, wsa syscall.Errno) bool {
	return errors.Is(err, errno) || runtime.GOOS == "windows" && errors.Is(err, wsa)
}

func isReset(err error) bool {
	return is(err, syscall.ECONNRESET, wsaReset) || is(err, syscall.EPIPE, wsaAborted)
}

// end reads until an error, and returns that.
func (e *env) end(c network.Conn) ([]byte, error) {
	e.Helper()
	var all []byte
	p := make([]byte, 1000)
	for {
		n, err := e.read(c, p)
		all = append(all, p[:n]...)
		if err != nil {
			return all, err
		}
	}
}

func abort(e *env) {
	a, b := e.pair()
	defer b.Close()
	e.write(a, []byte("last words"))
	e.expect(b, "last")
	e.must(a.Abort())
	got, err := e.end(b)
	if !bytes.HasPrefix([]byte(" words"), got) {
		e.Errorf("read %q", got)
	}
	switch {
	case e.name == "unix" && err == io.EOF: // which has no resets
	case !is(err, syscall.ECONNRESET, wsaReset):
		e.Errorf("Read after the other end's Abort: %v", err)
	}
}

func abortOfBoth(e *env) {
	a, b := e.pair()
	e.write(a, []byte("x"))
	e.write(b, []byte("y"))
	e.must(a.Abort())
	e.must(b.Abort())
	e.settle()
}

// pour writes until an error, which must come.
func (e *env) pour(c network.Conn) error {
	e.Helper()
	for {
		if err := e.tryWrite(c, []byte("water")); err != nil {
			return err
		}
		e.settle()
	}
}

func writeToClosed(e *env) {
	a, b := e.pair()
	defer a.Close()
	e.must(b.Close())
	if err := e.pour(a); !isReset(err) {
		e.Errorf("Write to a closed connection: %v", err)
	}
	if _, err := a.Write([]byte("x")); err == nil || err == network.ErrWouldBlock {
		e.Errorf("and once more: %v", err)
	}
}

func writeToAborted(e *env) {
	a, b := e.pair()
	defer a.Close()
	e.must(b.Abort())
	if err := e.pour(a); !isReset(err) {
		e.Errorf("Write to an aborted connection: %v", err)
	}
}

// WriteBuffers is optional.
func buffers(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	w, ok := a.(network.BuffersWriter)
	if !ok {
		e.Skip("no BuffersWriter")
	}
	bufs := [][]byte{[]byte("one"), nil, []byte("two"), pattern(3000)}
	want := bytes.Join(bufs, nil)
	n, err := w.WriteBuffers(bufs)
	if err != nil || n == 0 {
		e.Fatalf("WriteBuffers: %d, %v", n, err)
	}
	if got := bytes.Join(bufs, nil); len(bufs) != 4 || !bytes.Equal(got, want) {
		e.Error("WriteBuffers has changed the buffers")
	}
	e.write(a, want[n:])
	e.must(a.CloseWrite())
	if got := e.readAll(b, 100); !bytes.Equal(got, want) {
		e.Errorf("%d bytes arrived of %d, or others", len(got), len(want))
	}
	if n, err := w.WriteBuffers(bufs); n != 0 || err == nil || err == network.ErrWouldBlock {
		e.Errorf("WriteBuffers after CloseWrite: %d, %v", n, err)
	}

	c, d := e.pair()
	defer c.Close()
	defer d.Close()
	sent := len(e.cram(c))
	n, err = c.(network.BuffersWriter).WriteBuffers(bufs)
	for ; n > 0 && err == nil; sent += n { // a system may find some more room
		n, err = c.(network.BuffersWriter).WriteBuffers(bufs)
	}
	if n != 0 || err != network.ErrWouldBlock {
		e.Errorf("WriteBuffers to a connection that is full, after %d bytes: %d, %v", sent, n, err)
	}
}

// SendFile is optional.
func sendFile(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	s, ok := a.(network.FileSender)
	if !ok {
		e.Skip("no FileSender")
	}
	text := pattern(300_000)
	f, err := os.CreateTemp(e.TempDir(), "")
	e.must(err)
	defer f.Close()
	_, err = f.Write(text)
	e.must(err)
	e.group(func(e *env) {
		for offset := 1000; ; {
			n, err := s.SendFile(f, int64(offset), 70_000)
			switch {
			case err == network.ErrWouldBlock:
				e.wait(a.OnWritable)
			case err == io.EOF:
				if n != 0 || offset != len(text) {
					e.Errorf("the end at %d, with %d bytes", offset, n)
				}
				e.must(a.CloseWrite())
				return
			case err != nil || n <= 0 || n > 70_000:
				e.must(a.CloseWrite())
				e.must(err)
				e.Errorf("SendFile has sent %d", n)
				return
			}
			offset += n
		}
	}, func(e *env) {
		if got := e.readAll(b, 5000); !bytes.Equal(got, text[1000:]) {
			e.Errorf("%d bytes arrived of %d, or others", len(got), len(text)-1000)
		}
	})
}
