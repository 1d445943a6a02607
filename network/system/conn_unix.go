//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/network"
	"golang.org/x/sys/unix"
)

// A conn is a connection.
type conn struct{ socket }

var (
	_ network.Conn          = (*conn)(nil)
	_ network.BuffersWriter = (*conn)(nil)
	_ network.FileSender    = (*conn)(nil)
)

// maxBytes is the most that one call is asked for, as some systems refuse more than
// fits an int32, and maxBuffers the most buffers that it is given.
const (
	maxBytes   = 1 << 30
	maxBuffers = 1024
)

// Read implements [network.Conn].
func (c *conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(p) > maxBytes {
		p = p[:maxBytes]
	}
	for tries := 0; ; {
		n, err := c.sys.read(c.fd, p)
		switch {
		case n > 0:
			return n, nil
		case err == nil:
			return 0, io.EOF
		case !again(err, &tries):
			return 0, c.failed("read", "read", err)
		}
	}
}

// Write implements [network.Conn].
func (c *conn) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(p) > maxBytes {
		p = p[:maxBytes]
	}
	for tries := 0; ; {
		n, err := c.sys.write(c.fd, p)
		switch {
		case n > 0:
			return n, nil
		case err == nil:
			return 0, network.ErrWouldBlock
		case !again(err, &tries):
			return 0, c.failed("write", "write", err)
		}
	}
}

// WriteBuffers implements [network.BuffersWriter].
func (c *conn) WriteBuffers(bufs [][]byte) (int, error) {
	bufs = bufs[:min(len(bufs), maxBuffers)]
	total := 0
	for i, p := range bufs {
		if len(p) > maxBytes-total {
			if i == 0 {
				return c.Write(p)
			}
			bufs = bufs[:i]
			break
		}
		total += len(p)
	}
	if total == 0 {
		return 0, nil
	}
	for tries := 0; ; {
		n, err := c.sys.writev(c.fd, bufs)
		switch {
		case n > 0:
			return n, nil
		case err == nil:
			return 0, network.ErrWouldBlock
		case !again(err, &tries):
			return 0, c.failed("write", "writev", err)
		}
	}
}

// failed returns what to return for an error of a call. Calls are made on closed
// sockets too, so that open ones need not be asked.
func (c *socket) failed(op, call string, err error) error {
	switch {
	case c.fd < 0:
		return c.closed(op)
	case wouldBlock(err):
		return network.ErrWouldBlock
	}
	return c.fail(op, call, err)
}

// SendFile implements [network.FileSender].
func (c *conn) SendFile(f *os.File, offset int64, n int) (int, error) {
	if c.fd < 0 {
		return 0, c.closed("write")
	}
	if n <= 0 {
		return 0, nil
	}
	raw, err := f.SyscallConn() // as Fd would make the file block
	if err != nil {
		return 0, err
	}
	sent := 0
	var failure error
	err = raw.Control(func(fd uintptr) {
		for tries := 0; ; {
			at := offset
			sent, failure = c.sys.sendfile(c.fd, int(fd), &at, min(n, maxBytes))
			if sent > 0 || failure == nil || !again(failure, &tries) {
				return
			}
		}
	})
	switch {
	case err != nil:
		return 0, err
	case sent > 0:
		return sent, nil
	case failure == nil:
		return 0, io.EOF
	case failure == syscall.EINVAL, failure == syscall.ENOSYS, failure == syscall.EOPNOTSUPP, failure == syscall.ESPIPE, failure == syscall.EOVERFLOW:
		return 0, c.wrap("sendfile", errors.ErrUnsupported)
	case errors.Is(failure, errors.ErrUnsupported):
		return 0, c.wrap("sendfile", errors.ErrUnsupported)
	}
	return 0, c.failed("write", "sendfile", failure)
}

// CloseWrite implements [network.Conn].
func (c *conn) CloseWrite() error {
	if c.fd < 0 {
		return c.closed("close")
	}
	if err := c.sys.shutdown(c.fd, syscall.SHUT_WR); err != nil {
		return c.fail("close", "shutdown", err)
	}
	return nil
}

// Close implements [network.Conn].
func (c *conn) Close() error { return c.close() }

// Abort implements [network.Conn].
func (c *conn) Abort() error {
	if c.fd >= 0 && c.family != syscall.AF_UNIX {
		// If it fails, closing is all that can be done.
		_ = c.sys.setlinger(c.fd, &unix.Linger{Onoff: 1, Linger: 0})
	}
	return c.close()
}
