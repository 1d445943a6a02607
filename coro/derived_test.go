package coro_test

// Contexts derived from a task's, and what a task's ctx keeps alive.

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Package context attaches what is derived from a task's ctx directly: no
// goroutine waits for its end.
func TestDerivedContextsStartNoGoroutine(t *testing.T) {
	run(t, func(ctx context.Context) error {
		return timeouts.Run(ctx, time.Hour, func(scope context.Context) error {
			before := goroutines()
			var all []context.Context
			for _, parent := range []context.Context{ctx, context.WithValue(ctx, valueKey("k"), 1), scope} {
				for range 10 {
					a, cancelA := context.WithCancel(parent)
					defer cancelA()
					b, cancelB := context.WithTimeout(a, time.Hour)
					defer cancelB()
					c, cancelC := context.WithCancelCause(b)
					defer cancelC(nil)
					all = append(all, a, b, c)
				}
			}
			if n := goroutines() - before; n != 0 {
				t.Errorf("%d goroutines for %d derived contexts", n, len(all))
			}
			tasks.Current(ctx).Cancel("stop")
			for i, c := range all {
				if c.Err() != context.Canceled || !errors.Is(context.Cause(c), futures.ErrCancelled) {
					t.Fatalf("derived ctx %d: %v, cause %v; want it cancelled at once", i, c.Err(), context.Cause(c))
				}
			}
			tasks.Current(ctx).Uncancel()
			return nil
		})
	})
}

// A ctx derived with an end of its own fails awaits as it fails any Go call, and
// leaves alone what was awaited.
func TestForeignEndDetaches(t *testing.T) {
	run(t, func(ctx context.Context) error {
		f := futures.New[int](ctx)
		derived, cancel := context.WithCancel(ctx)
		eventloop.FromContext(ctx).CallSoon(cancel)
		_, err := f.Await(derived)
		if err != context.Canceled {
			t.Errorf("await: %v, want context.Canceled", err)
		}
		if f.Done() {
			t.Error("the future was cancelled")
		}
		f.SetResult(1)
		if v, err := f.Await(ctx); v != 1 || err != nil {
			t.Errorf("await on the task's own ctx: %d, %v", v, err)
		}
		if _, err := f.Await(derived); err != context.Canceled {
			t.Errorf("await of what is done on the ended ctx: %v, want context.Canceled", err)
		}
		return nil
	})
}

// Pitfall: a chain of tasks, each created by the last, would keep every one of
// its ancestors through their contexts.
func TestPitfallARespawnedTaskKeepsNoAncestors(t *testing.T) {
	spawners := map[string]func(ctx context.Context, spawn func(ctx context.Context) error) error{
		"own ctx": func(ctx context.Context, spawn func(ctx context.Context) error) error { return spawn(ctx) },
		"in a timeout": func(ctx context.Context, spawn func(ctx context.Context) error) error {
			return timeouts.Run(ctx, time.Hour, spawn)
		},
	}
	for name, around := range spawners {
		t.Run(name, func(t *testing.T) {
			run(t, func(ctx context.Context) error {
				const generations = 20
				var seen []weak.Pointer[tasks.Task[struct{}]]
				last := futures.New[struct{}](ctx)
				var next func(n int) func(ctx context.Context) error
				next = func(n int) func(ctx context.Context) error {
					return func(ctx context.Context) error {
						ctx.Done() // with all its parts made
						if n == generations {
							runtime.GC()
							runtime.GC()
							alive := 0
							for _, w := range seen[:n-2] {
								if w.Value() != nil {
									alive++
								}
							}
							// The stacks of a few finished tasks may still show them.
							if alive > 3 {
								t.Errorf("%d of %d ancestors are alive", alive, n-2)
							}
							last.SetResult(struct{}{})
							return nil
						}
						return around(ctx, func(ctx context.Context) error {
							seen = append(seen, weak.Make(tasks.Go(ctx, next(n+1))))
							return nil
						})
					}
				}
				seen = append(seen, weak.Make(tasks.Go(ctx, next(1))))
				_, err := last.Await(ctx)
				return err
			})
		})
	}
}
