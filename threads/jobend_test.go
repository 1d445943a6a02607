package threads_test

// How jobs end: cancelled in each moment of their life, with their loop, unseen.

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// A Goexit takes the loop along; the job gets to know.
func TestGoexitInAJob(t *testing.T) {
	leak.Check(t)
	synctest.Test(t, func(t *testing.T) {
		got, gone := make(chan *eventloop.Loop), make(chan struct{})
		go func() {
			defer close(gone)
			runners.Run(context.Background(), func(ctx context.Context) error {
				got <- eventloop.FromContext(ctx)
				return tasks.Sleep(ctx, time.Hour)
			})
			t.Error("Run returned")
		}()
		l := <-got
		other := threads.Submit(l, func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, time.Minute) })
		_, err := threads.Submit(l, func(context.Context) (int, error) { runtime.Goexit(); return 0, nil }).Wait(t.Context())
		equal(t, "ErrGoexit", errors.Is(err, coro.ErrGoexit), true)
		<-gone
		_, err = other.Wait(t.Context())
		fails(t, "another job", err, "cancelled()")
	})
}

// The end of the ctx of Wait is not the end of the task.
func TestWaitGivesUp(t *testing.T) {
	leak.Check(t)
	synctest.Test(t, func(t *testing.T) {
		l, stop := serve(t)
		job := threads.Submit(l, func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, time.Hour) })
		limited, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := job.Wait(limited)
		fails(t, "the first Wait", err, "context deadline exceeded")
		v, err := job.Wait(t.Context())
		outcome(t, "the second", v, err, 1)
		stop()
	})
}

// Cancel, in each moment of a job's life.
func TestCancelJob(t *testing.T) {
	const (
		cancelled = "cancelled(x)"
		accepted  = true
	)
	waits := func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, time.Hour) }
	for _, tt := range []struct {
		name   string
		busy   bool // the loop is, and has not looked at its posts when cancel is called
		fn     func(ctx context.Context) (int, error)
		cancel func(l *eventloop.Loop, job *threads.Job[int]) bool
		ok     bool
		want   string
	}{
		{"before its task is made", true, func(context.Context) (int, error) { t.Error("the function was called"); return 0, nil },
			func(l *eventloop.Loop, job *threads.Job[int]) bool { return job.Cancel("x") }, accepted, cancelled},
		{"before the first step of its task", true, waits,
			func(l *eventloop.Loop, job *threads.Job[int]) bool {
				l.CallSoonThreadsafe(func() { job.Cancel("x") })
				return true
			}, accepted, cancelled},
		{"while it waits", false, waits,
			func(l *eventloop.Loop, job *threads.Job[int]) bool { synctest.Wait(); return job.Cancel("x") }, accepted, cancelled},
		{"twice", false, waits,
			func(l *eventloop.Loop, job *threads.Job[int]) bool {
				synctest.Wait()
				return job.Cancel("x") && job.Cancel("y")
			}, accepted, cancelled},
		{"while it cleans up", false, func(ctx context.Context) (int, error) {
			err := tasks.Sleep(ctx, time.Hour)
			return 1, errors.Join(tasks.Sleep(ctx, time.Minute), err)
		}, func(l *eventloop.Loop, job *threads.Job[int]) bool { synctest.Wait(); return job.Cancel("x") }, accepted, cancelled},
		{"though it refuses", false, func(ctx context.Context) (int, error) {
			tasks.Sleep(ctx, time.Hour)
			return 1, nil
		}, func(l *eventloop.Loop, job *threads.Job[int]) bool { synctest.Wait(); return job.Cancel("x") }, accepted, "nil"},
		{"when it is done", false, value(1),
			func(l *eventloop.Loop, job *threads.Job[int]) bool { <-job.Done(); return job.Cancel("x") }, false, "nil"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				var r reports
				l, stop := serve(t, r.option())
				held := make(chan struct{})
				if tt.busy {
					entered := make(chan struct{})
					l.CallSoonThreadsafe(func() { close(entered); <-held })
					<-entered
				}
				job := threads.Submit(l, tt.fn)
				equal(t, "Cancel", tt.cancel(l, job), tt.ok)
				close(held)
				_, err := job.Wait(t.Context())
				if errs, ok := err.(interface{ Unwrap() []error }); ok {
					err = errs.Unwrap()[0]
				}
				fails(t, "the job", err, tt.want)
				stop()
				equal(t, "reports", r.lines, nil)
			})
		})
	}
}

