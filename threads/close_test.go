package threads_test

// The end of a run, or of a loop, with functions on other goroutines in flight.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
)

// left is the report of a function that a loop leaves behind.
const left = "function on another goroutine had not ended when the loop was closed: fn: "

// obey is a function that ends when it is told to.
func obey(ctx context.Context) (int, error) {
	<-ctx.Done()
	return 0, context.Cause(ctx)
}

// A run tells the functions to end and waits for them, whoever waits for their results
// and whatever runs them.
func TestRunWaitsForFunctions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		leave func(ctx context.Context, fn func(context.Context) (int, error))
		cause string
	}{
		{"in a task", func(ctx context.Context, fn func(context.Context) (int, error)) {
			tasks.Create(ctx, func(ctx context.Context) (int, error) { return threads.ToThread(ctx, fn) })
		}, "cancelled()"},
		{"of a future", func(ctx context.Context, fn func(context.Context) (int, error)) {
			threads.RunInExecutor(ctx, nil, fn)
		}, eventloop.ErrLoopClosed.Error()},
		{"on another executor", func(ctx context.Context, fn func(context.Context) (int, error)) {
			threads.RunInExecutor(ctx, threads.ExecutorFunc(func(job func()) error { go job(); return nil }), fn)
		}, eventloop.ErrLoopClosed.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			cause, started := "", make(chan struct{})
			run(t, func(ctx context.Context) {
				tt.leave(ctx, func(ctx context.Context) (int, error) {
					close(started)
					_, err := obey(ctx)
					cause = describe(err)
					return 0, err
				})
				turns(ctx, 2)
				<-started
			})
			equal(t, "cause", cause, tt.cause) // it has ended: that needs no lock
		})
	}
}

// What is in the queue of the pool is started even then, as in asyncio, unless somebody
// waited for it; its ctx is closed from the start.
func TestRunStartsWhatIsQueued(t *testing.T) {
	leak.Check(t)
	var got []string
	run(t, func(ctx context.Context) {
		threads.SetDefaultExecutor(eventloop.FromContext(ctx), threads.NewPool(1))
		threads.RunInExecutor(ctx, nil, obey)
		threads.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) {
			got = append(got, "future: "+describe(ctx.Err()))
			return 0, nil
		})
		tasks.Go(ctx, func(ctx context.Context) error {
			_, err := threads.ToThread(ctx, func(context.Context) (int, error) {
				got = append(got, "task")
				return 0, nil
			})
			return err
		})
		turns(ctx, 2)
	})
	equal(t, "started", got, []string{"future: context canceled"})
}

// A function that does not listen is waited for up to the limit, and reported.
func TestFunctionThatDoesNotEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []runners.Option
		want time.Duration
	}{
		{"default", nil, 300 * time.Second},
		{"a minute", []runners.Option{runners.WithShutdownTimeout(time.Minute)}, time.Minute},
		{"none", []runners.Option{runners.WithShutdownTimeout(0)}, 0},
		{"virtual time", []runners.Option{runners.WithVirtualTime()}, 300 * time.Second},
		{"no limit", []runners.Option{runners.WithShutdownTimeout(tasks.NoTimeout)}, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				var r reports
				gate, started := make(chan struct{}), make(chan struct{})
				if tt.want < 0 {
					time.AfterFunc(1000*time.Hour, func() { close(gate) })
				}
				fn := func(context.Context) (int, error) { close(started); <-gate; return 1, nil }
				start := time.Now()
				err := runners.Run(t.Context(), func(ctx context.Context) error {
					tasks.Go(ctx, func(ctx context.Context) error { _, err := threads.ToThread(ctx, fn); return err })
					turns(ctx, 2)
					<-started
					return nil
				}, append(tt.opts, r.option())...)
				fails(t, "the run", err, "nil")
				took := -time.Until(start)
				if tt.want < 0 {
					equal(t, "time", took, 1000*time.Hour)
					equal(t, "reports", r.lines, nil)
					return
				}
				equal(t, "time", took, tt.want)
				equal(t, "reports", r.lines, []string{left + eventloop.ErrLoopClosed.Error()})
				close(gate)
			})
		})
	}
}

