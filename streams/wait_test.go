package streams_test

// Reads that wait, and what may come in between: errors, cancellations, other
// readers, the end of a ctx.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// reads has every way to read that must wait in a reader without data.
var reads = map[string]read{
	"Read":        some(5),
	"Read all":    some(-1),
	"ReadExactly": exactly(5),
	"ReadLine":    line(),
	"ReadUntil":   until("x", "yy"),
	"Lines": func(r *streams.Reader, ctx context.Context) ([]byte, error) {
		for l, err := range r.Lines(ctx) {
			return l, err
		}
		return nil, errors.New("no line and no error")
	},
}

// eachRead runs fn for every way to read.
func eachRead(t *testing.T, fn func(t *testing.T, ctx context.Context, op read)) {
	for name, op := range reads {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) { fn(t, ctx, op) })
		})
	}
}

// test_streams.StreamTests.test_exception, test_read_exception,
// test_readline_exception, test_readexactly_exception
func TestErrorComesBeforeTheData(t *testing.T) {
	eachRead(t, func(t *testing.T, ctx context.Context, op read) {
		r := streams.NewReader(big)
		equal(t, "Err of a new reader", r.Err(), nil)
		r.FeedData([]byte("line\nxyy"))
		does(t, "a read before", ctx, r, some(2), `"li"`)
		r.SetError(errTest)
		equal(t, "Err", errors.Is(r.Err(), errTest), true)
		does(t, "a read after", ctx, r, op, "an error")
		does(t, "Read of nothing", ctx, r, some(0), "an error")
	})
}

// test_streams.StreamTests.test_exception_waiter
func TestErrorEndsTheWait(t *testing.T) {
	eachRead(t, func(t *testing.T, ctx context.Context, op read) {
		r := streams.NewReader(big)
		task := start(t, ctx, r, op)
		r.SetError(errTest)
		equal(t, "the read", describe(task.Await(ctx)), "an error")
	})
}

// test_streams.StreamTests.test_exception_cancel
func TestErrorAfterACancelledWait(t *testing.T) {
	eachRead(t, func(t *testing.T, ctx context.Context, op read) {
		r := streams.NewReader(big)
		task := start(t, ctx, r, op)
		task.Cancel("enough")
		r.SetError(errTest) // the task has not run yet
		equal(t, "the read", describe(task.Await(ctx)), "cancelled(enough)")
		does(t, "the next read", ctx, r, op, "an error")
	})
}

// An error that looks like one of a reader's own is passed on as it is.
func TestErrorOfAnotherReader(t *testing.T) {
	leak.Check(t)
	for _, err := range []error{
		&streams.IncompleteReadError{Partial: []byte("ab"), Expected: -1},
		&streams.LimitOverrunError{Consumed: 1, Found: true},
		io.EOF,
	} {
		run(t, func(ctx context.Context) {
			r := streams.NewReader(big)
			r.FeedData([]byte("one\ntwo\n"))
			r.SetError(err)
			does(t, "ReadLine", ctx, r, line(), describe(nil, err))
			does(t, "Lines", ctx, r, reads["Lines"], describe(nil, err))
		})
	}
}

// A cancelled read takes nothing, and leaves the reader to the next; what a read
// until the end has taken by then comes with the error.
func TestCancelledReadTakesNothing(t *testing.T) {
	eachRead(t, func(t *testing.T, ctx context.Context, op read) {
		for _, feedBefore := range []bool{false, true} {
			r := streams.NewReader(big)
			task := start(t, ctx, r, op)
			if feedBefore {
				r.FeedData([]byte("ab")) // the task has been woken
			}
			task.Cancel()
			equal(t, "the read", describe(task.Await(ctx)), "cancelled()")
			if !feedBefore {
				r.FeedData([]byte("ab"))
			}
			equal(t, "rest", rest(ctx, r), "ab")
		}
	})
}

func TestReadAllReturnsWhatItHasBesideAnError(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		r.FeedData([]byte("ab"))
		r2 := tasks.Create(ctx, func(ctx context.Context) (string, error) {
			return describe(r.Read(ctx, -1)), nil
		})
		turn(t, ctx)
		r.SetError(errTest)
		got, err := r2.Await(ctx)
		equal(t, "the task's error", err, nil)
		equal(t, "the read", got, `"ab" and an error`)
	})
}

func TestSecondReaderIsRefused(t *testing.T) {
	eachRead(t, func(t *testing.T, ctx context.Context, op read) {
		r := streams.NewReader(big)
		first := start(t, ctx, r, op)
		for range 2 {
			does(t, "a second read", ctx, r, op, streams.ErrReaderBusy.Error())
		}
		r.FeedData([]byte("12345x\n"))
		r.FeedEOF()
		_, err := first.Await(ctx)
		equal(t, "the first read is not disturbed", err, nil)
	})
}

// A task that was woken may find that another has been quicker.
func TestDataTakenBeforeTheWokenTaskRuns(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		slow := start(t, ctx, r, some(5))
		r.FeedData([]byte("ab"))
		does(t, "the quick read", ctx, r, some(5), `"ab"`)
		equal(t, "the slow read", describe(slow.Await(ctx)), "no data")
	})
}

