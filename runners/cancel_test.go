package runners_test

// Runs that are cancelled from outside: by the ctx of Run.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

var errCause = errors.New("the operator went home")

// The error of a run that its ctx has ended is the cancellation and the cause.
func TestRunIsCancelledWithItsContext(t *testing.T) {
	tests := []struct {
		name string
		end  func(ctx context.Context) (context.Context, func())
		is   []error
		not  []error
	}{
		{"cancel", func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Minute, cancel)
			return ctx, cancel
		}, []error{futures.ErrCancelled, context.Canceled}, []error{context.DeadlineExceeded, errCause}},
		{"cancel with a cause", func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(time.Minute, func() { cancel(errCause) })
			return ctx, func() { cancel(nil) }
		}, []error{futures.ErrCancelled, context.Canceled, errCause}, []error{context.DeadlineExceeded}},
		{"deadline", func(ctx context.Context) (context.Context, func()) {
			return context.WithTimeout(ctx, time.Minute)
		}, []error{futures.ErrCancelled, context.Canceled, context.DeadlineExceeded}, []error{errCause}},
		{"deadline with a cause", func(ctx context.Context) (context.Context, func()) {
			return context.WithTimeoutCause(ctx, time.Minute, errCause)
		}, []error{futures.ErrCancelled, context.Canceled, errCause}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				ctx, cancel := tt.end(context.Background())
				defer cancel()
				var got []string
				err := runners.Run(ctx, func(ctx context.Context) error {
					l := eventloop.FromContext(ctx)
					err := tasks.Sleep(ctx, time.Hour)
					logf(&got, "%v cancelled: %t", l.Time(), futures.IsCancelled(err))
					logf(&got, "cleanup: %v", tasks.Sleep(ctx, time.Minute)) // may await
					return fmt.Errorf("main: %w", err)
				})
				for _, target := range tt.is {
					if !errors.Is(err, target) {
						t.Errorf("%v is not %v", err, target)
					}
				}
				for _, target := range tt.not {
					if errors.Is(err, target) {
						t.Errorf("%v is %v", err, target)
					}
				}
				if diff := cmp.Diff([]string{"1m0s cancelled: true", "cleanup: <nil>"}, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		})
	}
}

// What main makes of its cancellation is its own affair.
func TestMainMayRefuse(t *testing.T) {
	for name, want := range map[string]error{"returns nil": nil, "returns another error": errX} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			err := runners.Run(ctx, func(ctx context.Context) error {
				cancel()
				if err := waitForEver(ctx); !futures.IsCancelled(err) {
					t.Errorf("await: %v", err)
				}
				return want
			})
			if err != want {
				t.Errorf("Run: %v, want %v", err, want)
			}
		})
	}
}

// A main task that cancels itself, or is cancelled by another, is not a run that
// was cancelled from outside.
func TestMainCancelledFromWithin(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	err := runners.Run(ctx, func(ctx context.Context) error {
		main := tasks.Current(ctx)
		tasks.Go(ctx, func(context.Context) error { main.Cancel("enough"); return nil })
		return waitForEver(ctx)
	})
	var c *futures.CancelledError
	if !errors.As(err, &c) || c.Msg != "enough" {
		t.Errorf("Run: %v, want the cancellation with its message", err)
	}
}

// With a ctx that has ended, main is cancelled before it starts: always, whether
// it would wait or not.
func TestRunWithAnEndedContext(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errCause)
	for i := range 200 {
		ran := false
		err := runners.Run(ctx, func(ctx context.Context) error {
			ran = true
			return pass(ctx)
		})
		if ran || !errors.Is(err, errCause) || !errors.Is(err, futures.ErrCancelled) {
			t.Fatalf("run %d: main ran: %t, %v", i, ran, err)
		}
	}
}

// A ctx that ends after main has, or never, is no matter.
func TestContextThatOutlivesTheRun(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithCancel(context.Background())
	if err := runners.Run(ctx, func(ctx context.Context) error { return nil }); err != nil {
		t.Error(err)
	}
	cancel()
	r := runners.New()
	defer r.Close()
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	err := r.Run(ctx, func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
		cancel() // too late: there is no await any more
		return nil
	})
	if err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := r.Run(context.Background(), func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }); err != nil {
		t.Errorf("the next run: %v", err)
	}
}

// In virtual time a run that may be cancelled from outside is still one in which
// time passes.
func TestVirtualTimeUnderACancelableContext(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := context.AfterFunc(ctx, func() {})
	defer stop()
	err := runners.Run(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }, runners.WithVirtualTime())
	if err != nil {
		t.Errorf("Run: %v", err)
	}
}
