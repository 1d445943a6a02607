package asyncio_test

// What becomes of the cost of an operation as there is more of everything: the same
// with 1e3, 1e4, 1e5, 1e6 tasks, timers, futures, waiters, beside the same number
// of bare coroutines or goroutines. `make bench-growth` prints it as ratios.

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"math/rand"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
)

// BenchmarkGrowth measures all of it. Each benchmark reports the time for one task,
// timer and so on, has had all the memory that it needs before it starts to
// measure, and is left out if the machine has not got as much. It wants a process
// of its own: a million goroutines leave something behind that makes the collector
// slower for good.
func BenchmarkGrowth(b *testing.B) {
	for _, g := range []struct {
		name  string
		bytes int // for each
		run   func(b *testing.B, n int)
	}{
		{"step/pull", 3200, growPullStep},
		{"step/task", 3800, growTaskStep},
		{"step/goroutine", 3200, growGoroutineStep},
		{"park/pull", 3400, growPullPark},
		{"park/task", 4200, growTaskPark},
		{"park/goroutine", 3200, growGoroutinePark},
		{"spawn/goroutine", 3200, growGoroutineSpawn},
		{"spawn/task", 1200, growTaskSpawn},
		{"sleep/goroutine", 3600, growGoroutineSleep},
		{"sleep/task", 4400, growTaskSleep},
		{"timer/AfterFunc", 300, growAfterFunc},
		{"timer/CallLater", 300, growCallLater},
		{"future/channel", 300, growChannel},
		{"future/future", 300, growFuture},
		{"lock/mutex", 3600, growMutex},
		{"lock/lock", 4400, growLock},
	} {
		for i, size := range []string{"1e3", "1e4", "1e5", "1e6"} {
			n := []int{1e3, 1e4, 1e5, 1e6}[i]
			b.Run(g.name+"/"+size, func(b *testing.B) {
				needMemory(b, n*g.bytes)
				g.run(b, n)
			})
		}
	}
}

// needMemory skips b if the machine has less than one and a half times as much
// memory as is needed.
func needMemory(b *testing.B, bytes int) {
	if bytes < 50e6 {
		return
	}
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		if bytes > 1e9 {
			b.Skipf("it needs %d MB, and how many there are is not known here", bytes/1e6)
		}
		return
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kb int
		if _, err := fmt.Sscanf(lines.Text(), "MemAvailable: %d kB", &kb); err == nil && kb*1000 < bytes/2*3 {
			b.Skipf("it needs %d MB and half as much to spare, and there are %d", bytes/1e6, kb/1000)
		}
	}
}

// each reports the time for one of n operations in each turn of the loop.
func each(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/op")
}

// growPullStep resumes n coroutines in turn.
func growPullStep(b *testing.B, n int) {
	next, stop := make([]func() (int, bool), n), make([]func(), n)
	for i := range next {
		next[i], stop[i] = iter.Pull(func(yield func(int) bool) {
			for yield(1) {
			}
		})
		next[i]()
	}
	for b.Loop() {
		for _, f := range next {
			f()
		}
	}
	each(b, n)
	for _, f := range stop {
		f()
	}
}

// growTaskStep has n tasks give way in turn.
func growTaskStep(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		over := false
		all := make([]*asyncio.Task[struct{}], n)
		for i := range all {
			all[i] = asyncio.Go(ctx, func(ctx context.Context) error {
				for !over {
					if err := giveWay(ctx, 1); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for range 2 {
			asyncio.Sleep(ctx, 0)
		}
		for b.Loop() {
			asyncio.Sleep(ctx, 0)
		}
		each(b, n)
		over = true
		return awaitAll(ctx, all)
	})
}

func awaitAll(ctx context.Context, all []*asyncio.Task[struct{}]) error {
	for _, t := range all {
		if _, err := t.Await(ctx); err != nil {
			return err
		}
	}
	return nil
}

// growGoroutineStep has n goroutines on one P give way in turn.
func growGoroutineStep(b *testing.B, n int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	over := false // there is one P, and nothing that it would be taken from
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for !over {
				runtime.Gosched()
			}
		})
	}
	for range 2 {
		runtime.Gosched()
	}
	for b.Loop() {
		runtime.Gosched()
	}
	each(b, n)
	over = true
	wg.Wait()
}

// rounds measures one round after another, after one that is not measured.
func rounds(b *testing.B, n int, round func() error) error {
	if err := round(); err != nil {
		return err
	}
	for b.Loop() {
		if err := round(); err != nil {
			return err
		}
	}
	each(b, n)
	return nil
}

// growPullPark makes n coroutines, starts all, and then ends all.
func growPullPark(b *testing.B, n int) {
	next := make([]func() (int, bool), n)
	rounds(b, n, func() error {
		for i := range next {
			next[i], _ = iter.Pull(func(yield func(int) bool) { yield(1) })
		}
		for range 2 {
			for _, f := range next {
				f()
			}
		}
		return nil
	})
}

// growTaskPark makes n tasks, has all wait for one future, and completes it.
func growTaskPark(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		all := make([]*asyncio.Task[struct{}], n)
		return rounds(b, n, func() error {
			gate := asyncio.NewFuture[int](ctx)
			for i := range all {
				all[i] = asyncio.Go(ctx, func(ctx context.Context) error {
					_, err := gate.Await(ctx)
					return err
				})
			}
			asyncio.Sleep(ctx, 0)
			gate.SetResult(1)
			return awaitAll(ctx, all)
		})
	})
}

// growGoroutinePark starts n goroutines that wait for one channel, and closes it.
func growGoroutinePark(b *testing.B, n int) {
	rounds(b, n, func() error {
		gate := make(chan int)
		var ready, over sync.WaitGroup
		ready.Add(n)
		for range n {
			over.Go(func() {
				ready.Done()
				<-gate
			})
		}
		ready.Wait()
		close(gate)
		over.Wait()
		return nil
	})
}

// growGoroutineSpawn starts n goroutines that end at once.
func growGoroutineSpawn(b *testing.B, n int) {
	rounds(b, n, func() error {
		var wg sync.WaitGroup
		for range n {
			wg.Add(1)
			go wg.Done()
		}
		wg.Wait()
		return nil
	})
}

// growTaskSpawn creates n tasks that end at once, and then awaits all.
func growTaskSpawn(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		all := make([]*asyncio.Task[int], n)
		return rounds(b, n, func() error {
			for i := range all {
				all[i] = asyncio.CreateTask(ctx, answer)
			}
			for _, t := range all {
				if _, err := t.Await(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// nap is how long one of n sleeps: the more there are the longer, so that the work
// for them takes more time than they do.
func nap(n int) time.Duration { return time.Duration(rand.Int63n(int64(n) * 100)) }

// growGoroutineSleep starts n goroutines that sleep.
func growGoroutineSleep(b *testing.B, n int) {
	rounds(b, n, func() error {
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() { time.Sleep(nap(n)) })
		}
		wg.Wait()
		return nil
	})
}

// growTaskSleep starts n tasks that sleep.
func growTaskSleep(b *testing.B, n int) {
	onLoop(b, func(ctx context.Context) error {
		all := make([]*asyncio.Task[struct{}], n)
		return rounds(b, n, func() error {
			for i := range all {
				all[i] = asyncio.Go(ctx, func(ctx context.Context) error { return asyncio.Sleep(ctx, nap(n)) })
			}
			return awaitAll(ctx, all)
		})
	})
}
