//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

// What becomes of the errors of system calls.

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// run runs fn as a task, and fails t if that leaves descriptors or goroutines behind.
func run(t *testing.T, fn func(ctx context.Context)) {
	t.Helper()
	leak.Check(t)
	before := openFiles()
	t.Cleanup(func() {
		if n := openFiles(); n > before {
			t.Errorf("%d descriptors are open, %d were", n, before)
		}
	})
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		_, err := tasks.WaitFor(ctx, tasks.Go(ctx, func(ctx context.Context) error { fn(ctx); return nil }), 20*time.Second)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// openFiles counts the descriptors of the process, 0 where that cannot be told.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// is fails t unless err is want, in what package net would return.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if want == nil || want == io.EOF || want == network.ErrWouldBlock {
		if err != want {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
		return
	}
	var op *net.OpError
	if !errors.As(err, &op) || !errors.Is(err, want) {
		t.Errorf("%s: %#v, want a net.OpError that is %v", what, err, want)
	}
}

// until waits until a callback that on takes has come.
func until(ctx context.Context, t *testing.T, on func(r func()) error) {
	t.Helper()
	f := futures.New[struct{}](ctx)
	must(t, on(func() {
		if !f.Done() {
			f.SetResult(struct{}{})
		}
	}))
	if _, err := f.Await(ctx); err != nil {
		t.Fatal(err)
	}
}

type runnable func()

func (f runnable) Run() { f() }

func readable(c interface{ OnReadable(r coro.Runnable) error }) func(func()) error {
	return func(f func()) error { return c.OnReadable(runnable(f)) }
}

// loopback is where to listen.
func loopback() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// pair returns the ends of a connection: the first by n, the other without faults.
func pair(ctx context.Context, t *testing.T, n network.Network) (a, b network.Conn) {
	t.Helper()
	l, err := system.New().Listen(ctx, loopback(), network.Options{})
	must(t, err)
	defer l.Close()
	a, err = n.Dial(ctx, l.Addr(), network.Options{})
	must(t, err)
	until(ctx, t, readable(l))
	b, err = l.Accept()
	must(t, err)
	return a, b
}

func times(n int, err error) []error { return slices.Repeat([]error{err}, n) }

func TestFaultsOfRead(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []error
		want   []error // of Reads, with nil for one that reads
	}{
		{"interrupted", times(3, syscall.EINTR), []error{nil}},
		{"interrupted all the time", times(40, syscall.EINTR), []error{network.ErrWouldBlock, network.ErrWouldBlock, nil}},
		{"a false alarm", times(2, syscall.EAGAIN), []error{network.ErrWouldBlock, network.ErrWouldBlock, nil}},
		{"reset", []error{syscall.ECONNRESET}, []error{syscall.ECONNRESET, nil}},
		{"timed out", []error{syscall.ETIMEDOUT}, []error{syscall.ETIMEDOUT}},
		{"short", times(2, nil), []error{nil, nil, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				faults, count := system.Faults{}, map[string]int{}
				a, b := pair(ctx, t, system.NewFaulty(faults, count))
				defer a.Close()
				defer b.Close()
				_, err := b.Write([]byte("hello"))
				must(t, err)
				until(ctx, t, readable(a))
				must(t, a.OnReadable(nil))
				faults["read"] = tt.faults
				buf := make([]byte, 10)
				for i, want := range tt.want {
					n, err := a.Read(buf)
					is(t, "Read", err, want)
					if err == nil && n == 0 {
						t.Errorf("Read %d has read nothing", i)
					}
				}
				if count["read"] > 50 {
					t.Errorf("%d calls", count["read"])
				}
			})
		})
	}
}

