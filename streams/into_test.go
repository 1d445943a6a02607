package streams_test

// Reads into the reader's own memory.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
)

// into reads into memory of n bytes.
func into(n int) read {
	return func(r *streams.Reader, ctx context.Context) ([]byte, error) {
		p := make([]byte, n)
		n, err := r.ReadInto(ctx, p)
		return p[:n], err
	}
}

func TestReadInto(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		r.FeedData([]byte("12345"))
		does(t, "nothing", ctx, r, into(0), "no data")
		does(t, "a part", ctx, r, into(2), `"12"`)
		does(t, "the rest", ctx, r, into(9), `"345"`)
		task := start(t, ctx, r, into(3))
		r.FeedData([]byte("6"))
		r.FeedData([]byte("7"))
		equal(t, "what comes by and by", describe(task.Await(ctx)), `"67"`)
		task = start(t, ctx, r, into(3))
		r.FeedData([]byte("8"))
		r.FeedData([]byte("9abc"))
		equal(t, "more than there is room for", describe(task.Await(ctx)), `"89a"`)
		does(t, "what is left", ctx, r, some(9), `"bc"`)
		task = start(t, ctx, r, into(2))
		r.FeedData([]byte("defg"))
		equal(t, "too much at once", describe(task.Await(ctx)), `"de"`)
		does(t, "what is left", ctx, r, some(9), `"fg"`)
		r.FeedEOF()
		does(t, "the end", ctx, r, into(1), "EOF")
		r.SetError(errTest)
		does(t, "an error", ctx, r, into(1), "an error")
		does(t, "an error for nothing", ctx, r, into(0), "an error")
	})
}

