package runners_test

// A benchmark, with what plain Go does for the same job beside it, so that only
// ratios within one run need to be compared.

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/runners"
)

// BenchmarkRun makes a loop, runs a function that returns at once, and closes the
// loop. Beside it, a goroutine with a ctx of its own does.
func BenchmarkRun(b *testing.B) {
	nothing := func(context.Context) error { return nil }
	b.Run("loop", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := runners.Run(b.Context(), nothing); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("goroutine", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithCancel(b.Context())
			done := make(chan error)
			go func() { done <- nothing(ctx) }()
			if err := <-done; err != nil {
				b.Fatal(err)
			}
			cancel()
		}
	})
}
