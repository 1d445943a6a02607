package memory_test

import (
	"context"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/internal/stress"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
)

// play plays a random program on a network that is made by the seed, too.
func play(seed uint64) (digest uint64, err error) {
	rng := rand.New(rand.NewPCG(seed, 2))
	opts := []memory.Option{memory.WithHost("a"), memory.WithHost("b")}
	if rng.IntN(2) == 0 {
		opts = append(opts, memory.WithBuffer(1+rng.IntN(20_000)))
	}
	if rng.IntN(3) > 0 {
		most := 1 + rng.IntN(10_000)
		opts = append(opts, memory.WithLatencyFunc(func(net.Addr, net.Addr) time.Duration {
			return time.Duration(rng.IntN(most)) * time.Microsecond
		}))
	}
	if rng.IntN(3) == 0 {
		opts = append(opts, memory.WithBandwidth(1_000_000+rng.IntN(10_000_000)))
	}
	n := memory.New(opts...)
	p := stress.Program{Network: n, Listen: &net.TCPAddr{Port: 1}, Conns: 3, Steps: 600, Exact: true}
	if rng.IntN(4) == 0 {
		p.Listen = &net.UnixAddr{Net: "unix", Name: "socket"}
	} else {
		p.Listen = &net.TCPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 1}
		p.Host = func(ctx context.Context) context.Context { return memory.On(ctx, "a") }
	}
	p.Ends = rng.IntN(2) == 0
	if rng.IntN(2) == 0 {
		p.Heal = func() { n.Heal("a", "b") }
		p.Fault = func(rng *rand.Rand, ends []network.Conn) network.Conn {
			switch rng.IntN(5) {
			case 0, 1:
				n.Heal("a", "b")
			case 2, 3:
				n.Partition("b", "a")
			default:
				if c := ends[rng.IntN(len(ends))]; rng.IntN(3) == 0 {
					n.Reset(c)
					return c
				}
			}
			return nil
		}
	}
	err = runners.Run(context.Background(), func(ctx context.Context) error {
		if p.Host != nil {
			ctx = memory.On(ctx, "b")
		}
		digest, err = stress.Play(ctx, p, seed)
		return err
	}, runners.WithVirtualTime())
	return digest, err
}

// Whatever is written, closed, broken and cut off, each byte arrives as it was sent or
// not at all; and the same happens in every run.
func TestStress(t *testing.T) {
	leak.Check(t)
	for seed := range uint64(100) {
		one, err := play(seed)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if two, err := play(seed); one != two || err != nil {
			t.Fatalf("seed %d: another run differs: %x, %x, %v", seed, one, two, err)
		}
	}
}

func FuzzStress(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if _, err := play(seed); err != nil {
			t.Fatal(err)
		}
	})
}
