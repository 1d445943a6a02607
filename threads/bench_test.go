package threads_test

// Benchmarks both ways, with what plain Go does for the same job beside them, so that
// only ratios within one run need to be compared.

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// beside gives fn a loop that runs on another goroutine.
func beside(b *testing.B, fn func(l *eventloop.Loop)) {
	b.Helper()
	b.ReportAllocs()
	loops, quit, gone := make(chan *eventloop.Loop), make(chan struct{}), make(chan error)
	go func() {
		gone <- runners.Run(b.Context(), func(ctx context.Context) error {
			loops <- eventloop.FromContext(ctx)
			_, _, err := threads.Recv(ctx, quit)
			return err
		})
	}()
	l := <-loops
	b.ResetTimer()
	fn(l)
	b.StopTimer()
	close(quit)
	if err := <-gone; err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCall has another goroutine call a function, and waits for it.
func BenchmarkCall(b *testing.B) {
	b.Run("ToThread", func(b *testing.B) {
		looptest.Bench(b, func(ctx context.Context) error {
			for range b.N {
				if _, err := threads.ToThread(ctx, value(1)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("RunInExecutor", func(b *testing.B) {
		looptest.Bench(b, func(ctx context.Context) error {
			for range b.N {
				if _, err := threads.RunInExecutor(ctx, nil, value(1)).Await(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			ch := make(chan int, 1)
			go func() { ch <- 1 }()
			<-ch
		}
	})
}

// BenchmarkCalls has many called at a time.
func BenchmarkCalls(b *testing.B) {
	const many = 1000
	b.Run("ToThread", func(b *testing.B) {
		looptest.Bench(b, func(ctx context.Context) error {
			all := make([]*tasks.Task[int], many)
			for i := 0; i < b.N; i += many {
				for j := range all {
					all[j] = tasks.Create(ctx, func(ctx context.Context) (int, error) { return threads.ToThread(ctx, value(1)) })
				}
				for _, t := range all {
					if _, err := t.Await(ctx); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		limit := make(chan struct{}, 6) // what the pool has here
		for i := 0; i < b.N; i += many {
			var wg sync.WaitGroup
			ch := make(chan int, many)
			for range many {
				wg.Go(func() {
					limit <- struct{}{}
					ch <- 1
					<-limit
				})
			}
			wg.Wait()
		}
	})
}

// BenchmarkSubmit has n goroutines ask a loop for something each. The channel is that
// of a goroutine which serves them.
func BenchmarkSubmit(b *testing.B) {
	ask := func(b *testing.B, n int, one func()) {
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				for range b.N / n {
					one()
				}
			})
		}
		wg.Wait()
	}
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("Submit/%d", n), func(b *testing.B) {
			beside(b, func(l *eventloop.Loop) {
				ask(b, n, func() { threads.Submit(l, value(1)).Wait(context.Background()) })
			})
		})
		b.Run(fmt.Sprintf("CallSoonThreadsafe/%d", n), func(b *testing.B) {
			beside(b, func(l *eventloop.Loop) {
				ask(b, n, func() {
					ch := make(chan int, 1)
					l.CallSoonThreadsafe(func() { ch <- 1 })
					<-ch
				})
			})
		})
		b.Run(fmt.Sprintf("channel/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			requests := make(chan chan int)
			go func() {
				for ch := range requests {
					ch <- 1
				}
			}()
			ask(b, n, func() {
				ch := make(chan int, 1)
				requests <- ch
				<-ch
			})
			close(requests)
		})
	}
}

// BenchmarkFlood has a goroutine ask for many things without waiting in between. The
// channel is one of functions, with a goroutine that calls them.
func BenchmarkFlood(b *testing.B) {
	b.Run("Submit", func(b *testing.B) {
		beside(b, func(l *eventloop.Loop) {
			var last *threads.Job[int]
			for range b.N {
				last = threads.Submit(l, value(1))
			}
			last.Wait(context.Background())
		})
	})
	b.Run("CallSoonThreadsafe", func(b *testing.B) {
		beside(b, func(l *eventloop.Loop) {
			n, done := 0, make(chan struct{})
			for range b.N {
				l.CallSoonThreadsafe(func() { n++ })
			}
			l.CallSoonThreadsafe(func() { close(done) })
			<-done
		})
	})
	b.Run("channel", func(b *testing.B) {
		b.ReportAllocs()
		n, fns, done := 0, make(chan func(), 1000), make(chan struct{})
		go func() {
			for fn := range fns {
				fn()
			}
			close(done)
		}()
		for range b.N {
			fns <- func() { n++ }
		}
		close(fns)
		<-done
	})
}

// BenchmarkWake is the way from a goroutine into a task that waits, and back.
func BenchmarkWake(b *testing.B) {
	b.Run("CallSoonThreadsafe", func(b *testing.B) {
		looptest.Bench(b, func(ctx context.Context) error {
			l := eventloop.FromContext(ctx)
			defer l.Hold()()
			requests := make(chan *futures.Future[int], 1)
			defer close(requests)
			go func() {
				for fut := range requests {
					l.CallSoonThreadsafe(func() { fut.SetResult(1) })
				}
			}()
			for range b.N {
				fut := futures.New[int](ctx)
				requests <- fut
				if _, err := fut.Await(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("channel", func(b *testing.B) {
		b.ReportAllocs()
		requests := make(chan chan int, 1)
		go func() {
			for ch := range requests {
				ch <- 1
			}
		}()
		for range b.N {
			ch := make(chan int, 1)
			requests <- ch
			<-ch
		}
		close(requests)
	})
}

// BenchmarkRecv takes items that a goroutine sends, by the room in the channel.
func BenchmarkRecv(b *testing.B) {
	for _, room := range []int{0, 1000} {
		send := func(n int) <-chan int {
			ch := make(chan int, room)
			go func() {
				for i := range n {
					ch <- i
				}
				close(ch)
			}()
			return ch
		}
		b.Run(fmt.Sprintf("Chan/%d", room), func(b *testing.B) {
			looptest.Bench(b, func(ctx context.Context) error {
				for _, err := range threads.Chan(ctx, send(b.N)) {
					if err != nil {
						return err
					}
				}
				return nil
			})
		})
		b.Run(fmt.Sprintf("range/%d", room), func(b *testing.B) {
			b.ReportAllocs()
			for range send(b.N) {
			}
		})
	}
	b.Run("Recv/ready", func(b *testing.B) {
		looptest.Bench(b, func(ctx context.Context) error {
			ch := make(chan int, 1)
			for range b.N {
				ch <- 1
				if _, _, err := threads.Recv(ctx, ch); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("range/ready", func(b *testing.B) {
		ch := make(chan int, 1)
		for range b.N {
			ch <- 1
			<-ch
		}
	})
}
