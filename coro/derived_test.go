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
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Package context attaches what is derived from a task's ctx directly: no
// goroutine waits for its end.
func TestDerivedContextsStartNoGoroutine(t *testing.T) {
	run(t, func(ctx context.Context) error {
		return timeouts.Run(ctx, time.Hour, func(scope context.Context) error {
			started := leak.Count()
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
			if n := started(); n != 0 {
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

// A veil hides what kind of ctx it covers.
type veil struct{ context.Context }

// An own has a Done of its own.
type own struct {
	context.Context
	done chan struct{}
}

func (o own) Done() <-chan struct{} { return o.done }

func (o own) Err() error {
	select {
	case <-o.done:
		return context.Canceled
	default:
		return nil
	}
}

// What is derived from a task's ctx is the task's as long as it has the same
// end; one that ends by itself fails the awaits made on it, and the task's own
// cancellation ends all of them, once.
func TestWhichDerivedContextsAreLevels(t *testing.T) {
	ended := make(chan struct{})
	close(ended)
	tests := []struct {
		name   string
		derive func(ctx context.Context) context.Context
		want   error // of an await when it has ended, or the task is cancelled
	}{
		{"own", func(ctx context.Context) context.Context { return ctx }, nil},
		{"with a value", func(ctx context.Context) context.Context { return context.WithValue(ctx, valueKey("k"), 1) }, nil},
		{"without cancel", context.WithoutCancel, nil},
		{"veiled", func(ctx context.Context) context.Context { return veil{veil{ctx}} }, nil},
		{"with an end of its own", func(ctx context.Context) context.Context { return own{ctx, ended} }, context.Canceled},
		{"one veiled", func(ctx context.Context) context.Context { return veil{own{ctx, ended}} }, context.Canceled},
		{"with a cancel function", func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx
		}, context.Canceled},
		{"with a deadline", func(ctx context.Context) context.Context {
			ctx, cancel := context.WithTimeout(ctx, -1)
			t.Cleanup(cancel)
			return ctx
		}, context.DeadlineExceeded},
		{"a value on an ended one", func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return context.WithValue(ctx, valueKey("k"), 1)
		}, context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) error {
				derived := tt.derive(ctx)
				if err := pass(derived); err != tt.want {
					t.Errorf("await: %v, want %v", err, tt.want)
				}
				tasks.Current(ctx).Cancel()
				defer tasks.Current(ctx).Uncancel()
				if err := pass(ctx); !errors.Is(err, futures.ErrCancelled) {
					t.Errorf("await after Cancel: %v, want the cancellation", err)
				}
				if err := pass(derived); err != tt.want {
					t.Errorf("the next await: %v, want %v", err, tt.want)
				}
				return nil
			})
		})
	}
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
