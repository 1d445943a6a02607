//go:build unix

package streams_test

// One who never reads, on the system's own sockets.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/transports"
)

// smallBuffers returns a Control that makes the buffers of a socket small, and adds to held
// what the system then has them hold.
func smallBuffers(held *int) func(_, _ string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		var err error
		failed := c.Control(func(fd uintptr) {
			for _, option := range []int{syscall.SO_SNDBUF, syscall.SO_RCVBUF} {
				err = errors.Join(err, syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, option, 32<<10))
				n, get := syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, option)
				err = errors.Join(err, get)
				*held += n
			}
		})
		return errors.Join(failed, err)
	}
}

// neverReads returns a connection to somebody who takes nothing, the other end of it, and
// how much the system holds of what is sent.
func neverReads(t *testing.T, ctx context.Context, netw string) (*streams.Writer, net.Conn, int) {
	t.Helper()
	address, held := "127.0.0.1:0", 0
	if netw == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := (&net.ListenConfig{Control: smallBuffers(&held)}).Listen(t.Context(), netw, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, w, err := streams.OpenConnection(ctx, netw, l.Addr().String(),
		transports.WithSocketOptions(network.Options{Control: smallBuffers(&held)}))
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.Accept() // it is there already
	if err != nil {
		t.Fatal(err)
	}
	return w, c, held
}

// A stalled writer is one that waits in Drain, for a peer that takes nothing.
type stalled struct {
	t       *testing.T
	w       *streams.Writer
	peer    net.Conn
	writing *tasks.Task[struct{}]
	sent    int
}

func (s *stalled) peerCloses(ctx context.Context) {
	s.peer.Close()
	_, err := s.writing.Await(ctx)
	equal(s.t, "Drain fails", err != nil, true)
	s.w.Close()
	equal(s.t, "WaitClosed fails", s.w.WaitClosed(ctx) != nil, true)
}

func (s *stalled) writerAborts(ctx context.Context) {
	s.w.Transport().Abort()
	_, err := s.writing.Await(ctx)
	equal(s.t, "Drain", err, streams.ErrConnectionLost)
	equal(s.t, "WaitClosed", s.w.WaitClosed(ctx), nil)
}

func (s *stalled) writerCloses(ctx context.Context) {
	s.writing.Cancel()
	_, err := s.writing.Await(ctx)
	equal(s.t, "Drain is cancelled", futures.IsCancelled(err), true)
	s.w.Close()
	got, err := threads.ToThread(ctx, func(context.Context) (int64, error) { return io.Copy(io.Discard, s.peer) })
	equal(s.t, "reading", err, nil)
	equal(s.t, "what has arrived", int(got), s.sent)
	equal(s.t, "WaitClosed", s.w.WaitClosed(ctx), nil)
}

// TestPeerNeverReads writes and drains for ever, to somebody who takes nothing. What is
// held is bounded by the marks of the writer and the buffers of the system, and each way
// to end the connection ends it.
func TestPeerNeverReads(t *testing.T) {
	networks := []struct {
		name string
		make func() network.Network
		more int // that it holds
	}{{"system", system.New, 0}, {"portable", system.Portable, 64 << 10}}
	ends := []struct {
		name string
		end  func(s *stalled, ctx context.Context)
	}{
		{"the peer closes", (*stalled).peerCloses},
		{"the writer aborts", (*stalled).writerAborts},
		{"the writer closes, and the peer reads after all", (*stalled).writerCloses},
	}
	for _, n := range networks {
		for _, netw := range []string{"tcp", "unix"} {
			for _, tt := range ends {
				t.Run(fmt.Sprintf("%s, %s, %s", n.name, netw, tt.name), func(t *testing.T) {
					onSystem(t, func(ctx context.Context) {
						s := stall(t, ctx, netw, n.more)
						defer s.peer.Close()
						tt.end(s, ctx)
						equal(t, "the writer has ended", s.writing.Done(), true)
						equal(t, "what the transport holds", s.w.Transport().WriteBufferSize(), 0)
					}, runners.WithLoop(eventloop.WithNetwork(n.make())))
				})
			}
		}
	}
}

// stall writes until nothing goes any more, and fails t if that was too much. The network
// holds some more than the system does.
func stall(t *testing.T, ctx context.Context, netw string, more int) *stalled {
	const high, low, message, rounding = 64 << 10, 16 << 10, 10_000, 64 << 10
	w, peer, buffers := neverReads(t, ctx, netw)
	w.Transport().SetWriteBufferLimits(high, low)
	s := &stalled{t: t, w: w, peer: peer}
	most := buffers + more + high + message + rounding
	held, draining := 0, false
	s.writing = tasks.Go(ctx, func(ctx context.Context) error {
		for p := make([]byte, message); s.sent <= most; {
			w.Write(p)
			s.sent += message
			held = max(held, w.Transport().WriteBufferSize())
			draining = true
			if err := w.Drain(ctx); err != nil {
				return err
			}
			draining = false
		}
		return errors.New("it has sent more than there is room for")
	})
	for before := -1; before < s.sent; {
		before = s.sent
		equal(t, "a sleep", tasks.Sleep(ctx, 50*time.Millisecond), nil)
	}
	equal(t, "the writer waits in Drain", draining && !s.writing.Done(), true)
	if held <= high || held > high+message {
		t.Errorf("the transport has held up to %d bytes, want more than %d and no more than %d", held, high, high+message)
	}
	if s.sent > most {
		t.Errorf("%d bytes were sent, want no more than %d", s.sent, most)
	}
	return s
}
