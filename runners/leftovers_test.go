package runners_test

// What main leaves behind.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// waitForEver waits for what nobody will do.
func waitForEver(ctx context.Context) error {
	_, err := futures.New[int](ctx).Await(ctx)
	return err
}

func asDeadlock(err error, d **eventloop.DeadlockError) bool { return errors.As(err, d) }

// CPython: test_asyncio_run_cancels_hanging_tasks. Those that are left are
// cancelled together, in the order of their creation, once each, and awaited.
func TestLeftoversAreCancelledAndAwaited(t *testing.T) {
	leak.Check(t)
	var got []string
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		say := func(s string) { logf(&got, "%v %s", l.Time(), s) }
		for _, name := range []string{"a", "b"} {
			tasks.Go(ctx, func(ctx context.Context) error {
				err := waitForEver(ctx)
				say(name + " cancelled")
				tasks.Sleep(ctx, time.Second)
				say(name + " clean")
				return err
			})
		}
		tasks.Go(ctx, func(ctx context.Context) error {
			waitForEver(ctx)
			say("c goes on")
			err := tasks.Sleep(ctx, time.Hour) // it is not cancelled a second time
			say("c ends")
			return err
		})
		tasks.Go(ctx, func(ctx context.Context) error { t.Error("a task that had not started ran"); return nil }, tasks.WithName("d")).Cancel()
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			return err
		}
		// Main's end is noticed in the next iteration, in which this one starts.
		tasks.Go(ctx, func(ctx context.Context) error { say("e starts"); return waitForEver(ctx) })
		say("main ends")
		return errX
	}, runners.WithVirtualTime(), reports(&got))
	if err != errX {
		t.Errorf("Run: %v, want main's error", err)
	}
	want := []string{
		"1s main ends", "1s e starts", "1s a cancelled", "1s b cancelled", "1s c goes on",
		"2s a clean", "2s b clean", "1h0m1s c ends",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestErrorsOfLeftoversAreReported(t *testing.T) {
	leak.Check(t)
	var got []string
	type event struct {
		Name   string
		Source bool
	}
	var events []event
	handler := func(l *eventloop.Loop, e eventloop.Event) {
		text := e.Reason.String()
		var p *coro.PanicError
		if !errors.As(e.Err, &p) {
			text += ": " + e.Err.Error()
		}
		logf(&got, "%s", text)
		events = append(events, event{e.Name, e.Source != nil})
	}
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		leave := func(name string, fn func(err error) error) {
			tasks.Go(ctx, func(ctx context.Context) error { return fn(waitForEver(ctx)) }, tasks.WithName(name))
		}
		leave("cancelled", func(err error) error { return err })
		leave("failed", func(error) error { return errX })
		leave("succeeded", func(error) error { return nil })
		leave("panicked", func(error) error { panic("boom") })
		return pass(ctx)
	}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithExceptionHandler(handler)))
	if err != nil {
		t.Errorf("Run: %v", err)
	}
	want := []string{"error in a task cancelled at shutdown: x", "error in a task cancelled at shutdown"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]event{{"failed", true}, {"panicked", true}}, events); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Tasks that leftovers create meanwhile are not cancelled. If they are not done
// when the leftovers are, they are closed, and reported.
func TestTasksCreatedAtShutdown(t *testing.T) {
	leak.Check(t)
	var got []string
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error {
			err := waitForEver(ctx)
			tasks.Go(ctx, func(ctx context.Context) error {
				err := tasks.Sleep(ctx, time.Second)
				logf(&got, "quick: %v", err)
				return err
			}, tasks.WithName("quick"))
			tasks.Go(ctx, func(ctx context.Context) error {
				defer logf(&got, "slow: unwound")
				err := tasks.Sleep(ctx, time.Hour)
				logf(&got, "slow: closed %t", err == coro.ErrClosed)
				return err
			}, tasks.WithName("slow"))
			tasks.Sleep(ctx, time.Minute)
			return err
		})
		return pass(ctx)
	}, runners.WithVirtualTime(), reports(&got))
	if err != nil {
		t.Errorf("Run: %v", err)
	}
	want := []string{
		"quick: <nil>",
		"task was not done when its loop was closed: slow: " + eventloop.ErrLoopClosed.Error(),
		"slow: closed true",
		"slow: unwound",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// As in asyncio: a Stop in the iteration in which main ends stops the shutdown
// too. The tasks are closed nevertheless.
func TestStopPoisonsTheShutdown(t *testing.T) {
	leak.Check(t)
	var got []string
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error {
			err := waitForEver(ctx)
			tasks.Sleep(ctx, time.Second)
			logf(&got, "cleanup cut short: %t", tasks.Sleep(ctx, time.Second) == coro.ErrClosed)
			return err
		})
		if err := pass(ctx); err != nil {
			return err
		}
		eventloop.FromContext(ctx).Stop()
		return nil
	}, runners.WithVirtualTime(), reports(&got))
	if !errors.Is(err, eventloop.ErrLoopStopped) {
		t.Errorf("Run: %v, want ErrLoopStopped from the shutdown", err)
	}
	want := []string{
		"task was not done when its loop was closed: Task-2: " + eventloop.ErrLoopClosed.Error(),
		"cleanup cut short: true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A loop that is stopped while main is under way.
func TestStopDuringMain(t *testing.T) {
	leak.Check(t)
	cancelled := false
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		eventloop.FromContext(ctx).Stop()
		err := tasks.Sleep(ctx, time.Hour)
		cancelled = futures.IsCancelled(err)
		return err
	}, runners.WithVirtualTime())
	if !errors.Is(err, eventloop.ErrLoopStopped) || !cancelled {
		t.Errorf("Run: %v, main cancelled: %t", err, cancelled)
	}
}