func TestFaultsOfWrite(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []error
		want   []error
	}{
		{"interrupted", times(3, syscall.EINTR), []error{nil}},
		{"interrupted all the time", times(40, syscall.EINTR), []error{network.ErrWouldBlock, network.ErrWouldBlock, nil}},
		{"full", times(1, syscall.EAGAIN), []error{network.ErrWouldBlock, nil}},
		{"broken", times(2, syscall.EPIPE), []error{syscall.EPIPE, syscall.EPIPE}},
		// To wait until there is room would be to spin: the socket has some.
		{"no buffers", []error{syscall.ENOBUFS}, []error{syscall.ENOBUFS, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				faults, count := system.Faults{}, map[string]int{}
				a, b := pair(ctx, t, system.NewFaulty(faults, count))
				defer a.Close()
				defer b.Close()
				faults["write"], faults["writev"] = slices.Clone(tt.faults), slices.Clone(tt.faults)
				for _, want := range tt.want {
					n, err := a.Write([]byte("hello"))
					is(t, "Write", err, want)
					if (n == 5) != (err == nil) {
						t.Errorf("Write has written %d bytes", n)
					}
					n, err = a.(network.BuffersWriter).WriteBuffers([][]byte{nil, []byte("hello"), {}, []byte("!")})
					is(t, "WriteBuffers", err, want)
					if (n > 0) != (err == nil) {
						t.Errorf("WriteBuffers has written %d bytes", n)
					}
				}
			})
		})
	}
	t.Run("short", func(t *testing.T) {
		run(t, func(ctx context.Context) {
			faults := system.Faults{}
			a, b := pair(ctx, t, system.NewFaulty(faults, map[string]int{}))
			defer a.Close()
			defer b.Close()
			faults["write"] = times(1, nil)
			if n, err := a.Write([]byte("hello")); n != 1 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	})
}

func TestFaultsOfAccept(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []error
		want   []error
	}{
		{"interrupted", times(3, syscall.EINTR), []error{nil}},
		{"gone before it was accepted", times(5, syscall.ECONNABORTED), []error{nil}},
		{"gone all the time", times(20, syscall.ECONNABORTED), []error{network.ErrWouldBlock, nil}},
		{"a false alarm", times(1, syscall.EAGAIN), []error{network.ErrWouldBlock, nil}},
		{"no descriptors", times(2, syscall.EMFILE), []error{syscall.EMFILE, syscall.EMFILE, nil}},
		{"no buffers", times(1, syscall.ENOBUFS), []error{syscall.ENOBUFS, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				faults, count := system.Faults{}, map[string]int{}
				n := system.NewFaulty(faults, count)
				l, err := n.Listen(ctx, loopback(), network.Options{})
				must(t, err)
				defer l.Close()
				c, err := system.New().Dial(ctx, l.Addr(), network.Options{})
				must(t, err)
				defer c.Close()
				until(ctx, t, readable(l))
				must(t, l.OnReadable(nil))
				faults["accept"] = tt.faults
				for _, want := range tt.want {
					a, err := l.Accept()
					is(t, "Accept", err, want)
					if err == nil {
						must(t, a.Close())
					}
				}
				if _, err := l.Accept(); err != network.ErrWouldBlock {
					t.Errorf("Accept of nothing: %v", err)
				}
			})
		})
	}
}

// A dial ends with what has become of it, and leaves nothing open.
func TestFaultsOfDial(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults system.Faults
		want   error
	}{
		{"interrupted", system.Faults{"connect": {syscall.EINTR}, "getpeername": {syscall.ENOTCONN}}, nil},
		{"connected at once", system.Faults{"connect": {syscall.EISCONN}}, syscall.ENOTCONN},
		{"refused at once", system.Faults{"connect": {syscall.ECONNREFUSED}}, syscall.ECONNREFUSED},
		{"unreachable", system.Faults{"getsockopt": {system.Pending(syscall.EHOSTUNREACH)}}, syscall.EHOSTUNREACH},
		{"woken early", system.Faults{"getsockopt": {system.Pending(syscall.EINPROGRESS)}, "getpeername": {syscall.ENOTCONN}}, nil},
		{"no answer about it", system.Faults{"getsockopt": {syscall.ENOBUFS}}, syscall.ENOBUFS},
		{"no descriptors", system.Faults{"socket": {syscall.EMFILE}}, syscall.EMFILE},
		{"no option", system.Faults{"setsockopt": {syscall.EINVAL}}, syscall.EINVAL},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				l, err := system.New().Listen(ctx, loopback(), network.Options{})
				must(t, err)
				defer l.Close()
				if tt.name == "interrupted" {
					// The call was made all the same.
					tt.faults["connect"] = nil
				}
				c, err := system.NewFaulty(tt.faults, map[string]int{}).Dial(ctx, l.Addr(), network.Options{})
				if tt.name == "connected at once" && err == nil {
					_, err = c.Read(make([]byte, 1)) // which tells
				}
				is(t, "Dial", err, tt.want)
				if c != nil {
					must(t, c.Close())
				}
			})
		})
	}
}

func TestFaultsOfListen(t *testing.T) {
	for _, call := range []string{"socket", "setsockopt", "bind", "listen"} {
		t.Run(call, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				path := filepath.Join(t.TempDir(), "s")
				for _, addr := range []net.Addr{loopback(), &net.UnixAddr{Name: path, Net: "unix"}} {
					if call == "setsockopt" && addr.Network() == "unix" {
						continue
					}
					_, err := system.NewFaulty(system.Faults{call: {syscall.ENOBUFS}}, map[string]int{}).Listen(ctx, addr, network.Options{})
					is(t, "Listen", err, syscall.ENOBUFS)
				}
				if _, err := os.Lstat(path); err == nil {
					t.Error("the path is left behind")
				}
			})
		})
	}
}

// Whatever close returns, it is called once.
func TestFaultsOfClose(t *testing.T) {
	run(t, func(ctx context.Context) {
		faults, count := system.Faults{}, map[string]int{}
		n := system.NewFaulty(faults, count)
		for _, tt := range []struct{ fault, want error }{
			{syscall.EINTR, nil},
			{syscall.EIO, syscall.EIO},
			{nil, nil},
		} {
			a, b := pair(ctx, t, n)
			must(t, a.OnReadable(runnable(func() { t.Error("a closed connection is readable") })))
			faults["close"] = []error{tt.fault}
			before := count["close"]
			is(t, "Close", a.Close(), tt.want)
			is(t, "a second Close", a.Close(), nil)
			is(t, "Abort after Close", a.Abort(), nil)
			if calls := count["close"] - before; calls != 1 {
				t.Errorf("close was called %d times", calls)
			}
			_, err := a.Read(make([]byte, 1))
			is(t, "Read", err, net.ErrClosed)
			_, err = a.Write([]byte("x"))
			is(t, "Write", err, net.ErrClosed)
			must(t, b.Close())
		}
	})
}

