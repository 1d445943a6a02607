package queues_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// BenchmarkQueue passes items from one task to another, and beside it from one
// goroutine to another through a channel of the same size, so that only ratios
// within one run need to be compared.
func BenchmarkQueue(b *testing.B) {
	for _, size := range []int{1, 128} {
		b.Run(fmt.Sprintf("queue/%d", size), func(b *testing.B) {
			q := queues.New[int](size)
			b.ReportAllocs()
			err := runners.Run(b.Context(), func(ctx context.Context) error {
				b.ResetTimer()
				defer b.StopTimer()
				tasks.Go(ctx, func(ctx context.Context) error {
					defer q.Shutdown(false)
					for i := range b.N {
						if err := q.Put(ctx, i); err != nil {
							return err
						}
					}
					return nil
				})
				for _, err := range q.All(ctx) {
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
		b.Run(fmt.Sprintf("channel/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			c := make(chan int, size)
			go func() {
				defer close(c)
				for i := range b.N {
					c <- i
				}
			}()
			for range c {
			}
		})
	}
}

// BenchmarkUncontended puts and gets an item in one task.
func BenchmarkUncontended(b *testing.B) {
	for _, kind := range []struct {
		name string
		q    *queues.Queue[int]
	}{
		{"fifo", queues.New[int](0)},
		{"lifo", queues.NewLIFO[int](0)},
		{"priority", queues.NewPriority[int](0)},
	} {
		b.Run(kind.name, func(b *testing.B) {
			b.ReportAllocs()
			err := runners.Run(b.Context(), func(ctx context.Context) error {
				for i := range 100 {
					if err := kind.q.TryPut(i * 37 % 101); err != nil {
						return err
					}
				}
				b.ResetTimer()
				defer b.StopTimer()
				for i := range b.N {
					if err := kind.q.Put(ctx, i*37%101); err != nil {
						return err
					}
					if _, err := kind.q.Get(ctx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
	b.Run("channel", func(b *testing.B) {
		c := make(chan int, 101)
		for i := range 100 {
			c <- i
		}
		b.ResetTimer()
		for i := range b.N {
			c <- i
			<-c
		}
	})
}