// The loop is closed before, or at any point of the job's life. Nobody waits for ever.
func TestSubmitToALoopThatCloses(t *testing.T) {
	closed := eventloop.ErrLoopClosed.Error()
	for _, tt := range []struct {
		name  string
		fn    func(ctx context.Context) (int, error)
		turns int // that the loop runs between Submit and Close
		want  string
	}{
		{"before its task is made", value(1), 0, closed},
		{"before the first step", value(1), 1, closed},
		{"in the very iteration in which it is done", value(1), 2, "nil"},
		{"while it waits", func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, time.Hour) }, 5, closed},
		{"when it is done", value(1), 5, "nil"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var r reports
			l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)), eventloop.WithExceptionHandler(r.handle))
			job := threads.Submit(l, tt.fn)
			type res struct {
				v   int
				err error
			}
			waited := make(chan res)
			for range 2 {
				go func() {
					v, err := job.Wait(context.Background())
					waited <- res{v, err}
				}()
			}
			for range tt.turns {
				l.Stop()
				fails(t, "an iteration", l.RunForever(), "nil")
			}
			fails(t, "Close", l.Close(), "nil")
			for range 2 {
				got := <-waited
				fails(t, "Wait", got.err, tt.want)
				equal(t, "value", got.v == 1, tt.want == "nil")
			}
			<-job.Done()
			equal(t, "Cancel", job.Cancel(), false)
		})
	}
	t.Run("before Submit", func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New()
		l.Close()
		job := threads.Submit(l, value(1))
		<-job.Done()
		_, err := job.Wait(context.Background())
		fails(t, "Wait", err, closed)
	})
}

// An error that nobody asks for is reported once, and one that somebody has got is not.
func TestErrorOfAJobThatNobodyAsksFor(t *testing.T) {
	for _, tt := range []struct {
		name string
		look func(job *threads.Job[int])
		want []string
	}{
		{"nobody", func(*threads.Job[int]) {}, []string{"error was never retrieved: lost: an error"}},
		{"Done alone", func(job *threads.Job[int]) { <-job.Done() }, []string{"error was never retrieved: lost: an error"}},
		{"Wait", func(job *threads.Job[int]) { job.Wait(context.Background()) }, nil},
		{"Wait, late", func(job *threads.Job[int]) { synctest.Wait(); job.Wait(context.Background()) }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				var r reports
				l, stop := serve(t, r.option())
				job := threads.Submit(l, func(context.Context) (int, error) { return 0, errTest }, tasks.WithName("lost"))
				tt.look(job)
				synctest.Wait()
				stop()
				equal(t, "reports", r.lines, tt.want)
				runtime.KeepAlive(job)
			})
		})
	}
}

// One who waits already has seen the error, even if the loop is closed before the
// waiting goroutine has got to run.
func TestErrorOfAJobAtTheEndOfItsLoop(t *testing.T) {
	leak.Check(t)
	synctest.Test(t, func(t *testing.T) {
		var r reports
		l := eventloop.New(eventloop.WithExceptionHandler(r.handle))
		job := threads.Submit(l, func(context.Context) (int, error) { return 0, errTest })
		waited := make(chan error)
		go func() {
			_, err := job.Wait(context.Background())
			waited <- err
		}()
		synctest.Wait() // until it does
		for range 3 {
			l.Stop()
			fails(t, "an iteration", l.RunForever(), "nil")
		}
		fails(t, "Close", l.Close(), "nil")
		fails(t, "Wait", <-waited, errTest.Error())
		equal(t, "reports", r.lines, nil)
	})
}
