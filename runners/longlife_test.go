package runners_test

// Runs that last: what they need must not grow with what they have done.

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// A heap is what the program has allocated and still uses.
type heap struct{ bytes, objects int64 }

// measure collects garbage and returns what is left.
func measure() heap {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return heap{int64(m.HeapAlloc), int64(m.HeapObjects)}
}

// flat fails the test if the heap has grown since early by more than a small,
// fixed amount. It measures more than once, because what the runtime does on the
// side, such as the cleanups of earlier tests, uses the heap as well.
func flat(t *testing.T, early heap, rounds int) {
	t.Helper()
	// In bytes. A leak of one word for each round would be more; the goroutines
	// of context.AfterFunc, which the runtime keeps for new ones, are less.
	const slack = 384 << 10
	var late heap
	for range 20 {
		if late = measure(); late.bytes-early.bytes <= slack {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("the heap grew by %d bytes and %d objects in %d rounds", late.bytes-early.bytes, late.objects-early.objects, rounds)
}

// Pitfall: a server whose tasks are each created by the last. See also what
// package coro says of their contexts.
func TestPitfallAChainOfTasks(t *testing.T) {
	const early, last = 100_000, 300_000
	spawners := map[string]func(ctx context.Context, spawn func(ctx context.Context) error) error{
		"plain": func(ctx context.Context, spawn func(ctx context.Context) error) error { return spawn(ctx) },
		"in a timeout": func(ctx context.Context, spawn func(ctx context.Context) error) error {
			return timeouts.Run(ctx, time.Hour, spawn)
		},
	}
	for name, around := range spawners {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				end := futures.New[struct{}](ctx)
				var first heap
				n := 0
				var next func(ctx context.Context) error
				next = func(ctx context.Context) error {
					switch n++; n {
					case early:
						first = measure()
					case last:
						flat(t, first, last-early)
						return end.SetResult(struct{}{})
					}
					return around(ctx, func(ctx context.Context) error { tasks.Go(ctx, next); return nil })
				}
				tasks.Go(ctx, next)
				_, err := end.Await(ctx)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// Pitfall: errors that nobody looks at, kept until the loop is closed, would
// fill a server's memory. They are reported, once each, while it runs.
func TestPitfallFailuresThatNobodySees(t *testing.T) {
	leak.Check(t)
	early, last := 200_000, 1_000_000
	if raced || testing.Short() {
		early, last = 50_000, 200_000
	}
	reported := 0
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		// settle waits until the collector has found what there is to find, but
		// for the few that a register or a dead stack slot may still show.
		settle := func(created int) error {
			for tries := 0; reported < created-10 && tries < 10_000; tries++ {
				runtime.GC()
				runtime.Gosched()
				if err := pass(ctx); err != nil {
					return err
				}
			}
			if reported < created-10 {
				t.Errorf("%d of %d failures reported", reported, created)
			}
			return nil
		}
		var first heap
		for n := 1; n <= last; n++ {
			tasks.Go(ctx, fails)
			if n%100 == 0 {
				if err := pass(ctx); err != nil {
					return err
				}
			}
			if n == early {
				if err := settle(n); err != nil {
					return err
				}
				first = measure()
			}
		}
		if err := settle(last); err != nil {
			return err
		}
		flat(t, first, last-early)
		return nil
	}, runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		if e.Reason != eventloop.ReasonUnretrieved || e.Err != errX {
			t.Errorf("event %v: %v", e.Reason, e.Err)
		}
		reported++
	})))
	if err != nil {
		t.Error(err)
	}
	if reported != last {
		t.Errorf("%d reports for %d failures", reported, last)
	}
}

func fails(context.Context) error { return errX }

// Many short waits, each with a ctx of its own that ends in another way.
func TestWaitsLeaveNothing(t *testing.T) {
	leak.Check(t)
	const early, last = 10_000, 60_000
	waits := []func(ctx context.Context) error{
		func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) },
		func(ctx context.Context) error {
			return timeouts.Run(ctx, time.Hour, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) })
		},
		func(ctx context.Context) error {
			timeouts.Run(ctx, time.Second, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) })
			return nil
		},
		func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return pass(ctx)
		},
		func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			eventloop.FromContext(ctx).CallSoon(cancel)
			waitForEver(ctx)
			return nil
		},
		func(ctx context.Context) error {
			eventloop.FromContext(ctx).CallLater(1000*time.Hour, func() {}).Cancel()
			return nil
		},
		func(ctx context.Context) error {
			child := tasks.Go(ctx, waitForEver)
			if err := pass(ctx); err != nil {
				return err
			}
			child.Cancel()
			child.Await(ctx)
			return nil
		},
	}
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		long, cancel := context.WithCancel(ctx) // outlives the waits made on it
		defer cancel()
		waits = append(waits, func(context.Context) error { return pass(long) })
		var first heap
		for n := 1; n <= last; n++ {
			if err := waits[n%len(waits)](ctx); err != nil {
				return err
			}
			if n == early {
				first = measure()
			}
		}
		flat(t, first, last-early)
		return nil
	}, runners.WithVirtualTime())
	if err != nil {
		t.Error(err)
	}
}
