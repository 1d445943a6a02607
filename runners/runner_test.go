package runners_test

// A Runner: several main tasks on one loop.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// One loop serves all runs. What a main task leaves goes on in the next run, and
// its clock goes on too.
func TestRunnerReuse(t *testing.T) {
	leak.Check(t)
	r := runners.New(runners.WithVirtualTime())
	defer r.Close()
	var got []string
	note := func(ctx context.Context, s string) { logf(&got, "%v %s", eventloop.FromContext(ctx).Time(), s) }
	main := func(name string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			if eventloop.FromContext(ctx) != r.Loop() {
				t.Error("another loop")
			}
			err := tasks.Sleep(ctx, time.Minute)
			note(ctx, name)
			return err
		}
	}
	err := r.Run(context.Background(), func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, 90*time.Second)
			note(ctx, "left by one")
			return err
		})
		tasks.Go(ctx, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, time.Hour)
			note(ctx, "left for Close")
			return err
		})
		return main("one")(ctx)
	})
	if err != nil {
		t.Error(err)
	}
	if err := r.Run(context.Background(), main("two")); err != nil {
		t.Error(err)
	}
	logf(&got, "Close")
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	want := []string{"1m0s one", "1m30s left by one", "2m0s two", "Close", "2m0s left for Close"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestZeroRunner(t *testing.T) {
	leak.Check(t)
	var r runners.Runner
	ran := false
	if err := r.Run(context.Background(), func(context.Context) error { ran = true; return nil }); err != nil || !ran {
		t.Errorf("Run: %v, ran %t", err, ran)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestRunnerClose(t *testing.T) {
	leak.Check(t)
	t.Run("without a run", func(t *testing.T) {
		r := runners.New()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if r.Loop() != nil {
			t.Error("a closed runner has a loop")
		}
	})
	t.Run("twice, and after that no run", func(t *testing.T) {
		r := runners.New()
		l := r.Loop()
		if l == nil || r.Loop() != l {
			t.Error("Loop does not give one loop")
		}
		if err := r.Run(context.Background(), func(context.Context) error { return errX }); err != errX {
			t.Error(err)
		}
		for range 2 {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
		if !l.IsClosed() {
			t.Error("the loop is open")
		}
		err := r.Run(context.Background(), func(context.Context) error { t.Error("ran"); return nil })
		if err != runners.ErrRunnerClosed {
			t.Errorf("Run: %v, want ErrRunnerClosed", err)
		}
	})
	t.Run("while it runs", func(t *testing.T) {
		r := runners.New()
		defer r.Close()
		err := r.Run(context.Background(), func(ctx context.Context) error {
			if err := r.Close(); err != eventloop.ErrLoopRunning {
				t.Errorf("Close: %v, want ErrLoopRunning", err)
			}
			if err := r.Run(context.Background(), func(context.Context) error { return nil }); err != eventloop.ErrLoopRunning {
				t.Errorf("Run: %v, want ErrLoopRunning", err)
			}
			return pass(ctx)
		})
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("after its loop was closed by hand", func(t *testing.T) {
		r := runners.New()
		r.Loop().Close()
		if err := r.Run(context.Background(), func(context.Context) error { t.Error("ran"); return nil }); err != eventloop.ErrLoopClosed {
			t.Errorf("Run: %v, want ErrLoopClosed", err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A run that failed leaves the runner usable.
func TestRunnerAfterADeadlock(t *testing.T) {
	leak.Check(t)
	r := runners.New(runners.WithVirtualTime())
	defer r.Close()
	var stuck *tasks.Task[struct{}]
	err := r.Run(context.Background(), func(ctx context.Context) error {
		stuck = tasks.Go(ctx, func(ctx context.Context) error { return waitForEver(ctx) }, tasks.WithName("stuck"))
		_, err := stuck.Await(ctx)
		return err
	})
	var d *eventloop.DeadlockError
	if !asDeadlock(err, &d) {
		t.Fatalf("Run: %v, want a DeadlockError", err)
	}
	if diff := cmp.Diff([]string{"Task-1 waits for stuck", "stuck waits for future 1"}, d.Waiting()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := r.Run(context.Background(), func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) }); err != nil {
		t.Errorf("next run: %v", err)
	}
	if stuck.Done() {
		t.Error("the stuck task is done")
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if !stuck.Cancelled() {
		t.Errorf("the stuck task ended with %v", stuck.Err())
	}
}
