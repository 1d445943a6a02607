package streams

import (
	"bytes"
	"testing"
)

// A burst that has been read does not stay in memory, and a buffer of the usual
// size is used again.
func TestBufferAfterABurst(t *testing.T) {
	for _, tt := range []struct {
		feed int
		kept bool
	}{{100, true}, {1 << 20, false}} {
		r := NewReader(64)
		r.FeedData(bytes.Repeat([]byte("x"), tt.feed))
		if got := len(r.take(tt.feed - 1)); got != tt.feed-1 {
			t.Fatalf("took %d bytes, want %d", got, tt.feed-1)
		}
		if got := string(r.take(1)); got != "x" {
			t.Fatalf("took %q, want x", got)
		}
		if kept := cap(r.buf.data) > 0; kept != tt.kept {
			t.Errorf("after %d bytes the buffer has %d, kept %v, want %v", tt.feed, cap(r.buf.data), kept, tt.kept)
		}
	}
}
