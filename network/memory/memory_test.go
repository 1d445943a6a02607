package memory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/asynciotest"
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
)

// callback is a function as a Runnable.
type callback func()

func (c callback) Run() { c() }

// port is an address of the listener in most tests.
var port = &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 80}

// listen listens there or fails the test.
func listen(t *testing.T, ctx context.Context, n *memory.Network, addr net.Addr, o network.Options) network.Listener {
	t.Helper()
	l, err := n.Listen(ctx, addr, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// pair returns the ends of a connection through n.
func pair(t *testing.T, ctx context.Context, n *memory.Network) (client, server network.Conn) {
	t.Helper()
	return pairAt(t, ctx, ctx, n, port)
}

// pairAt is pair from one place to another.
func pairAt(t *testing.T, from, to context.Context, n *memory.Network, addr net.Addr) (client, server network.Conn) {
	t.Helper()
	l := listen(t, to, n, addr, network.Options{})
	defer l.Close()
	client, err := n.Dial(from, addr, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return client, server
}

// write writes a text, of which nothing must be left over.
func write(t *testing.T, c network.Conn, text string) {
	t.Helper()
	if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("Write of %q: %d, %v", text, n, err)
	}
}

// got says what a read of up to 100 bytes comes to.
func got(c interface{ Read([]byte) (int, error) }) string {
	p := make([]byte, 100)
	n, err := c.Read(p)
	return outcome(string(p[:n]), err)
}

func outcome(text string, err error) string {
	var op *net.OpError
	switch {
	case err == nil:
		return fmt.Sprintf("%q", text)
	case err == network.ErrWouldBlock:
		return "would block"
	case err == io.EOF:
		return "EOF"
	case !errors.As(err, &op):
		return "not an OpError: " + err.Error()
	}
	for e, name := range map[error]string{
		syscall.ECONNRESET: "reset", syscall.EPIPE: "pipe", syscall.ECONNREFUSED: "refused", net.ErrClosed: "closed",
		syscall.ENOTCONN: "not connected", syscall.EADDRINUSE: "in use", syscall.EADDRNOTAVAIL: "not available",
		syscall.ENETUNREACH: "unreachable", syscall.ENOENT: "no such file", syscall.EPROTOTYPE: "wrong type",
		syscall.EMSGSIZE: "too long", syscall.EPERM: "not permitted", syscall.EAFNOSUPPORT: "wrong family",
		syscall.EDESTADDRREQ: "no address", errors.ErrUnsupported: "unsupported",
	} {
		if errors.Is(err, e) {
			return name
		}
	}
	return err.Error()
}

func sleep(t *testing.T, ctx context.Context, d time.Duration) {
	t.Helper()
	if err := tasks.Sleep(ctx, d); err != nil {
		t.Fatal(err)
	}
}

// A buffer of 10 bytes takes 10, and as much more as is read.
func TestBuffer(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		for _, latency := range []time.Duration{0, time.Second} {
			a, b := pair(t, ctx, memory.New(memory.WithBuffer(10), memory.WithLatency(latency)))
			for i, want := range []int{6, 4, 0} {
				if k, err := a.Write(make([]byte, 6)); k != want || (err == network.ErrWouldBlock) != (k == 0) {
					t.Errorf("Write %d: %d, %v", i, k, err)
				}
			}
			sleep(t, ctx, latency)
			b.Read(make([]byte, 3))
			if k, err := a.(network.BuffersWriter).WriteBuffers([][]byte{{1}, {}, {2, 3, 4}, {5}}); k != 3 || err != nil {
				t.Errorf("WriteBuffers: %d, %v", k, err)
			}
			b.Read(make([]byte, 7))
			sleep(t, ctx, latency)
			looptest.Equal(t, "the rest", got(b), `"\x01\x02\x03"`)
		}
	})
}

// Two loops in turn begin anew; at the same time they cannot.
func TestLoops(t *testing.T) {
	leak.Check(t)
	n := memory.New(memory.WithHost("a", "10.9.9.9"))
	for range 2 {
		looptest.Run(t, func(ctx context.Context) {
			listen(t, ctx, n, port, network.Options{}) // and leaves it
			listen(t, ctx, n, &net.UnixAddr{Name: "/s"}, network.Options{})
			l := eventloop.New()
			defer l.Close()
			text := looptest.Panics(func() { n.Listen(l.Context(context.Background()), port, network.Options{}) })
			looptest.Equal(t, "panic", text, "asyncio: a network in memory belongs to one loop; make another one for this")
		})
	}
	looptest.Equal(t, "panic without a loop",
		looptest.Panics(func() { n.Listen(context.Background(), port, network.Options{}) }),
		"asyncio: ctx has no event loop; pass the ctx that the task's function received")
}

// It runs in a bubble, with a clock that goes.
func TestBubble(t *testing.T) {
	asynciotest.Run(t, func(ctx context.Context) {
		n := memory.New(memory.WithLatency(time.Hour))
		start := time.Now()
		a, b := pair(t, ctx, n)
		write(t, a, "x")
		f := futures.New[string](ctx)
		b.OnReadable(callback(func() {
			b.OnReadable(nil)
			f.SetResult(got(b))
		}))
		text, err := f.Await(ctx)
		looptest.Outcome(t, "the read", text, err, `"x"`)
		if d := time.Since(start); d != 3*time.Hour {
			t.Errorf("it took %v, want two hours for the connection and one for the byte", d)
		}
	})
}

// A callback does not come when what it is for is over by then.
func TestCallbackThatIsLate(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		a, b := pair(t, ctx, memory.New())
		b.OnReadable(callback(func() { t.Error("called") }))
		write(t, a, "x")
		looptest.Equal(t, "read", got(b), `"x"`)
		looptest.Turns(ctx, 3)
		write(t, a, "y")
		b.OnReadable(nil)
		looptest.Turns(ctx, 3)
	})
}

// A callback that panics comes again.
func TestPanicInCallback(t *testing.T) {
	leak.Check(t)
	var lines []string
	err := looptest.RunErr(func(ctx context.Context) error {
		a, b := pair(t, ctx, memory.New())
		write(t, a, "x")
		b.OnReadable(callback(func() { panic("boom") }))
		looptest.Turns(ctx, 2)
		return b.Close()
	}, looptest.Report(&lines, looptest.Describe))
	looptest.Fails(t, "the run", err, "nil")
	if len(lines) != 2 {
		t.Errorf("reported: %q, want two panics", lines)
	}
}

// Nothing is allocated for what arrives and for the callbacks.
func TestAllocations(t *testing.T) {
	for _, latency := range []time.Duration{0, time.Millisecond} {
		looptest.Run(t, func(ctx context.Context) {
			a, b := pair(t, ctx, memory.New(memory.WithLatency(latency)))
			p, q := make([]byte, 1000), make([]byte, 1000)
			read := 0
			var r coro.Runnable = callback(func() {
				n, _ := b.Read(q)
				read += n
			})
			b.OnReadable(r)
			allocs := testing.AllocsPerRun(100, func() {
				a.Write(p)
				for start := read; read == start; {
					tasks.Sleep(ctx, max(latency, 0))
				}
			})
			// The sleep's own future is one.
			if limit := float64(latency / time.Millisecond); allocs > limit {
				t.Errorf("latency %v: %v allocations", latency, allocs)
			}
		})
	}
}
