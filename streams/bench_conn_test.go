package streams_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
)

// BenchmarkRoundTrip sends a message to an echo server on the same loop and reads it
// back: by Read, which returns memory of its own, and by ReadInto.
func BenchmarkRoundTrip(b *testing.B) {
	for _, where := range []struct {
		name string
		opts []runners.Option
	}{
		{"memory", []runners.Option{runners.WithLoop(eventloop.WithNetwork(memory.New()))}},
		{"loopback", nil},
	} {
		for _, size := range []int{64, 16 << 10, 256 << 10} {
			for _, how := range []string{"Read", "ReadInto"} {
				b.Run(fmt.Sprintf("%s/%dB/%s", where.name, size, how), func(b *testing.B) {
					roundTrips(b, size, how, where.opts)
				})
			}
		}
	}
}

func roundTrips(b *testing.B, size int, how string, opts []runners.Option) {
	read := func(ctx context.Context, r *streams.Reader, p []byte) ([]byte, error) {
		if how == "Read" {
			return r.Read(ctx, len(p))
		}
		n, err := r.ReadInto(ctx, p)
		return p[:n], err
	}
	b.ReportAllocs()
	b.SetBytes(int64(size))
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		s, addr := serve(b, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			p := make([]byte, 64<<10)
			for {
				data, err := read(ctx, r, p)
				if err != nil {
					return nil
				}
				w.Write(data)
				if err := w.Drain(ctx); err != nil {
					return nil
				}
			}
		})
		defer s.Close()
		r, w := open(b, ctx, addr)
		defer w.Close()
		message, p := make([]byte, size), make([]byte, 64<<10)
		for b.Loop() {
			w.Write(message)
			for left := size; left > 0; {
				data, err := read(ctx, r, p)
				if err != nil {
					return err
				}
				left -= len(data)
			}
		}
		return nil
	}, opts...)
	if err != nil {
		b.Error(err)
	}
}
