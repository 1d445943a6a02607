package tasks_test

// What tasks keep alive.

import (
	"context"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// stacks is how many values the stacks that tasks have run on may still refer to.
const stacks = 3

// alive counts the values that have not been collected.
func alive[T any](ps []weak.Pointer[T]) int {
	runtime.GC()
	n := 0
	for _, p := range ps {
		if p.Value() != nil {
			n++
		}
	}
	return n
}

// A task that has ended lets go of its function and of what that holds.
func TestEndedTaskDropsItsFunction(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		type big struct{ data [1 << 16]byte }
		var held []weak.Pointer[big]
		var all []tasks.Any
		for range 50 {
			b := new(big)
			held = append(held, weak.Make(b))
			all = append(all, tasks.Create(ctx, func(ctx context.Context) (int, error) {
				return int(b.data[0]), tasks.Sleep(ctx, time.Second)
			}))
		}
		equal(t, "alive at first", alive(held), 50)
		tasks.Wait(ctx, all, tasks.AllCompleted, tasks.NoTimeout)
		if n := alive(held); n > stacks {
			t.Errorf("%d of 50 are alive after the end", n)
		}
		runtime.KeepAlive(all)
	})
}

// A chain of tasks, each made by the last, does not keep its ancestors.
func TestRespawnedTasksDropTheirAncestors(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var ancestors []weak.Pointer[tasks.Task[int]]
		ended := futures.New[context.Context](ctx)
		var respawn func(n int) func(ctx context.Context) (int, error)
		respawn = func(n int) func(ctx context.Context) (int, error) {
			return func(ctx context.Context) (int, error) {
				if n == 0 {
					ended.SetResult(ctx)
					return 0, nil
				}
				// In a scope, to make it harder.
				return 0, timeouts.Run(ctx, time.Hour, func(ctx context.Context) error {
					ancestors = append(ancestors, weak.Make(tasks.Create(ctx, respawn(n-1))))
					return nil
				})
			}
		}
		tasks.Create(ctx, respawn(50))
		last, _ := ended.Await(ctx)
		turns(ctx, 3)
		if n := alive(ancestors); n > stacks {
			t.Errorf("%d of %d ancestors are alive", n, len(ancestors))
		}
		runtime.KeepAlive(last) // which is the ctx of the youngest
	})
}