// What a function does after its loop was closed: a panic is logged.
func TestEndAfterTheLoop(t *testing.T) {
	for _, end := range ends {
		t.Run(end.name, func(t *testing.T) {
			leak.Check(t)
			var log bytes.Buffer
			var fut *futures.Future[int]
			gate := make(chan struct{})
			ended := make(chan struct{})
			ex := threads.ExecutorFunc(func(job func()) error { go func() { defer close(ended); job() }(); return nil })
			err := runErr(func(ctx context.Context) error {
				started := make(chan struct{})
				fut = threads.RunInExecutor(ctx, ex, func(context.Context) (int, error) { close(started); <-gate; return end.do() })
				<-started
				return nil
			}, runners.WithShutdownTimeout(0), runners.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			fails(t, "the run", err, "nil")
			fails(t, "the future", fut.Err(), eventloop.ErrLoopClosed.Error())
			equal(t, "lines at first", strings.Count(log.String(), "\n"), 1)
			close(gate)
			<-ended
			equal(t, "lines in the end", strings.Count(log.String(), "\n"), 1+len(end.told))
			fails(t, "the future", fut.Err(), eventloop.ErrLoopClosed.Error())
		})
	}
}

// A loop closed by hand abandons what is in flight at once. What has returned by then
// is delivered, what has not started never will.
func TestCloseOfALoop(t *testing.T) {
	for _, end := range ends {
		t.Run(end.name, func(t *testing.T) {
			leak.Check(t)
			var r reports
			l := eventloop.New(eventloop.WithExceptionHandler(r.handle))
			ctx := l.Context(context.Background())
			var ex manual
			gate, started := make(chan struct{}), make(chan struct{})
			run := func(ctx context.Context) (int, error) { close(started); <-gate; return 3, ctx.Err() }
			returned := threads.RunInExecutor(ctx, &ex, func(context.Context) (int, error) { return end.do() })
			running := threads.RunInExecutor(ctx, &ex, run)
			queued := threads.RunInExecutor(ctx, &ex, func(context.Context) (int, error) { t.Error("started"); return 0, nil })
			<-ex.start()
			ended := ex.start()
			<-started
			fails(t, "Close", l.Close(), "nil")
			close(gate)
			<-ended
			<-ex.start()
			closed := eventloop.ErrLoopClosed.Error()
			fails(t, "the running one", running.Err(), closed)
			fails(t, "the queued one", queued.Err(), closed)
			want := []string{left + closed, left + closed}
			switch end.name {
			case "value":
				v, err := returned.Result()
				outcome(t, "the one that had returned", v, err, 1)
			case "error": // which nobody had asked for
				want = append(want, "error was never retrieved: fn: an error")
			default:
				want = append(end.untold, want...)
			}
			equal(t, "reports", r.lines, want)
			fut := threads.RunInExecutor(ctx, &ex, value(1))
			fails(t, "a call on a closed loop", fut.Err(), closed)
		})
	}
}

// While the run waits for functions, the loop runs: they may use it to clean up.
func TestFunctionsUseTheLoopAtTheEnd(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		started := make(chan struct{})
		tasks.Go(ctx, func(ctx context.Context) error {
			_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
				close(started)
				<-ctx.Done()
				v, err := threads.Submit(l, add(false, false)).Wait(context.WithoutCancel(ctx))
				outcome(t, "the cleanup", v, err, 3)
				_, err = threads.Submit(l, func(ctx context.Context) (int, error) { return threads.ToThread(ctx, value(1)) }).Wait(context.WithoutCancel(ctx))
				fails(t, "a new call", err, threads.ErrShutdown.Error())
				return v, err
			})
			return err
		})
		turns(ctx, 2)
		<-started
	})
}

// A Stop does not cut the wait short.
func TestStopAtTheEnd(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		started := make(chan struct{})
		threads.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) {
			close(started)
			<-ctx.Done()
			stopped := make(chan struct{})
			l.CallSoonThreadsafe(func() { l.Stop(); close(stopped) })
			<-stopped
			return 1, nil
		})
		<-started
	})
}