// As in asyncio, a task that comes to wait between the wake-up of another and its
// turn is not refused, but the other takes its place, and it is not woken.
func TestReaderThatComesInBetween(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		before := start(t, ctx, r, some(1))
		r.FeedData([]byte("x"))
		equal(t, "a read before", describe(before.Await(ctx)), `"x"`)
		first := start(t, ctx, r, exactly(3))
		r.FeedData([]byte("ab"))
		eventloop.FromContext(ctx).CallLater(time.Second, func() { r.FeedData([]byte("cdefg")) })
		err := timeouts.Run(ctx, time.Minute, func(ctx context.Context) error {
			_, err := r.ReadExactly(ctx, 4)
			return err
		})
		equal(t, "the read in between", describe(nil, err), "asyncio: timeout")
		equal(t, "the first read", describe(first.Await(ctx)), `"abc"`)
		equal(t, "rest", rest(ctx, r), "defg")
	})
}

// Every read fails on a ctx that an await fails on, even if it need not wait.
func TestReadsOnTheWrongCtx(t *testing.T) {
	eachRead(t, func(t *testing.T, ctx context.Context, op read) {
		for _, feed := range []string{"", "12345x\n"} {
			r := streams.NewReader(big)
			r.FeedData([]byte(feed))
			dead, stop := context.WithCancel(ctx)
			stop()
			does(t, "on a ctx that has ended", dead, r, op, "context canceled")
			other := tasks.Go(ctx, func(context.Context) error {
				does(t, "on the ctx of another task", ctx, r, op, "wrong task(owner Task-1, running other)")
				return nil
			}, tasks.WithName("other"))
			other.Await(ctx)
			l := eventloop.FromContext(ctx)
			does(t, "on a ctx without a task", l.Context(ctx), r, op, coro.ErrNoTask.Error())
			equal(t, "rest", rest(ctx, r), feed)
		}
	})
}

// The end of a ctx ends the wait of a read on it, and leaves the reader alone.
func TestReadsOnACtxThatEnds(t *testing.T) {
	ends := []struct {
		name string
		do   func(ctx context.Context, op func(ctx context.Context) error) error
		want string
	}{
		{"scope", func(ctx context.Context, op func(ctx context.Context) error) error {
			return timeouts.Run(ctx, time.Second, op)
		}, "asyncio: timeout"},
		{"WithTimeout", func(ctx context.Context, op func(ctx context.Context) error) error {
			ctx, stop := context.WithTimeout(ctx, time.Second)
			defer stop()
			return op(ctx)
		}, "context deadline exceeded"},
		{"WithCancel on the loop", func(ctx context.Context, op func(ctx context.Context) error) error {
			l := eventloop.FromContext(ctx)
			ctx, stop := context.WithCancel(ctx)
			l.CallLater(time.Second, stop)
			return op(ctx)
		}, "context canceled"},
		{"WithCancel off the loop", func(ctx context.Context, op func(ctx context.Context) error) error {
			ctx, stop := context.WithCancel(ctx)
			time.AfterFunc(time.Second, stop)
			return op(ctx)
		}, "context canceled"},
	}
	for name, op := range reads {
		for _, end := range ends {
			t.Run(fmt.Sprint(name, ", ", end.name), func(t *testing.T) {
				leak.Check(t)
				synctest.Test(t, func(t *testing.T) {
					err := runners.Run(context.Background(), func(ctx context.Context) error {
						r, begin := streams.NewReader(big), now(ctx)
						err := end.do(ctx, func(ctx context.Context) error {
							_, err := op(r, ctx)
							return err
						})
						equal(t, "the read", describe(nil, err), end.want)
						equal(t, "time", now(ctx)-begin, time.Second)
						task := start(t, ctx, r, some(5)) // nobody waits any more
						r.FeedData([]byte("ab"))
						equal(t, "the next read", describe(task.Await(ctx)), `"ab"`)
						return nil
					})
					equal(t, "the run", err, nil)
				})
			})
		}
	}
}

func TestWaitIsNamedInReports(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		_, err := streams.NewReader(big).ReadLine(ctx)
		return err
	}, runners.WithVirtualTime())
	var d *eventloop.DeadlockError
	equal(t, "a deadlock", errors.As(err, &d), true)
	equal(t, "waiting", d.Waiting(), []string{"Task-1 waits for data of stream 1"})
}

// A reader whose task is gone with its loop can be fed and read on another.
func TestReaderOutlivesALoop(t *testing.T) {
	leak.Check(t)
	r := streams.NewReader(big)
	run(t, func(ctx context.Context) {
		task := start(t, ctx, r, exactly(4))
		r.FeedData([]byte("ab"))
		turn(t, ctx)
		equal(t, "done", task.Done(), false) // and is cancelled at the end
	})
	r.FeedData([]byte("cd"))
	run(t, func(ctx context.Context) {
		does(t, "ReadExactly", ctx, r, exactly(4), `"abcd"`)
	})
}

// An error given to a reader may be a cancellation, and counts as one.
func TestErrorThatIsACancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		r := streams.NewReader(big)
		task := start(t, ctx, r, line())
		r.SetError(&futures.CancelledError{Msg: "m"})
		equal(t, "the read", describe(task.Await(ctx)), "cancelled(m)")
		equal(t, "cancelled", task.Cancelled(), true)
	})
}
