package memory_test

import (
	"testing"
	"time"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/network/networktest"
	"github.com/goasyncio/asyncio/runners"
)

// The network keeps the rules, however it is set up.
func TestConformance(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []memory.Option
	}{
		{"plain", nil},
		{"small buffers", []memory.Option{memory.WithBuffer(7000)}},
		{"latency", []memory.Option{memory.WithLatency(time.Millisecond)}},
		{"bandwidth", []memory.Option{memory.WithBandwidth(100_000_000)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			networktest.Run(t, func() network.Network { return memory.New(tt.opts...) }, runners.WithVirtualTime())
		})
	}
}
