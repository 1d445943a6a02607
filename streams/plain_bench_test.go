package streams_test

// What plain Go does for the jobs of the other benchmarks.

import (
	"bufio"
	"bytes"
	"io"
	"testing"
)

// again reads the same for ever.
type again []byte

func (a again) Read(p []byte) (int, error) { return copy(p, a), nil }

// BenchmarkPlainReadLine is BenchmarkReadLine with a bufio.Reader.
func BenchmarkPlainReadLine(b *testing.B) {
	block := again(bytes.Repeat(append(bytes.Repeat([]byte("x"), 63), '\n'), 512))
	b.SetBytes(64)
	b.ReportAllocs()
	r := bufio.NewReaderSize(block, len(block))
	for b.Loop() {
		if _, err := r.ReadBytes('\n'); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPlainReadWaiting is BenchmarkReadWaiting with a goroutine that writes to
// a pipe, each time it is asked to.
func BenchmarkPlainReadWaiting(b *testing.B) {
	message := bytes.Repeat([]byte("x"), 64)
	b.SetBytes(64)
	b.ReportAllocs()
	r, w := io.Pipe()
	ask := make(chan struct{}, 1)
	go func() {
		for range ask {
			w.Write(message)
		}
	}()
	buf := make([]byte, 4096)
	for b.Loop() {
		ask <- struct{}{}
		if _, err := r.Read(buf); err != nil {
			b.Fatal(err)
		}
	}
	close(ask)
}
