package asyncio_test

// Benchmarks of the core, each beside what plain Go does for the same job, so
// that only ratios within one run need to be compared.

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
)

// onLoop runs fn in a task, with the timer of b started.
func onLoop(b *testing.B, fn func(ctx context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		b.ResetTimer()
		defer b.StopTimer()
		return fn(ctx)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStep is one suspension and one resumption.
func BenchmarkStep(b *testing.B) {
	for _, n := range []int{1, 1000, 10000} {
		name := map[int]string{1: "1", 1000: "1000", 10000: "10000"}[n]
		b.Run("pull-"+name, func(b *testing.B) { pullStep(b, n) })
		b.Run("task-"+name, func(b *testing.B) { taskStep(b, n) })
		b.Run("gosched-"+name, func(b *testing.B) { goschedStep(b, n) })
	}
}

// pullStep resumes n iter.Pull coroutines in turn.
func pullStep(b *testing.B, n int) {
	next := make([]func() (int, bool), n)
	for i := range next {
		var stop func()
		next[i], stop = iter.Pull(func(yield func(int) bool) {
			for yield(1) {
			}
		})
		defer stop()
		next[i]()
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; {
		for _, f := range next {
			f()
			i++
		}
	}
}

// taskStep has n tasks give way in turn.
func taskStep(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		tasks := make([]*asyncio.Task[struct{}], n)
		for i := range tasks {
			tasks[i] = asyncio.Go(ctx, func(ctx context.Context) error { return giveWay(ctx, b.N/n+1) })
		}
		for range 2 { // past the first steps, which take stacks
			asyncio.Sleep(ctx, 0)
		}
		b.ResetTimer()
		for _, t := range tasks {
			if _, err := t.Await(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// giveWay gives way n times. It is a function by itself because the compiler
// does not inline calls in closures of functions that it has inlined.
func giveWay(ctx context.Context, n int) error {
	for range n {
		if err := asyncio.Sleep(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}

// goschedStep has n goroutines on one P give way in turn.
func goschedStep(b *testing.B, n int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range b.N/n + 1 {
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}

func answer(context.Context) (int, error) { return 42, nil }

// BenchmarkSpawn starts something and waits for it, a thousand at a time.
func BenchmarkSpawn(b *testing.B) {
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i += 1000 {
			var wg sync.WaitGroup
			for range 1000 {
				wg.Add(1)
				go wg.Done()
			}
			wg.Wait()
		}
	})
	b.Run("task", func(b *testing.B) {
		onLoop(b, func(ctx context.Context) error {
			var tasks [1000]*asyncio.Task[int]
			for i := 0; i < b.N; i += 1000 {
				for j := range tasks {
					tasks[j] = asyncio.CreateTask(ctx, answer)
				}
				for _, t := range tasks {
					if _, err := t.Await(ctx); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

// BenchmarkPingPong is a round trip between two.
func BenchmarkPingPong(b *testing.B) {
	b.Run("channel", func(b *testing.B) {
		ping, pong := make(chan int), make(chan int)
		go func() {
			for v := range ping {
				pong <- v
			}
		}()
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			ping <- i
			<-pong
		}
		close(ping)
	})
	b.Run("future", func(b *testing.B) {
		onLoop(b, func(ctx context.Context) error { return pingPong(ctx, b.N) })
	})
	b.Run("future-timer", func(b *testing.B) { // as a loop mostly has some
		onLoop(b, func(ctx context.Context) error {
			asyncio.RunningLoop(ctx).CallLater(time.Hour, nop)
			return pingPong(ctx, b.N)
		})
	})
}

// pingPong is n round trips by futures.
func pingPong(ctx context.Context, n int) error {
	ping, pong := asyncio.NewFuture[int](ctx), asyncio.NewFuture[int](ctx)
	echo := asyncio.Go(ctx, func(ctx context.Context) error {
		for range n {
			v, err := ping.Await(ctx)
			if err != nil {
				return err
			}
			ping = asyncio.NewFuture[int](ctx)
			pong.SetResult(v)
		}
		return nil
	})
	for i := range n {
		ping.SetResult(i)
		if _, err := pong.Await(ctx); err != nil {
			return err
		}
		pong = asyncio.NewFuture[int](ctx)
	}
	_, err := echo.Await(ctx)
	return err
}

func nop() {}

// BenchmarkTimer makes a timer and takes it back, with others pending.
func BenchmarkTimer(b *testing.B) {
	for _, pending := range []int{1e3, 1e5, 1e6} {
		name := map[int]string{1e3: "1e3", 1e5: "1e5", 1e6: "1e6"}[pending]
		b.Run("AfterFunc-Stop-"+name, func(b *testing.B) {
			timers := make([]*time.Timer, pending)
			for i := range timers {
				timers[i] = time.AfterFunc(time.Hour+time.Duration(i)*time.Second, nop)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				time.AfterFunc(time.Minute+time.Duration(i), nop).Stop()
			}
			b.StopTimer()
			for _, t := range timers {
				t.Stop()
			}
		})
		b.Run("CallLater-Cancel-"+name, func(b *testing.B) {
			onLoop(b, func(ctx context.Context) error {
				loop := asyncio.RunningLoop(ctx)
				for i := range pending {
					loop.CallLater(time.Hour+time.Duration(i)*time.Second, nop)
				}
				b.ResetTimer()
				for i := range b.N {
					loop.CallLater(time.Minute+time.Duration(i), nop).Cancel()
				}
				return nil
			})
		})
	}
}
