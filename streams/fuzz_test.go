package streams_test

// Random reads against a model: a string, of which reads take the front.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
)

// FuzzReader feeds content in chunks and reads it by ops, up to the end. What a
// read returns must depend on the content alone and not on the chunks.
//
// Errors of the limit do depend on them. With a limit of zero, none is reached;
// with another, everything is there before the first read. And once more, with
// reads that know no limit, the content comes through a transport that stops when
// it is paused: then nothing must hang.
func FuzzReader(f *testing.F) {
	f.Add([]byte("one\ntwo, three\r\nfour"), []byte{1, 2, 3}, []byte{0, 1, 2, 9, 3, 77, 4}, uint8(0))
	f.Add([]byte("\n\nabababc--\n"), []byte{0}, []byte{2, 3, 8, 13, 18, 2, 2}, uint8(3))
	f.Add([]byte("a line that is too long\nb\n"), []byte{4}, []byte{2, 3, 2, 1, 2, 4}, uint8(5))
	f.Add([]byte{}, []byte{}, []byte{1, 2, 3, 0, 4}, uint8(1))
	f.Fuzz(func(t *testing.T, content, chunks, ops []byte, limit uint8) {
		if len(content) > 300 || len(ops) > 60 {
			t.Skip("longer than is useful")
		}
		limited := int(limit%8) + 1
		if limit == 0 {
			check(t, pipe{content: content, chunks: chunks, limit: big}, ops, false)
		} else {
			check(t, pipe{content: content, limit: limited}, ops, false)
		}
		check(t, pipe{content: content, chunks: chunks, limit: limited, pausing: true}, ops, true)
	})
}

// check reads what comes through a pipe and compares each read with the model's.
func check(t *testing.T, p pipe, ops []byte, unlimited bool) {
	run(t, func(ctx context.Context) {
		r := streams.NewReader(p.limit)
		feeder := p.start(t, ctx, r)
		m := model{rest: string(p.content), limit: p.limit}
		for _, b := range append(slices.Clip(ops), 4) { // the last reads all
			what, op, want := m.next(b, unlimited)
			got, err := op(r, ctx)
			if what == "Read" {
				want = m.read(string(got), int(b/5%8)+1)
			}
			if d := describe(got, err); d != want {
				t.Fatalf("%s of %q with limit %d in chunks of %v: got %s, want %s, before %q", what, p.content, p.limit, p.chunks, d, want, m.rest)
			}
		}
		if feeder != nil {
			feeder.Await(ctx)
		}
		equal(t, "AtEOF", r.AtEOF(), true)
		p.tr.alternates(t)
	})
}

// pipe feeds a reader.
type pipe struct {
	content, chunks []byte
	limit           int
	pausing         bool
	tr              *transport
}

// start feeds everything at once if there are no chunks, else one in each
// iteration in which the transport is not paused.
func (p *pipe) start(t *testing.T, ctx context.Context, r *streams.Reader) *tasks.Task[struct{}] {
	p.tr = new(transport)
	r.SetTransport(p.tr)
	if p.chunks == nil {
		r.FeedData(p.content)
		r.FeedEOF()
		return nil
	}
	return tasks.Go(ctx, func(ctx context.Context) error {
		for i, left := 0, p.content; len(left) > 0; i++ {
			n := 1
			if len(p.chunks) > 0 {
				n = min(len(left), int(p.chunks[i%len(p.chunks)])%9+1)
			}
			for p.pausing && p.tr.paused() {
				turn(t, ctx)
			}
			r.FeedData(left[:n])
			left = left[n:]
			turn(t, ctx)
		}
		r.FeedEOF()
		return nil
	})
}

func (tr *transport) paused() bool { return len(tr.log)%2 == 1 }

// alternates fails t unless the transport was paused and resumed in turn.
func (tr *transport) alternates(t *testing.T) {
	for i, s := range tr.log {
		if want := []string{"pause", "resume"}[i%2]; s != want {
			t.Errorf("told the transport %v", tr.log)
			return
		}
	}
}

// model is what is left to read.
type model struct {
	rest  string
	limit int
}

var separators = [][]string{{"\n"}, {","}, {"ab"}, {"a", "bb"}, {"--", "\r\n", "\n"}, {"aba", "b"}, {"abc", "bab"}, {"é"}}

// next returns the read that b stands for, and what it should come to.
func (m *model) next(b byte, unlimited bool) (what string, op read, want string) {
	arg := int(b / 5 % 8)
	kind := b % 5
	if unlimited && (kind == 2 || kind == 3) {
		kind = 1
	}
	switch kind {
	case 0:
		return "Read", some(arg + 1), ""
	case 1:
		if len(m.rest) < arg {
			return "ReadExactly", exactly(arg), fmt.Sprintf("incomplete: %q of %d", m.take(len(m.rest)), arg)
		}
		return "ReadExactly", exactly(arg), quoted(m.take(arg))
	case 2:
		return "ReadLine", line(), m.line()
	case 3:
		return "ReadUntil", until(separators[arg]...), m.until(separators[arg])
	}
	return "Read all", some(-1), quoted(m.take(len(m.rest)))
}

func (m *model) take(n int) string {
	s := m.rest[:n]
	m.rest = m.rest[n:]
	return s
}

// read says what a Read of n bytes that has returned got should have: a part of
// the rest, whichever.
func (m *model) read(got string, n int) string {
	switch {
	case m.rest == "":
		return "EOF"
	case got != "" && len(got) <= n && strings.HasPrefix(m.rest, got):
		return quoted(m.take(len(got)))
	}
	return fmt.Sprintf("1 to %d bytes of %q", n, m.rest)
}

// find returns where the separator that ends first begins and ends; of those that
// end there, the shortest.
func (m *model) find(seps []string) (start, end int) {
	for end = range len(m.rest) + 1 {
		for start = end - 1; start >= 0; start-- {
			if slices.Contains(seps, m.rest[start:end]) {
				return start, end
			}
		}
	}
	return -1, -1
}

func (m *model) until(seps []string) string {
	shortest, longest := len(seps[0]), 0
	for _, s := range seps {
		shortest, longest = min(shortest, len(s)), max(longest, len(s))
	}
	start, end := m.find(seps)
	searched := max(0, len(m.rest)-longest+1)
	switch {
	case start > m.limit:
		return fmt.Sprintf("overrun: %d, found true", start)
	case start >= 0:
		return quoted(m.take(end))
	case len(m.rest) >= shortest && searched > m.limit:
		return fmt.Sprintf("overrun: %d, found false", searched)
	}
	return fmt.Sprintf("incomplete: %q of -1", m.take(len(m.rest)))
}

func (m *model) line() string {
	i := strings.IndexByte(m.rest, '\n')
	switch {
	case m.rest == "":
		return "EOF"
	case i > m.limit:
		m.take(i + 1)
		return fmt.Sprintf("line too long for %d", m.limit)
	case i < 0 && len(m.rest) > m.limit:
		m.take(len(m.rest))
		return fmt.Sprintf("line too long for %d", m.limit)
	case i < 0:
		i = len(m.rest) - 1
	}
	return quoted(m.take(i + 1))
}
