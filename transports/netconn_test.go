package transports_test

// What golang.org/x/net/nettest asks of a net.Conn, with tasks in place of goroutines.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand"
	"net"
	"os"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// netPair returns two ends of a connection.
func netPair(ctx context.Context, secured bool) (a, b *transports.NetConn) {
	var near, far []transports.Option
	if secured {
		near = append(near, transports.WithTLS(certtest.Default().Client()))
		far = append(far, transports.WithTLS(certtest.Default().Server()))
	}
	l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:0", far...)
	must(err)
	defer l.Close()
	a, err = transports.DialNet(ctx, "tcp", l.Addr().String(), near...)
	must(err)
	c, err := l.Accept()
	must(err)
	return a, c.(*transports.NetConn)
}

// eachNetConn runs fn with both ends of a connection, with and without TLS.
func eachNetConn(t *testing.T, fn func(t *testing.T, ctx context.Context, a, b *transports.NetConn)) {
	for name, secured := range map[string]bool{"TCP": false, "TLS": true} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				a, b := netPair(ctx, secured)
				fn(t, ctx, a, b)
				a.Close()
				b.Close()
				settle(ctx)
			})
		})
	}
}

// both runs functions as tasks, and waits for them all.
func both(ctx context.Context, fns ...func(ctx context.Context) error) error {
	var all []tasks.Awaitable[struct{}]
	for _, fn := range fns {
		all = append(all, tasks.Go(ctx, fn))
	}
	_, err := tasks.Gather(ctx, all...).Await(ctx)
	return err
}

// timedOut fails t unless err is that of a deadline.
func timedOut(t *testing.T, what string, err error) {
	t.Helper()
	var e net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &e) || !e.Timeout() {
		t.Errorf("%s: %v, want a timeout", what, err)
	}
}

func TestNetConnBasicIO(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		want := make([]byte, 1<<20)
		rand.New(rand.NewSource(0)).Read(want)
		var got bytes.Buffer
		must(both(ctx,
			func(context.Context) error {
				_, err := io.Copy(a, bytes.NewReader(want))
				a.Close()
				return err
			},
			func(context.Context) error {
				_, err := io.Copy(&got, b)
				return err
			}))
		looptest.Equal(t, "what arrived", bytes.Equal(got.Bytes(), want), true)
	})
}

func TestNetConnPingPong(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		n := 0
		player := func(c net.Conn) func(context.Context) error {
			return func(context.Context) error {
				p := make([]byte, 8)
				for {
					if _, err := io.ReadFull(c, p); err != nil {
						return nil
					}
					if n++; n == 1000 {
						return c.Close()
					}
					if _, err := c.Write(p); err != nil {
						return err
					}
				}
			}
		}
		_, err := a.Write([]byte("12345678"))
		must(err)
		must(both(ctx, player(a), player(b)))
		looptest.Equal(t, "turns", n, 1000)
	})
}

// Many tasks read, with deadlines that end some of the reads.
func TestNetConnRacyRead(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		writer := tasks.Go(ctx, func(context.Context) error {
			io.Copy(b, rand.New(rand.NewSource(1)))
			return nil
		})
		var readers []func(context.Context) error
		for range 10 {
			readers = append(readers, func(ctx context.Context) error {
				p := make([]byte, 1024)
				a.SetReadDeadline(time.Now().Add(time.Millisecond))
				for range 10 {
					if _, err := a.Read(p); err != nil {
						timedOut(t, "Read", err)
						a.SetReadDeadline(time.Now().Add(time.Millisecond))
					}
					must(tasks.Sleep(ctx, 300*time.Microsecond))
				}
				return nil
			})
		}
		must(both(ctx, readers...))
		b.Close()
		writer.Await(ctx)
	})
}

// Each of many writes arrives in one piece.
func TestNetConnRacyWrite(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		const size = 200 << 10
		var got bytes.Buffer
		reader := tasks.Go(ctx, func(context.Context) error {
			_, err := io.Copy(&got, b)
			return err
		})
		var writers []func(context.Context) error
		for i := range 10 {
			writers = append(writers, func(context.Context) error {
				_, err := a.Write(bytes.Repeat([]byte{byte('a' + i)}, size))
				return err
			})
		}
		must(both(ctx, writers...))
		a.Close()
		_, err := reader.Await(ctx)
		must(err)
		looptest.Equal(t, "size", got.Len(), 10*size)
		for i := range 10 {
			looptest.Equal(t, "a write", bytes.Equal(got.Next(size), bytes.Repeat([]byte{byte('a' + i)}, size)), true)
		}
	})
}

