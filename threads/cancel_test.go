package threads_test

// The end of a wait for a function on another goroutine, as one table: who ends it, by
// how far the function has got, by what the function does.

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
)

// A way to end a wait: call calls await in a manner that what it gives to arm can end.
var ways = []struct {
	name  string
	call  func(ctx context.Context, arm func(end func()), await func(ctx context.Context) error) error
	err   string // of call
	cause string // of the function's ctx
}{
	{"task", func(ctx context.Context, arm func(func()), await func(context.Context) error) error {
		task := tasks.Current(ctx)
		arm(func() { task.Cancel("x") })
		return await(ctx)
	}, "cancelled(x)", "cancelled(x)"},
	{"timeout", func(ctx context.Context, arm func(func()), await func(context.Context) error) error {
		limit := timeouts.After(ctx, timeouts.Never)
		arm(func() { limit.Reschedule(0) })
		return limit.Do(ctx, await)
	}, "timeout", "cancelled()"},
	{"group", func(ctx context.Context, arm func(func()), await func(context.Context) error) error {
		g := taskgroups.New()
		arm(func() { g.Cancel() })
		return g.Do(ctx, await)
	}, "nil", "cancelled()"},
	{"foreign ctx", func(ctx context.Context, arm func(func()), await func(context.Context) error) error {
		ctx, cancel := context.WithCancel(ctx)
		arm(cancel)
		return await(ctx)
	}, "context canceled", "context canceled"},
	{"timeout within a foreign ctx", func(ctx context.Context, arm func(func()), await func(context.Context) error) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		limit := timeouts.After(ctx, timeouts.Never)
		arm(func() { limit.Reschedule(0) })
		return limit.Do(ctx, func(ctx context.Context) error { return await(context.WithValue(ctx, key{}, "v")) })
	}, "timeout", "cancelled()"},
	{"foreign ctx around a timeout", func(ctx context.Context, arm func(func()), await func(context.Context) error) error {
		ctx, cancel := context.WithCancel(ctx)
		arm(cancel)
		return timeouts.After(ctx, timeouts.Never).Do(ctx, func(ctx context.Context) error { return await(context.WithValue(ctx, key{}, "v")) })
	}, "context canceled", "context canceled"},
}

// What a function does in the end, and what is reported if that comes too late for the
// waiter: when it was told to end before, and when not.
var ends = []struct {
	name         string
	do           func() (int, error)
	told, untold []string
}{
	{"value", func() (int, error) { return 1, nil }, nil, nil},
	{"error", func() (int, error) { return 0, errTest }, nil, []string{"error on another goroutine that nobody waits for: fn: an error"}},
	{"panic", func() (int, error) { panic("boom") },
		[]string{"error on another goroutine that nobody waits for: fn: panic(boom)"},
		[]string{"error on another goroutine that nobody waits for: fn: panic(boom)"}},
	{"goexit", func() (int, error) { runtime.Goexit(); return 0, nil },
		[]string{"error on another goroutine that nobody waits for: fn: asyncio: coroutine called runtime.Goexit"},
		[]string{"error on another goroutine that nobody waits for: fn: asyncio: coroutine called runtime.Goexit"}},
}

// cell is what is seen of one combination.
type cell struct {
	Err      string   // of the wait
	Returned bool     // the wait did, before the function
	Ran      bool     // the function
	Cause    string   // of its ctx when it ended, nil if it had not
	Reports  []string // when all is over
}

func TestEndOfAWait(t *testing.T) {
	for _, way := range ways {
		for _, end := range ends {
			for _, moment := range []string{"queued", "running", "returned"} {
				t.Run(way.name+"/"+moment+"/"+end.name, func(t *testing.T) {
					leak.Check(t)
					var r reports
					var got cell
					err := runErr(func(ctx context.Context) error {
						got = tryEnd(ctx, way.call, end.do, moment)
						return nil
					}, r.option())
					fails(t, "the run", err, "nil")
					got.Reports = r.lines
					want := cell{Err: way.err, Returned: true, Cause: "nil"}
					switch moment {
					case "running":
						want.Ran, want.Cause, want.Reports = true, way.cause, end.told
					case "returned":
						want.Ran, want.Reports = true, end.untold
					}
					equal(t, "cell", got, want)
				})
			}
		}
	}
}

// tryEnd has a task wait for a function and ends the wait.
func tryEnd(ctx context.Context, call func(context.Context, func(func()), func(context.Context) error) error, do func() (int, error), moment string) cell {
	var got cell
	var ex manual
	threads.SetDefaultExecutor(eventloop.FromContext(ctx), &ex)
	started, gate := make(chan struct{}), make(chan struct{})
	var end func()
	victim := tasks.Go(ctx, func(ctx context.Context) error {
		return call(ctx, func(fn func()) { end = fn }, func(ctx context.Context) error {
			_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
				close(started)
				<-gate
				got.Ran, got.Cause = true, describe(context.Cause(ctx))
				return do()
			})
			return err
		})
	})
	got.Cause = "nil"
	turns(ctx, 2)
	var ended <-chan struct{}
	switch moment {
	case "running":
		ended = ex.start()
		<-started
	case "returned":
		ended = ex.start()
		close(gate)
		<-ended // the loop has not taken it yet
	}
	end()
	turns(ctx, 4)
	got.Returned = victim.Done()
	switch moment {
	case "queued":
		ended = ex.start()
	case "running":
		close(gate)
	}
	<-ended
	got.Err = describe(victim.Err())
	turns(ctx, 2)
	return got
}

