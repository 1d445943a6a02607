//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
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
	leak.Files(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		_, err := tasks.WaitFor(ctx, tasks.Go(ctx, func(ctx context.Context) error { fn(ctx); return nil }), 20*time.Second)
		return err
	})
	if err != nil {
		t.Error(err)
	}
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
