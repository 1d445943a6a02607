package streams_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
)

// BenchmarkReadLine reads lines of 64 bytes that are there.
func BenchmarkReadLine(b *testing.B) {
	block := bytes.Repeat(append(bytes.Repeat([]byte("x"), 63), '\n'), 512)
	b.SetBytes(64)
	looptest.Bench(b, func(ctx context.Context) error {
		r := streams.NewReader(streams.DefaultLimit)
		for i := 0; b.Loop(); i++ {
			if i%512 == 0 {
				r.FeedData(block)
			}
			if _, err := r.ReadLine(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// BenchmarkReadWaiting reads messages of 64 bytes, each of which it waits for.
func BenchmarkReadWaiting(b *testing.B) {
	message := bytes.Repeat([]byte("x"), 64)
	b.SetBytes(64)
	looptest.Bench(b, func(ctx context.Context) error {
		r, l := streams.NewReader(streams.DefaultLimit), eventloop.FromContext(ctx)
		feed := feeder{func() { r.FeedData(message) }}
		for b.Loop() {
			l.Ready(&feed)
			if _, err := r.Read(ctx, 4096); err != nil {
				return err
			}
		}
		return nil
	})
}

// feeder is a callback without a handle.
type feeder struct{ fn func() }

func (f *feeder) Run() { f.fn() }

// BenchmarkReadUntilInPieces reads one message of so many KiB that comes 256 bytes
// at a time. The time for a byte must not depend on the length.
func BenchmarkReadUntilInPieces(b *testing.B) {
	piece := bytes.Repeat([]byte("x"), 256)
	for _, size := range []int{16, 256, 4096} {
		b.Run(fmt.Sprintf("%dKiB", size), func(b *testing.B) {
			b.SetBytes(int64(size) << 10)
			looptest.Bench(b, func(ctx context.Context) error {
				for b.Loop() {
					r := streams.NewReader(size << 10)
					tasks.Go(ctx, func(ctx context.Context) error {
						for range size << 10 / len(piece) {
							r.FeedData(piece)
							tasks.Sleep(ctx, 0)
						}
						r.FeedEOF()
						return nil
					})
					if _, err := r.ReadUntil(ctx, []byte("\r\n")); !errors.Is(err, io.ErrUnexpectedEOF) {
						return err
					}
				}
				return nil
			})
		})
	}
}