// A wait that is not ended gets whatever the function does.
func TestEveryEndReachesTheWaiter(t *testing.T) {
	want := map[string]string{
		"value": "nil", "error": "an error", "panic": "panic(boom)",
		"goexit": "asyncio: coroutine called runtime.Goexit",
	}
	for _, end := range ends {
		t.Run(end.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				fn := func(context.Context) (int, error) { return end.do() }
				_, err := threads.ToThread(ctx, fn)
				fails(t, "ToThread", err, want[end.name])
				_, err = threads.RunInExecutor(ctx, nil, fn).Await(ctx)
				fails(t, "RunInExecutor", err, want[end.name])
			})
		})
	}
}

// errs is an error that cannot be compared.
type errs []error

func (errs) Error() string { return "errors" }

func TestErrorThatCannotBeCompared(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		_, err := threads.ToThread(ctx, func(context.Context) (int, error) { return 0, errs{errTest} })
		fails(t, "ToThread", err, "errors")
	})
}

// The future of RunInExecutor that is cancelled while nobody awaits it.
func TestCancelOfTheFuture(t *testing.T) {
	for _, moment := range []string{"queued", "running"} {
		t.Run(moment, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				var ex manual
				started := make(chan struct{})
				cause := "not called"
				fut := threads.RunInExecutor(ctx, &ex, func(ctx context.Context) (int, error) {
					close(started)
					<-ctx.Done()
					cause = describe(context.Cause(ctx))
					return 1, nil
				})
				var ended <-chan struct{}
				if moment == "running" {
					ended = ex.start()
					<-started
				}
				equal(t, "Cancel, and again", []bool{fut.Cancel("x"), fut.Cancel()}, []bool{true, false})
				turns(ctx, 1)
				want := "cancelled(x)"
				if moment == "queued" {
					ended = ex.start()
					want = "not called"
				}
				<-ended
				equal(t, "cause", cause, want)
				turns(ctx, 2)
				equal(t, "cancelled", fut.Cancelled(), true)
			})
		})
	}
}

// 53 test_futures.BaseFutureTests.test_wrap_future_cancel2: the function has returned,
// and the future is cancelled before the loop has noticed. Each keeps its outcome.
func TestWrapFutureCancel2(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var ex manual
		result := 0
		f2 := threads.RunInExecutor(ctx, &ex, func(ctx context.Context) (int, error) {
			result = 42
			return result, ctx.Err()
		})
		<-ex.start()
		equal(t, "Cancel", f2.Cancel(), true)
		turns(ctx, 2)
		equal(t, "f1's result, f2 cancelled", []any{result, f2.Cancelled()}, []any{42, true})
	})
}

// Somebody else has completed the future: what the function does is its own affair.
func TestFutureCompletedByOthers(t *testing.T) {
	leak.Check(t)
	var r reports
	err := runErr(func(ctx context.Context) error {
		var ex manual
		fut := threads.RunInExecutor(ctx, &ex, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, errTest
		})
		ended := ex.start()
		fut.SetResult(1)
		v, err := fut.Await(ctx)
		outcome(t, "the future", v, err, 1)
		turns(ctx, 1)
		<-ended
		return nil
	}, r.option())
	fails(t, "the run", err, "nil")
	equal(t, "reports", r.lines, nil)
}

// The deadline of a ctx in real time ends the wait and the function's ctx, which says
// so.
func TestDeadlineEndsTheFunction(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		for _, deaf := range []bool{false, true} {
			gate := make(chan struct{})
			limited, cancel := context.WithTimeout(ctx, time.Minute)
			start := eventloop.FromContext(ctx).Time()
			_, err := threads.ToThread(limited, func(ctx context.Context) (int, error) {
				<-ctx.Done()
				fails(t, "the function's ctx", ctx.Err(), "context deadline exceeded")
				if deaf {
					<-gate
				}
				return 0, ctx.Err()
			})
			fails(t, "ToThread", err, "context deadline exceeded")
			equal(t, "time", eventloop.FromContext(ctx).Time()-start, time.Minute)
			cancel()
			close(gate)
		}
	})
}

// A result and a cancellation in one iteration: the cancellation wins, as in every
// await, but a panic is not lost with it.
func TestResultAndCancellationAtOnce(t *testing.T) {
	for _, end := range ends {
		t.Run(end.name, func(t *testing.T) {
			leak.Check(t)
			var r reports
			err := runErr(func(ctx context.Context) error {
				var ex manual
				l := eventloop.FromContext(ctx)
				threads.SetDefaultExecutor(l, &ex)
				victim := tasks.Go(ctx, func(ctx context.Context) error {
					_, err := threads.ToThread(ctx, func(context.Context) (int, error) { return end.do() })
					return err
				})
				turns(ctx, 2)
				<-ex.start()
				// Behind the delivery, and before the task that it wakes.
				l.CallSoonThreadsafe(func() { victim.Cancel() })
				turns(ctx, 4)
				equal(t, "cancelled", victim.Cancelled(), true)
				return nil
			}, r.option())
			fails(t, "the run", err, "nil")
			equal(t, "reports", r.lines, end.untold)
		})
	}
}

// A wake that comes when its wait is long over does not touch the next.
func TestLateReturn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var ex manual
		threads.SetDefaultExecutor(eventloop.FromContext(ctx), &ex)
		gate := futures.New[string](ctx)
		victim := tasks.Create(ctx, func(ctx context.Context) (string, error) {
			_, err := threads.ToThread(ctx, value(1))
			fails(t, "the first wait", err, "cancelled()")
			return gate.Await(ctx)
		})
		turns(ctx, 2)
		ended := ex.start()
		<-ended
		victim.Cancel()
		turns(ctx, 5)
		equal(t, "the second wait has ended", victim.Done(), false)
		gate.SetResult("gate")
		v, err := victim.Await(ctx)
		outcome(t, "the second wait", v, err, "gate")
	})
}
