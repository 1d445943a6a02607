package streams_test

// Flow control, and what must not be done with a reader.

import (
	"context"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/streams"
)

func TestTransportIsPausedAboveTwiceTheLimit(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, tr := streams.NewReader(4), new(transport)
		r.SetTransport(tr)
		r.FeedData([]byte("12345678"))
		tr.told(t, "at twice the limit")
		r.FeedData([]byte("9"))
		tr.told(t, "above it", "pause")
		r.FeedData([]byte("0"))
		tr.told(t, "once it is paused")
		does(t, "Read", ctx, r, some(5), `"12345"`)
		tr.told(t, "with more than the limit left")
		does(t, "ReadExactly", ctx, r, exactly(1), `"6"`)
		tr.told(t, "at the limit", "resume")
		does(t, "Read", ctx, r, some(9), `"7890"`)
		tr.told(t, "when it is not paused")
		r.FeedData([]byte("123456789"))
		tr.told(t, "above twice the limit again", "pause")
	})
}

// Each way to read resumes the transport when it has read down to the limit.
func TestReadsResumeTheTransport(t *testing.T) {
	tests := []struct {
		name string
		feed string
		op   read
		want string
		told []string
	}{
		{"Read", "123456789", some(5), `"12345"`, []string{"resume"}},
		{"Read of nothing", "123456789", some(0), "no data", nil},
		{"ReadExactly", "123456789", exactly(6), `"123456"`, []string{"resume"}},
		{"ReadExactly of all", "123456789", exactly(9), `"123456789"`, []string{"resume"}},
		{"ReadUntil", "1234-6789", until("-"), `"1234-"`, []string{"resume"}},
		{"ReadUntil beyond the limit", "12345-789", until("-"), "overrun: 5, found true", nil},
		{"ReadUntil without a separator", "123456789", until("-"), "overrun: 9, found false", nil},
		{"ReadLine", "1234\n6789", line(), `"1234\n"`, []string{"resume"}},
		{"ReadLine with much left", "1234\n67890", line(), `"1234\n"`, nil},
		{"ReadLine of a long line", "12345\n789", line(), "line too long for 4", []string{"resume"}},
		{"ReadLine of a line too long to see its end", "123456789", line(), "line too long for 4", []string{"resume"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				r, tr := streams.NewReader(4), new(transport)
				r.SetTransport(tr)
				r.FeedData([]byte(tt.feed))
				tr.told(t, "at first", "pause")
				does(t, "the read", ctx, r, tt.op, tt.want)
				tr.told(t, "by the read", tt.told...)
			})
		})
	}
}

// A read that needs more than the transport delivers before it is paused must not
// wait for ever.
func TestWaitResumesTheTransport(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, tr := streams.NewReader(4), new(transport)
		r.SetTransport(tr)
		r.FeedData([]byte("123456789"))
		tr.told(t, "at first", "pause")
		task := start(t, ctx, r, exactly(12))
		tr.told(t, "by the read", "resume")
		r.FeedData([]byte("0"))
		tr.told(t, "by what came", "pause")
		turn(t, ctx)
		tr.told(t, "by the read, which waits again", "resume")
		r.FeedData([]byte("ab"))
		equal(t, "the read", describe(task.Await(ctx)), `"1234567890ab"`)
		tr.told(t, "in the end", "pause", "resume")
	})
}

// A transport may deliver at once when it is resumed.
func TestTransportThatFeedsWhenItIsResumed(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, tr := streams.NewReader(2), new(transport)
		r.SetTransport(tr)
		r.FeedData([]byte("12345"))
		tr.resume = func() { r.FeedData([]byte("6789")) }
		does(t, "ReadExactly", ctx, r, exactly(9), `"123456789"`)
		tr.told(t, "in all", "pause", "resume", "pause", "resume")
		equal(t, "rest", rest(ctx, r), "6789")
	})
}

// At the end there is nothing to resume, whatever was cleared.
func TestEndDoesNotResumeTheTransport(t *testing.T) {
	leak.Check(t)
	for _, op := range []read{exactly(99), until("-")} {
		run(t, func(ctx context.Context) {
			r, tr := streams.NewReader(6), new(transport)
			r.SetTransport(tr)
			r.FeedData([]byte("1234567890123"))
			tr.told(t, "at first", "pause")
			r.FeedEOF()
			_, err := op(r, ctx)
			equal(t, "failed", err != nil, true)
			tr.told(t, "by the read")
		})
	}
}

func TestPanics(t *testing.T) {
	tests := []struct {
		fn   func(r *streams.Reader)
		want string
	}{
		{func(*streams.Reader) { streams.NewReader(0) }, "asyncio: NewReader with a limit that is not above zero; streams.DefaultLimit is the usual one"},
		{func(*streams.Reader) { streams.NewReader(-1) }, "asyncio: NewReader with a limit that is not above zero; streams.DefaultLimit is the usual one"},
		{func(r *streams.Reader) { r.SetError(nil) }, "asyncio: SetError(nil) of a reader; use FeedEOF for an end without an error"},
		{func(r *streams.Reader) { r.FeedEOF(); r.FeedData([]byte("x")) }, "asyncio: FeedData after FeedEOF"},
		{func(r *streams.Reader) { r.SetTransport(new(transport)); r.SetTransport(new(transport)) },
			"asyncio: SetTransport of a reader that has a transport; make a reader for each"},
		{func(r *streams.Reader) { r.Read(context.Background(), 1) },
			"asyncio: ctx has no event loop; pass the ctx that the task's function received"},
	}
	for _, tt := range tests {
		func() {
			defer func() { equal(t, "panic", fmt.Sprint(recover()), tt.want) }()
			tt.fn(streams.NewReader(1))
		}()
	}
}

func TestErrorTexts(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&streams.IncompleteReadError{Partial: []byte("abc"), Expected: 7}, "asyncio: the data ended after 3 bytes of 7"},
		{&streams.IncompleteReadError{Partial: []byte("abc"), Expected: -1}, "asyncio: the data ended after 3 bytes without a separator"},
		{&streams.LimitOverrunError{Consumed: 9, Found: true}, "asyncio: the separator comes after 9 bytes, beyond the reader's limit; raise the limit, or read them first"},
		{&streams.LimitOverrunError{Consumed: 9}, "asyncio: no separator in 9 bytes, beyond the reader's limit; raise the limit, or read them first"},
		{&streams.LineTooLongError{Limit: 8}, "asyncio: line longer than the limit of 8 bytes; make the reader with a higher one"},
	} {
		equal(t, "text", tt.err.Error(), tt.want)
	}
}

// A wait costs no memory, beyond what the data takes that is returned.
func TestReadThatWaitsAllocatesItsResultOnly(t *testing.T) {
	t.Setenv("ASYNCIO_DEBUG", "") // which would allocate
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, l := streams.NewReader(big), eventloop.FromContext(ctx)
		message := []byte("message")
		feed := feeder{func() { r.FeedData(message) }}
		allocs := testing.AllocsPerRun(100, func() {
			l.Ready(&feed)
			r.Read(ctx, 64)
		})
		equal(t, "allocations", allocs, 1)
	})
}