func TestFaultsOfDatagrams(t *testing.T) {
	run(t, func(ctx context.Context) {
		faults, count := system.Faults{}, map[string]int{}
		n := system.NewFaulty(faults, count)
		a, err := n.OpenPacket(ctx, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil, network.Options{})
		must(t, err)
		defer a.Close()
		faults["sendto"] = append(times(3, syscall.EINTR), nil, syscall.EAGAIN, syscall.ENOBUFS, syscall.ECONNREFUSED)
		for _, want := range []error{nil, network.ErrWouldBlock, syscall.ENOBUFS, syscall.ECONNREFUSED, nil} {
			is(t, "WriteTo", a.WriteTo([]byte("x"), a.LocalAddr()), want)
		}
		until(ctx, t, readable(a))
		must(t, a.OnReadable(nil))
		faults["recvfrom"] = append(times(3, syscall.EINTR), nil, syscall.EAGAIN, syscall.ECONNREFUSED)
		for _, want := range []error{nil, network.ErrWouldBlock, syscall.ECONNREFUSED, nil} {
			_, _, err := a.ReadFrom(make([]byte, 1))
			is(t, "ReadFrom", err, want)
		}
	})
}

// A task that is cancelled, or closed, while it connects leaves no descriptor.
func TestCancelledDial(t *testing.T) {
	busy := filepath.Join(t.TempDir(), "busy")
	run(t, func(ctx context.Context) {
		l, err := system.New().Listen(ctx, &net.UnixAddr{Name: busy, Net: "unix"}, network.Options{Backlog: 1})
		must(t, err)
		defer l.Close()
		must(t, l.OnReadable(runnable(func() {}))) // the loop has its own from here on
		before := openFiles()
		// It never has an answer.
		faults := system.Faults{"connect": times(1000, syscall.EINPROGRESS), "getpeername": times(10, syscall.ENOTCONN)}
		for _, tt := range []struct {
			n    network.Network
			addr net.Addr
		}{
			{system.NewFaulty(faults, map[string]int{}), l.Addr()},
			{system.NewFaulty(system.Faults{"connect": times(1000, syscall.EAGAIN)}, map[string]int{}), l.Addr()},
		} {
			d := tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) {
				return tt.n.Dial(ctx, tt.addr, network.Options{})
			})
			for range 3 {
				must(t, tasks.Sleep(ctx, 0))
			}
			if d.Done() {
				t.Fatalf("Dial: %v", d.Err())
			}
			d.Cancel()
			if _, err := d.Await(ctx); !futures.IsCancelled(err) {
				t.Errorf("Dial that was cancelled: %v", err)
			}
			if n := openFiles(); n != before {
				t.Errorf("%d descriptors are open, %d were", n, before)
			}
		}
		tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) { // left to the end of the run
			return system.NewFaulty(system.Faults{"connect": times(1000, syscall.EAGAIN)}, map[string]int{}).Dial(ctx, l.Addr(), network.Options{})
		})
		must(t, tasks.Sleep(ctx, 0))
	})
}

// A listener that is busy gets its connections later.
func TestBusyUnixListener(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := system.NewFaulty(system.Faults{"connect": times(3, syscall.EAGAIN)}, map[string]int{})
		l, err := n.Listen(ctx, &net.UnixAddr{Name: filepath.Join(t.TempDir(), "s"), Net: "unix"}, network.Options{})
		must(t, err)
		defer l.Close()
		c, err := n.Dial(ctx, l.Addr(), network.Options{})
		must(t, err)
		must(t, c.Close())
	})
}

// Sockets that nobody has closed end with the loop.
func TestSocketsOfAClosedLoop(t *testing.T) {
	leak.Check(t)
	before := openFiles()
	l := eventloop.New()
	n := system.New()
	ctx := l.Context(context.Background())
	var listener network.Listener
	main := tasks.Go(ctx, func(ctx context.Context) (err error) {
		listener, err = n.Listen(ctx, loopback(), network.Options{})
		if err == nil {
			_, err = n.Dial(ctx, listener.Addr(), network.Options{})
		}
		if err == nil {
			_, err = n.OpenPacket(ctx, &net.UDPAddr{}, nil, network.Options{})
		}
		return err
	})
	must(t, l.RunUntilComplete(main))
	must(t, main.Err())
	must(t, l.Close())
	if n := openFiles(); n > before {
		t.Errorf("%d descriptors are open, %d were", n, before)
	}
	_, err := listener.Accept()
	is(t, "Accept", err, net.ErrClosed)
	must(t, listener.Close())
	if _, err := n.Listen(ctx, loopback(), network.Options{}); err == nil {
		t.Error("a closed loop listens")
	}
}