// What has come for a ReadInto is lost to nobody if that does not get it.
func TestReadIntoThatIsEnded(t *testing.T) {
	tests := []struct {
		name string
		do   func(ctx context.Context, r *streams.Reader, task *tasks.Task[[]byte])
		want string // of the ReadInto
		rest string
	}{
		{"cancelled", func(_ context.Context, r *streams.Reader, task *tasks.Task[[]byte]) { task.Cancel() }, "cancelled()", "abc"},
		{"cancelled, and more comes", func(_ context.Context, r *streams.Reader, task *tasks.Task[[]byte]) {
			task.Cancel()
			r.FeedData([]byte("de"))
		}, "cancelled()", "abcde"},
		{"another is quicker", func(ctx context.Context, r *streams.Reader, _ *tasks.Task[[]byte]) {
			does(t, "the quick read", ctx, r, some(9), `"abc"`)
		}, "no data", ""},
		{"another takes a part", func(ctx context.Context, r *streams.Reader, _ *tasks.Task[[]byte]) {
			does(t, "the quick read", ctx, r, into(2), `"ab"`)
		}, `"c"`, ""},
		{"another takes all, and more comes", func(ctx context.Context, r *streams.Reader, _ *tasks.Task[[]byte]) {
			does(t, "the quick read", ctx, r, exactly(3), `"abc"`)
			r.FeedData([]byte("de"))
		}, `"de"`, ""},
		{"the end comes", func(_ context.Context, r *streams.Reader, _ *tasks.Task[[]byte]) { r.FeedEOF() }, `"abc"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				r := streams.NewReader(big)
				task := start(t, ctx, r, into(64))
				r.FeedData([]byte("abc"))
				tt.do(ctx, r, task)
				equal(t, "the ReadInto", describe(task.Await(ctx)), tt.want)
				equal(t, "rest", rest(ctx, r), tt.rest)
			})
		})
	}
}

// A task that has its memory back may use it, whatever comes of the data.
func TestReadIntoLetsGoOfItsMemory(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, p := streams.NewReader(big), make([]byte, 64)
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) { return r.ReadInto(ctx, p) })
		turn(t, ctx)
		r.FeedData([]byte("abc"))
		task.Cancel()
		task.Await(ctx)
		clear(p)
		equal(t, "rest", rest(ctx, r), "abc")
	})
}

// Nor does a read that is quicker get it along with the data.
func TestReadIntoKeepsItsMemory(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		slow := start(t, ctx, r, into(4))
		r.FeedData([]byte("abcd"))
		quick, err := r.Read(ctx, 9)
		equal(t, "the quick read", err, nil)
		r.FeedData([]byte("1234"))
		equal(t, "the slow read", describe(slow.Await(ctx)), `"1234"`)
		equal(t, "what was read before", string(quick), "abcd")
	})
}

// A ReadInto as large as what pauses the transport resumes it.
func TestReadIntoResumesTheTransport(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, tr := streams.NewReader(4), new(transport)
		r.SetTransport(tr)
		task := start(t, ctx, r, into(64))
		r.FeedData([]byte("123456789"))
		tr.told(t, "by what came", "pause")
		equal(t, "the read", describe(task.Await(ctx)), `"123456789"`)
		tr.told(t, "by the read", "resume")
	})
}

// No order of deliveries, reads of all kinds and cancellations loses a byte, adds one or
// swaps two.
func TestEveryByteIsReadOnce(t *testing.T) {
	leak.Check(t)
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		run(t, func(ctx context.Context) {
			r := streams.NewReader(1 + rng.IntN(64))
			var sent, got []byte
			for range 200 {
				if rng.IntN(3) > 0 {
					p := make([]byte, rng.IntN(40))
					for i := range p {
						p[i] = byte(len(sent) + i)
					}
					sent = append(sent, p...)
					r.FeedData(p)
				}
				ops := []read{some(1 + rng.IntN(50)), into(1 + rng.IntN(50)), exactly(rng.IntN(20)), until(string([]byte{byte(rng.Uint32())}))}
				op := ops[rng.IntN(len(ops))]
				task := tasks.Create(ctx, func(ctx context.Context) ([]byte, error) {
					p, err := op(r, ctx)
					got = append(got, p...)
					return nil, err
				}, tasks.Eager(true))
				if rng.IntN(2) == 0 {
					p := []byte{byte(len(sent))}
					sent = append(sent, p...)
					r.FeedData(p)
				}
				if rng.IntN(2) == 0 {
					task.Cancel()
				}
				turn(t, ctx)
				if !task.Done() {
					task.Cancel()
				}
				task.Await(ctx)
			}
			got = append(got, rest(ctx, r)...)
			if !bytes.Equal(got, sent) {
				t.Fatalf("seed %d: %d bytes read of %d, or in another order", seed, len(got), len(sent))
			}
		})
	}
}

// ReadInto costs no memory at all, whether it waits or not.
func TestReadIntoAllocatesNothing(t *testing.T) {
	t.Setenv("ASYNCIO_DEBUG", "")
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r, l := streams.NewReader(big), eventloop.FromContext(ctx)
		message, p := []byte("message"), make([]byte, 64)
		feed := feeder{func() { r.FeedData(message) }}
		allocs := testing.AllocsPerRun(100, func() {
			l.Ready(&feed)
			r.ReadInto(ctx, p)
		})
		equal(t, "allocations", allocs, 0)
	})
}

// A connection delivers straight into the memory of a ReadInto that has much room, and
// the bytes are the same as by any other way.
func TestReadIntoOfAConnection(t *testing.T) {
	for _, room := range []int{1, 1000, 16 << 10, 1 << 20} {
		onNetwork(t, func(ctx context.Context) {
			sent := make([]byte, 300<<10)
			rand.NewChaCha8([32]byte{}).Read(sent)
			s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
				w.Write(sent)
				w.Close()
				return nil
			})
			r, w := open(t, ctx, addr)
			defer w.Close()
			var got []byte
			p := make([]byte, room)
			for {
				n, err := r.ReadInto(ctx, p)
				got = append(got, p[:n]...)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			equal(t, "the same", bytes.Equal(got, sent), true)
			shut(t, ctx, s)
		})
	}
}
