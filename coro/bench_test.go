package coro_test

// Benchmarks, with a bare iter.Pull that does the same beside each, so that only
// ratios within one run need to be compared.

import (
	"iter"
	"testing"

	"github.com/goasyncio/asyncio/coro"
)

// forever yields until it is ended.
func forever(c *coro.Coroutine) error {
	for {
		if err := c.Yield(nil); err != nil {
			return err
		}
	}
}

// BenchmarkSend is one suspension and one resumption.
func BenchmarkSend(b *testing.B) {
	b.Run("coroutine", func(b *testing.B) {
		c := coro.New(forever)
		defer c.Close()
		c.Send()
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			c.Send()
		}
	})
	b.Run("pull", func(b *testing.B) {
		next, stop := iter.Pull(func(yield func(int) bool) {
			for yield(1) {
			}
		})
		defer stop()
		next()
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			next()
		}
	})
}

func ends(*coro.Coroutine) error { return nil }

// BenchmarkStack runs a body that ends at once, on a stack that others have had
// before it or on a new one.
func BenchmarkStack(b *testing.B) {
	b.Run("pooled", func(b *testing.B) {
		p := coro.NewPool(b.Context())
		defer p.Close()
		b.ReportAllocs()
		for range b.N {
			var c coro.Coroutine
			c.Init(coro.BodyFunc(ends), p)
			c.Send()
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			coro.New(ends).Send()
		}
	})
	b.Run("pull", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			next, _ := iter.Pull(func(func(int) bool) {})
			next()
		}
	})
}
