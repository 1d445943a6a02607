package taskgroups_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

// BenchmarkGroup runs groups of 100 tasks that give way once. The same tasks
// without a group, awaited one after the other, are what it adds to; goroutines
// that have a ctx in common, and of whose errors the first ends it, are what one
// does in plain Go.
func BenchmarkGroup(b *testing.B) {
	const n = 100
	give := func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }
	b.Run("group", func(b *testing.B) {
		each(b, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				for range n {
					g.Go(give)
				}
				return nil
			})
		})
	})
	b.Run("tasks", func(b *testing.B) {
		var all [n]*tasks.Task[struct{}]
		each(b, func(ctx context.Context) error {
			for i := range all {
				all[i] = tasks.Go(ctx, give)
			}
			for _, task := range all {
				if _, err := task.Await(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("goroutines", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithCancelCause(b.Context())
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					runtime.Gosched()
					if err := ctx.Err(); err != nil {
						cancel(err)
					}
				})
			}
			wg.Wait()
			if err := context.Cause(ctx); err != nil {
				b.Fatal(err)
			}
			cancel(nil)
		}
	})
	b.Run("empty", func(b *testing.B) {
		each(b, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(context.Context, *taskgroups.Group) error { return nil })
		})
	})
}

// each measures fn in a task.
func each(b *testing.B, fn func(ctx context.Context) error) {
	looptest.Bench(b, func(ctx context.Context) error {
		for b.Loop() {
			if err := fn(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
