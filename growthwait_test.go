package asyncio_test

// The rows of BenchmarkGrowth that are about what tasks wait for.

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
)

// growAfterFunc makes a timer and takes it back, with n pending.
func growAfterFunc(b *testing.B, n int) {
	timers := make([]*time.Timer, n)
	for i := range timers {
		timers[i] = time.AfterFunc(time.Hour+time.Duration(i)*time.Millisecond, nop)
	}
	for i := 0; b.Loop(); i++ {
		time.AfterFunc(time.Minute+time.Duration(i), nop).Stop()
	}
	for _, t := range timers {
		t.Stop()
	}
}

func growCallLater(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		loop := asyncio.RunningLoop(ctx)
		for i := range n {
			loop.CallLater(time.Hour+time.Duration(i)*time.Millisecond, nop)
		}
		for i := 0; b.Loop(); i++ {
			loop.CallLater(time.Minute+time.Duration(i), nop).Cancel()
		}
		return nil
	})
}

// growChannel makes a channel of 1 and sends to the oldest of n.
func growChannel(b *testing.B, n int) {
	alive := make([]chan int, n)
	for i := range alive {
		alive[i] = make(chan int, 1)
	}
	for i := 0; b.Loop(); i++ {
		alive[i%n] <- i
		alive[i%n] = make(chan int, 1)
	}
}

// growFuture makes a future and completes the oldest of n.
func growFuture(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		alive := make([]*asyncio.Future[int], n)
		for i := range alive {
			alive[i] = asyncio.NewFuture[int](ctx)
		}
		for i := 0; b.Loop(); i++ {
			alive[i%n].SetResult(i)
			alive[i%n] = asyncio.NewFuture[int](ctx)
		}
		return nil
	})
}

// growMutex measures, again and again, how long a mutex takes to go through a line
// of n goroutines, once all wait for it.
func growMutex(b *testing.B, n int) {
	var mu sync.Mutex
	passed := 0
	rounds(b, n, func() error {
		b.StopTimer()
		mu.Lock()
		var ready, over sync.WaitGroup
		ready.Add(n)
		for range n {
			over.Go(func() {
				ready.Done()
				mu.Lock()
				passed++
				mu.Unlock()
			})
		}
		ready.Wait()
		runtime.Gosched() // to the last of them
		b.StartTimer()
		mu.Unlock()
		over.Wait()
		return nil
	})
}

// growLock does it with a lock and tasks.
func growLock(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		var lock asyncio.Lock
		all := make([]*asyncio.Task[struct{}], n)
		return rounds(b, n, func() error {
			b.StopTimer()
			if err := lock.Acquire(ctx); err != nil {
				return err
			}
			for i := range all {
				all[i] = asyncio.Go(ctx, func(ctx context.Context) error {
					if err := lock.Acquire(ctx); err != nil {
						return err
					}
					return lock.Release()
				})
			}
			asyncio.Sleep(ctx, 0)
			b.StartTimer()
			if err := lock.Release(); err != nil {
				return err
			}
			return awaitAll(ctx, all)
		})
	})
}