// However the main task ends, the functions are waited for.
func TestEndOfMain(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(ctx context.Context) error
	}{
		{"error", func(context.Context) error { return errTest }},
		{"panic", func(context.Context) error { panic("boom") }},
		{"goexit", func(context.Context) error { runtime.Goexit(); return nil }},
		{"cancelled", func(ctx context.Context) error { tasks.Current(ctx).Cancel(); return nil }},
		{"goexit of a leftover", func(ctx context.Context) error {
			tasks.Go(ctx, func(ctx context.Context) error {
				defer runtime.Goexit()
				return tasks.Sleep(ctx, time.Hour)
			})
			turns(ctx, 2)
			return nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			ended := make(chan bool, 2)
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				defer func() { recover() }()
				runErr(func(ctx context.Context) error {
					started := make(chan struct{}, 2)
					fn := func(ctx context.Context) (int, error) {
						started <- struct{}{}
						<-ctx.Done()
						ended <- true
						return 0, ctx.Err()
					}
					tasks.Create(ctx, func(ctx context.Context) (int, error) { return threads.ToThread(ctx, fn) })
					threads.RunInExecutor(ctx, nil, fn)
					turns(ctx, 2)
					<-started
					<-started
					return tt.end(ctx)
				}, (&reports{}).option())
			}()
			<-gone
			equal(t, "functions that have ended", len(ended), 2)
		})
	}
}

// Finish is for those who run a loop by hand.
func TestFinish(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	fails(t, "Finish of a loop that made no calls", threads.Finish(l, timeouts.Never), "nil")
	ctx := l.Context(context.Background())
	fut := threads.RunInExecutor(ctx, nil, obey)
	fails(t, "Finish", threads.Finish(l, timeouts.Never), "nil")
	fails(t, "the future", fut.Err(), eventloop.ErrLoopClosed.Error())
	refused := threads.RunInExecutor(ctx, new(threads.Pool), value(1))
	fails(t, "a call after Finish", refused.Err(), threads.ErrShutdown.Error())
	fails(t, "Close", l.Close(), "nil")
	fails(t, "Finish of a closed loop", threads.Finish(l, timeouts.Never), "nil")
}

// A task that is closed with its loop cannot start anything.
func TestCallsOfATaskThatIsClosed(t *testing.T) {
	leak.Check(t)
	var r reports
	l := eventloop.New(eventloop.WithExceptionHandler(r.handle))
	var errs []string
	tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		_, err := futures.New[int](ctx).Await(ctx)
		_, started := threads.ToThread(ctx, value(1))
		ch := make(chan int, 1)
		errs = append(errs, describe(started), describe(threads.Send(ctx, ch, 1)), describe(threads.ShutdownDefaultExecutor(ctx, 0)))
		_, waited := threads.Submit(l, value(1)).Await(ctx)
		errs = append(errs, describe(waited))
		return err
	})
	l.Stop()
	fails(t, "an iteration", l.RunForever(), "nil")
	fails(t, "Close", l.Close(), "nil")
	closed := eventloop.ErrLoopClosed.Error()
	equal(t, "errors", errs, []string{closed, "nil", closed, closed})
}

// The name of a function in a report is that in its source.
func TestNameInReports(t *testing.T) {
	leak.Check(t)
	var names []string
	handler := func(_ *eventloop.Loop, e eventloop.Event) { names = append(names, fmt.Sprint(e.Name, " ", e.Reason)) }
	err := runErr(func(ctx context.Context) error {
		fut := threads.RunInExecutor(ctx, nil, explode)
		fails(t, "Shutdown", threads.ShutdownDefaultExecutor(ctx, timeouts.Never), "nil")
		var p *coro.PanicError
		equal(t, "its stack is there", errors.As(fut.Err(), &p) && strings.Contains(string(p.Stack), "explode"), true)
		return nil
	}, runners.WithLoop(eventloop.WithExceptionHandler(handler)))
	fails(t, "the run", err, "nil")
	equal(t, "names", names, []string{"threads_test.explode error on another goroutine that nobody waits for"})
}

func explode(context.Context) (int, error) { panic("boom") }
