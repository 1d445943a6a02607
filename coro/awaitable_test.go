package coro_test

// An Awaitable that this module knows nothing of is awaited like a future.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// A gate is open or shut; it is written with the exported names alone.
type gate struct {
	loop    coro.Scheduler
	open    bool
	err     error
	waiters []coro.Runnable
	asked   []string // the messages of Cancel
	deaf    bool     // it does not accept to be cancelled
}

func (g *gate) Done() bool                { return g.open }
func (g *gate) Err() error                { return g.err }
func (g *gate) Scheduler() coro.Scheduler { return g.loop }

func (g *gate) Subscribe(w coro.Runnable) {
	if g.open {
		g.loop.Ready(w)
		return
	}
	g.waiters = append(g.waiters, w)
}

func (g *gate) Unsubscribe(w coro.Runnable) int {
	n := len(g.waiters)
	kept := g.waiters[:0]
	for _, x := range g.waiters {
		if x != w {
			kept = append(kept, x)
		}
	}
	g.waiters = kept
	return n - len(kept)
}

func (g *gate) Cancel(msg ...string) bool {
	g.asked = append(g.asked, msg...)
	if g.open || g.deaf {
		return false
	}
	g.end(&futures.CancelledError{Msg: msg[0]})
	return true
}

func (g *gate) end(err error) {
	g.open, g.err = true, err
	for _, w := range g.waiters {
		g.loop.Ready(w)
	}
	g.waiters = nil
}

func newGate(ctx context.Context) *gate { return &gate{loop: eventloop.FromContext(ctx)} }

func TestThirdPartyAwaitable(t *testing.T) {
	t.Run("an open gate does not suspend", func(t *testing.T) {
		run(t, func(ctx context.Context) error {
			g := newGate(ctx)
			g.end(errX)
			ran := false
			eventloop.FromContext(ctx).CallSoon(func() { ran = true })
			if err := coro.Await(ctx, g); err != errX {
				t.Errorf("await: %v, want x", err)
			}
			if ran {
				t.Error("the await gave way")
			}
			return nil
		})
	})
	t.Run("those who wait are woken in order", func(t *testing.T) {
		var got []string
		run(t, func(ctx context.Context) error {
			g := newGate(ctx)
			for _, name := range []string{"a", "b", "c"} {
				tasks.Go(ctx, func(ctx context.Context) error {
					logf(&got, "%s: %v", name, coro.Await(ctx, g))
					return nil
				})
			}
			if err := pass(ctx); err != nil {
				return err
			}
			g.end(errX)
			return pass(ctx)
		})
		if diff := cmp.Diff([]string{"a: x", "b: x", "c: x"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
	t.Run("cancelling the task cancels the gate", func(t *testing.T) {
		for _, deaf := range []bool{false, true} {
			run(t, func(ctx context.Context) error {
				g := newGate(ctx)
				g.deaf = deaf
				child := tasks.Go(ctx, func(ctx context.Context) error { return coro.Await(ctx, g) })
				if err := pass(ctx); err != nil {
					return err
				}
				child.Cancel("stop")
				if diff := cmp.Diff([]string{"stop"}, g.asked); diff != "" {
					t.Errorf("deaf=%t: messages (-want +got)\n%s", deaf, diff)
				}
				if deaf {
					// The task learns of it when the gate is done after all.
					g.end(nil)
				}
				_, err := child.Await(ctx)
				if !futures.IsCancelled(err) || !child.Cancelled() {
					t.Errorf("deaf=%t: the task ended with %v", deaf, err)
				}
				return nil
			})
		}
	})
	t.Run("the end of a foreign ctx unsubscribes", func(t *testing.T) {
		run(t, func(ctx context.Context) error {
			g := newGate(ctx)
			derived, cancel := context.WithCancel(ctx)
			eventloop.FromContext(ctx).CallSoon(cancel)
			if err := coro.Await(derived, g); err != context.Canceled {
				t.Errorf("await: %v", err)
			}
			if len(g.waiters) != 0 || len(g.asked) != 0 {
				t.Errorf("%d waiters, %d cancellations; want none", len(g.waiters), len(g.asked))
			}
			return nil
		})
	})
	t.Run("one of another loop is refused", func(t *testing.T) {
		other := eventloop.New()
		defer other.Close()
		run(t, func(ctx context.Context) error {
			if err := coro.Await(ctx, &gate{loop: other}); !errors.Is(err, eventloop.ErrForeignLoop) {
				t.Errorf("await: %v, want ErrForeignLoop", err)
			}
			return nil
		})
	})
	t.Run("a raw generator yields it", func(t *testing.T) {
		var got []string
		run(t, func(ctx context.Context) error {
			g := newGate(ctx)
			child := tasks.FromSeq(ctx, func(ctx context.Context) coro.Seq {
				return func(yield func(coro.Awaitable) bool) {
					logf(&got, "%v", coro.Wait(yield, g))
					logf(&got, "%v", tasks.Sleep(ctx, time.Second)) // an await is a yield from within
				}
			})
			if err := pass(ctx); err != nil {
				return err
			}
			g.end(errX)
			_, err := child.Await(ctx)
			return err
		})
		if diff := cmp.Diff([]string{"x", "<nil>"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
