package tasks_test

// Benchmarks, with what plain Go does for the same job beside them, so that only
// ratios within one run need to be compared.

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/tasks"
)

// BenchmarkGather runs a thousand functions, each of which gives way once, and
// collects what they return. The metric is the time for one of them.
func BenchmarkGather(b *testing.B) {
	const many = 1000
	b.Run("tasks", func(b *testing.B) {
		one := func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, 0) }
		looptest.Bench(b, func(ctx context.Context) error {
			all := make([]tasks.Awaitable[int], many)
			for i := 0; i < b.N; i += many {
				for j := range all {
					all[j] = tasks.Coro(one)
				}
				if _, err := tasks.Gather(ctx, all...).Await(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("goroutines", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i += many {
			var wg sync.WaitGroup
			results, errs := make([]int, many), make([]error, many)
			for j := range many {
				wg.Go(func() {
					runtime.Gosched()
					results[j], errs[j] = 1, nil
				})
			}
			wg.Wait()
		}
	})
}

// BenchmarkWaitFor limits the time of something that gives way once.
func BenchmarkWaitFor(b *testing.B) {
	b.Run("task", func(b *testing.B) {
		one := func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, 0) }
		looptest.Bench(b, func(ctx context.Context) error {
			for range b.N {
				if _, err := tasks.WaitFor(ctx, tasks.Coro(one), time.Minute); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
			done := make(chan int, 1)
			go func() {
				runtime.Gosched()
				done <- 1
			}()
			select {
			case <-done:
			case <-ctx.Done():
				b.Fatal(ctx.Err())
			}
			cancel()
		}
	})
}

// BenchmarkCancel ends tasks that wait, a thousand at a time, and goroutines that
// wait for the end of a ctx of their own.
func BenchmarkCancel(b *testing.B) {
	const many = 1000
	b.Run("task", func(b *testing.B) {
		wait := func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }
		looptest.Bench(b, func(ctx context.Context) error {
			all := make([]*tasks.Task[struct{}], many)
			for i := 0; i < b.N; i += many {
				for j := range all {
					all[j] = tasks.Go(ctx, wait)
				}
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
				for _, t := range all {
					t.Cancel()
				}
				for _, t := range all {
					t.Await(ctx)
				}
			}
			return nil
		})
	})
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		cancels := make([]context.CancelFunc, many)
		for i := 0; i < b.N; i += many {
			var wg sync.WaitGroup
			for j := range cancels {
				ctx, cancel := context.WithCancel(b.Context())
				cancels[j] = cancel
				wg.Go(func() {
					timer := time.NewTimer(time.Hour)
					defer timer.Stop()
					select {
					case <-timer.C:
					case <-ctx.Done():
					}
				})
			}
			for _, cancel := range cancels {
				cancel()
			}
			wg.Wait()
		}
	})
}
