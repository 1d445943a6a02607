package locks_test

// Benchmarks, with what plain Go does for the same job beside them, so that only
// ratios within one run need to be compared.

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// BenchmarkUncontended acquires and releases what is free.
func BenchmarkUncontended(b *testing.B) {
	b.Run("lock", func(b *testing.B) {
		var l locks.Lock
		looptest.Bench(b, func(ctx context.Context) error {
			for range b.N {
				if err := l.Acquire(ctx); err != nil {
					return err
				}
				l.Release()
			}
			return nil
		})
	})
	b.Run("semaphore", func(b *testing.B) {
		s := locks.NewSemaphore(2)
		looptest.Bench(b, func(ctx context.Context) error {
			for range b.N {
				if err := s.Acquire(ctx); err != nil {
					return err
				}
				s.Release()
			}
			return nil
		})
	})
	b.Run("mutex", func(b *testing.B) {
		var mu sync.Mutex
		n := 0
		for range b.N {
			mu.Lock()
			n++
			mu.Unlock()
		}
	})
	for _, slots := range []int{1, 2} {
		b.Run(fmt.Sprintf("channel/%d", slots), func(b *testing.B) {
			c := make(chan struct{}, slots)
			for range b.N {
				c <- struct{}{}
				<-c
			}
		})
	}
}

// An acquirer is a lock or a semaphore.
type acquirer interface {
	Acquire(ctx context.Context) error
}

// BenchmarkContended has some take one lock or semaphore in turns, each with a
// switch while it has it, as otherwise no task would ever wait.
func BenchmarkContended(b *testing.B) {
	for _, n := range []int{2, 100} {
		b.Run(fmt.Sprintf("lock/%d", n), func(b *testing.B) {
			var l locks.Lock
			inTurnsTasks(b, n, &l, func() { l.Release() })
		})
		b.Run(fmt.Sprintf("mutex/%d", n), func(b *testing.B) {
			var mu sync.Mutex
			inTurns(b, n, mu.Lock, mu.Unlock)
		})
		b.Run(fmt.Sprintf("channel/%d", n), func(b *testing.B) {
			c := make(chan struct{}, 1)
			inTurns(b, n, func() { c <- struct{}{} }, func() { <-c })
		})
	}
	b.Run("semaphore/100", func(b *testing.B) {
		s := locks.NewSemaphore(10)
		inTurnsTasks(b, 100, s, s.Release)
	})
	b.Run("channel-of-10/100", func(b *testing.B) {
		c := make(chan struct{}, 10)
		inTurns(b, 100, func() { c <- struct{}{} }, func() { <-c })
	})
}

// inTurnsTasks has n tasks acquire l and release it.
func inTurnsTasks(b *testing.B, n int, l acquirer, release func()) {
	looptest.Bench(b, func(ctx context.Context) error {
		all := make([]tasks.Awaitable[struct{}], n)
		for i := range all {
			all[i] = tasks.Go(ctx, func(ctx context.Context) error {
				for range b.N/n + 1 {
					if err := l.Acquire(ctx); err != nil {
						return err
					}
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
					release()
				}
				return nil
			})
		}
		_, err := tasks.Gather(ctx, all...).Await(ctx)
		return err
	})
}

// inTurns has n goroutines do the same.
func inTurns(b *testing.B, n int, acquire, release func()) {
	b.ReportAllocs()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range b.N/n + 1 {
				acquire()
				runtime.Gosched()
				release()
			}
		})
	}
	wg.Wait()
}

// BenchmarkBroadcast wakes a hundred who wait for the same. The metric is the time
// for one of them.
func BenchmarkBroadcast(b *testing.B) {
	const many = 100
	b.Run("event", func(b *testing.B) {
		var e locks.Event
		broadcastTasks(b, many, e.Wait, func(context.Context) error {
			e.Set()
			e.Clear()
			return nil
		})
	})
	b.Run("condition", func(b *testing.B) {
		c := locks.NewCondition(nil)
		broadcastTasks(b, many, func(ctx context.Context) error {
			return c.With(ctx, c.Wait)
		}, func(ctx context.Context) error {
			return c.With(ctx, func(context.Context) error { return c.NotifyAll() })
		})
	})
	b.Run("channel", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i += many {
			e := make(chan struct{})
			var ready, woken sync.WaitGroup
			ready.Add(many)
			for range many {
				woken.Go(func() {
					ready.Done()
					<-e
				})
			}
			ready.Wait()
			close(e)
			woken.Wait()
		}
	})
	b.Run("cond", func(b *testing.B) {
		b.ReportAllocs()
		c := sync.NewCond(new(sync.Mutex))
		for i := 0; i < b.N; i += many {
			var ready, woken sync.WaitGroup
			ready.Add(many)
			for range many {
				woken.Go(func() {
					c.L.Lock()
					ready.Done()
					c.Wait()
					c.L.Unlock()
				})
			}
			ready.Wait()
			c.L.Lock()
			c.Broadcast()
			c.L.Unlock()
			woken.Wait()
		}
	})
}

// broadcastTasks starts n tasks that wait, wakes all, and waits until they have
// ended, again and again.
func broadcastTasks(b *testing.B, n int, wait, wake func(ctx context.Context) error) {
	looptest.Bench(b, func(ctx context.Context) error {
		all := make([]tasks.Awaitable[struct{}], n)
		for i := 0; i < b.N; i += n {
			for j := range all {
				all[j] = tasks.Go(ctx, wait)
			}
			if err := tasks.Sleep(ctx, 0); err != nil {
				return err
			}
			if err := wake(ctx); err != nil {
				return err
			}
			if _, err := tasks.Gather(ctx, all...).Await(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// BenchmarkWaiters passes one lock through a line of n waiters, or cancels them
// all, the last first. The metric is the time for one waiter, which depends on n
// through the caches alone.
func BenchmarkWaiters(b *testing.B) {
	for _, how := range []string{"pass", "cancel"} {
		for _, n := range []int{1e3, 1e4, 1e5} {
			b.Run(fmt.Sprintf("%s/%d", how, n), func(b *testing.B) {
				b.StopTimer()
				for range b.N {
					if err := runners.Run(b.Context(), func(ctx context.Context) error {
						return line(ctx, b, n, how == "cancel")
					}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/waiter")
			})
		}
	}
}

// line makes n tasks wait for a lock, and then starts the timer.
func line(ctx context.Context, b *testing.B, n int, cancel bool) error {
	var l locks.Lock
	if err := l.Acquire(ctx); err != nil {
		return err
	}
	all := make([]*tasks.Task[struct{}], n)
	for i := range all {
		all[i] = tasks.Go(ctx, func(ctx context.Context) error {
			return l.With(ctx, func(context.Context) error { return nil })
		})
	}
	if err := tasks.Sleep(ctx, 0); err != nil {
		return err
	}
	b.StartTimer()
	defer b.StopTimer()
	if cancel {
		for i := range all {
			all[n-1-i].Cancel()
		}
	}
	if err := l.Release(); err != nil {
		return err
	}
	return l.Acquire(ctx) // behind them all
}
