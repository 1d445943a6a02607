package timeouts_test

// A benchmark, with what plain Go does for the same job beside it, so that only
// ratios within one run need to be compared.

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// BenchmarkScope limits the time of a function that gives way once, in one task
// or goroutine, or in each of many.
func BenchmarkScope(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("timeout/%d", n), func(b *testing.B) {
			give := func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }
			b.ReportAllocs()
			err := runners.Run(b.Context(), func(ctx context.Context) error {
				b.ResetTimer()
				defer b.StopTimer()
				all := make([]tasks.Awaitable[struct{}], n)
				for i := range all {
					all[i] = tasks.Go(ctx, func(ctx context.Context) error {
						for range b.N/n + 1 {
							if err := timeouts.Run(ctx, time.Minute, give); err != nil {
								return err
							}
						}
						return nil
					})
				}
				_, err := tasks.Gather(ctx, all...).Await(ctx)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		})
		b.Run(fmt.Sprintf("context/%d", n), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			give := func(ctx context.Context) error {
				runtime.Gosched()
				return ctx.Err()
			}
			b.ReportAllocs()
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					for range b.N/n + 1 {
						ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
						if err := give(ctx); err != nil {
							b.Error(err)
						}
						cancel()
					}
				})
			}
			wg.Wait()
		})
	}
}
