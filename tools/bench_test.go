package tools_test

// What it costs to look.

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/graph"
)

// BenchmarkCapture looks at all tasks in one go.
func BenchmarkCapture(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			err := asyncio.Run(context.Background(), func(ctx context.Context) error {
				p := new(program)
				return p.run(ctx, n, func(ctx context.Context) error {
					b.ReportAllocs()
					tasks := 0
					for b.Loop() {
						tasks = len(graph.Capture(ctx).Tasks)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tasks), "ns/task")
					return nil
				})
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkRequest asks from beside the loop while a task takes a step in every
// turn, and reports the longest of these turns: for so long others are held up.
func BenchmarkRequest(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			err := asyncio.Run(context.Background(), func(ctx context.Context) error {
				p := new(program)
				return p.run(ctx, n, func(ctx context.Context) error {
					l := asyncio.RunningLoop(ctx)
					done := make(chan error)
					go func() {
						var err error
						for b.Loop() {
							_, err = graph.Request(context.Background(), l)
						}
						done <- err
					}()
					var longest, all time.Duration
					turns := 0
					for last := time.Now(); ; turns++ {
						select {
						case err := <-done:
							b.ReportMetric(float64(longest.Microseconds()), "µs/longest-turn")
							b.ReportMetric(float64(all.Microseconds())/float64(turns), "µs/turn")
							return err
						default:
						}
						if err := asyncio.Sleep(ctx, 0); err != nil {
							return err
						}
						now := time.Now()
						longest, all = max(longest, now.Sub(last)), all+now.Sub(last)
						last = now
					}
				})
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
