package futures_test

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
