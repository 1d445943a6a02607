package futures_test

// Benchmarks, with what plain Go does for the same job beside them, so that only
// ratios within one run need to be compared.

import (
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
)

// BenchmarkOn makes a future.
func BenchmarkOn(b *testing.B) {
	l := eventloop.New()
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		futures.On[int](l)
	}
}

// BenchmarkResult makes a place for one result, puts it there, and takes it.
func BenchmarkResult(b *testing.B) {
	b.Run("future", func(b *testing.B) {
		l := eventloop.New()
		defer l.Close()
		b.ReportAllocs()
		for i := range b.N {
			f := futures.On[int](l)
			f.SetResult(i)
			if v, err := f.Result(); v != i || err != nil {
				b.Fatal(v, err)
			}
		}
	})
	b.Run("channel", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			// Kept from the stack, where no other goroutine would find it.
			ch := newChannel()
			ch <- i
			if v := <-ch; v != i {
				b.Fatal(v)
			}
		}
	})
}

//go:noinline
func newChannel() chan int { return make(chan int, 1) }

// BenchmarkCallback has a function called when a result is there, a thousand at a
// time. Beside it, a goroutine waits for each.
func BenchmarkCallback(b *testing.B) {
	const many = 1000
	b.Run("future", func(b *testing.B) {
		l := eventloop.New()
		defer l.Close()
		got := 0
		add := func(f *futures.Future[int]) { got++ }
		var round func()
		round = func() {
			if got >= b.N {
				l.Stop()
				return
			}
			for range many {
				f := futures.On[int](l)
				f.AddDoneCallback(add)
				f.SetResult(1)
			}
			l.CallSoon(round)
		}
		l.CallSoon(round)
		b.ReportAllocs()
		b.ResetTimer()
		l.RunForever()
	})
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		done := make(chan int, many)
		for i := 0; i < b.N; i += many {
			for range many {
				ch := make(chan int, 1)
				go func() { done <- <-ch }()
				ch <- 1
			}
			for range many {
				<-done
			}
		}
	})
}