// A write that comes just when there is room again waits for the end of one that has
// been waiting for it.
func TestNetConnWriteInOnePiece(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		want := append(bytes.Repeat([]byte("a"), 1<<20), 'b')
		got := make([]byte, len(want))
		must(both(ctx,
			func(context.Context) error {
				_, err := a.Write(want[:1<<20])
				return err
			},
			func(ctx context.Context) error {
				looptest.Equal(t, "the first waits", a.Transport().WriteBufferSize() > 0, true)
				for _, low := a.Transport().WriteBufferLimits(); a.Transport().WriteBufferSize() > low; {
					must(tasks.Sleep(ctx, 0))
				}
				_, err := a.Write(want[1<<20:])
				return err
			},
			func(context.Context) error {
				_, err := io.ReadFull(b, got)
				return err
			}))
		looptest.Equal(t, "what arrived", bytes.Equal(got, want), true)
	})
}

func TestNetConnClose(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		p := make([]byte, 64<<10)
		must(both(ctx,
			func(ctx context.Context) error {
				must(tasks.Sleep(ctx, time.Second))
				return a.Close()
			},
			func(context.Context) error {
				_, err := a.Read(p)
				is(t, "Read", err, net.ErrClosed)
				return nil
			},
			func(context.Context) error {
				for {
					if _, err := a.Write(p); err != nil {
						is(t, "Write", err, net.ErrClosed)
						return nil
					}
				}
			}))
		_, err := a.Read(p)
		is(t, "Read", err, net.ErrClosed)
		_, err = a.Write(p)
		is(t, "Write", err, net.ErrClosed)
		is(t, "Close", a.Close(), net.ErrClosed)
		is(t, "CloseWrite", a.CloseWrite(), net.ErrClosed)
		is(t, "SetDeadline", a.SetDeadline(time.Now()), net.ErrClosed)
		n, err := io.Copy(io.Discard, b)
		looptest.Equal(t, "what was written before arrives", n > 0 && err == nil, true)
		_, err = b.Read(p)
		is(t, "Read of the other end", err, io.EOF)
	})
}

func TestNetConnHalfClose(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := netPair(ctx, false)
		must(a.CloseWrite())
		p := make([]byte, 10)
		_, err := b.Read(p)
		is(t, "Read", err, io.EOF)
		_, err = b.Write([]byte("answer"))
		must(err)
		n, err := a.Read(p)
		looptest.Outcome(t, "Read", string(p[:n]), err, "answer")
		a.Close()
		b.Transport().Abort()
		settle(ctx)
		_, err = b.Write([]byte("x"))
		is(t, "Write", err, transports.ErrClosing)

		a, b = netPair(ctx, true)
		is(t, "CloseWrite of TLS", a.CloseWrite(), errors.ErrUnsupported)
		b.Transport().Abort()
		_, err = a.Read(p)
		looptest.Equal(t, "Read after a reset", describe(err), "connection reset by peer")
		_, err = a.Write(p)
		looptest.Equal(t, "Write after a reset", describe(err), "connection reset by peer")
	})
}

// The reader is slow: what has not been read stays with the other end.
func TestNetConnFlow(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := netPair(ctx, false)
		written := 0
		writer := tasks.Go(ctx, func(context.Context) error {
			for {
				n, err := a.Write(make([]byte, 1<<10))
				if written += n; err != nil {
					return err
				}
			}
		})
		settle(ctx)
		must(tasks.Sleep(ctx, time.Second))
		looptest.Equal(t, "the reader's transport reads", b.Transport().IsReading(), false)
		if written < 192<<10 || written > 300<<10 {
			t.Errorf("%d bytes written", written)
		}
		total, err := io.ReadFull(b, make([]byte, 1<<20))
		looptest.Outcome(t, "ReadFull", total, err, 1<<20)
		a.Close()
		_, err = writer.Await(ctx)
		is(t, "the writer", err, net.ErrClosed)
		b.Close()
	})
}

// Every method at once.
func TestNetConnConcurrentMethods(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		var all []func(context.Context) error
		for range 100 {
			all = append(all,
				func(context.Context) error { a.Read(make([]byte, 1024)); return nil },
				func(context.Context) error { a.Write(make([]byte, 1024)); return nil },
				func(context.Context) error { a.SetDeadline(time.Now().Add(10 * time.Millisecond)); return nil },
				func(context.Context) error { a.SetReadDeadline(time.Unix(1, 0)); return nil },
				func(context.Context) error { a.SetWriteDeadline(time.Unix(1, 0)); return nil },
				func(context.Context) error { a.LocalAddr(); a.RemoteAddr(); return nil })
		}
		must(both(ctx, all...))
	})
}
