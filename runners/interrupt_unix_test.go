//go:build unix

package runners_test

// Interrupts from the keyboard, sent by the tests to their own process.

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// interrupt sends the process a SIGINT, as ^C does. It keeps the test binary
// alive if nobody else handles the signal.
func interrupt(t *testing.T) {
	t.Helper()
	keep := make(chan os.Signal, 10)
	signal.Notify(keep, os.Interrupt)
	t.Cleanup(func() { signal.Stop(keep) })
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
}

func TestInterrupt(t *testing.T) {
	tests := []struct {
		name string
		main func(t *testing.T, ctx context.Context, log *[]string) error
		is   []error
		not  []error
		want []string
	}{
		{"the first cancels main, which cleans up", func(t *testing.T, ctx context.Context, log *[]string) error {
			interrupt(t)
			err := tasks.Sleep(ctx, time.Hour)
			logf(log, "cancelled %t", futures.IsCancelled(err))
			logf(log, "cleanup %v", pass(ctx))
			return err
		}, []error{runners.ErrInterrupted}, nil,
			[]string{"cancelled true", "cleanup <nil>", "bystander cancelled"}},
		{"main may refuse", func(t *testing.T, ctx context.Context, log *[]string) error {
			interrupt(t)
			tasks.Sleep(ctx, time.Hour)
			return errX
		}, []error{errX}, []error{runners.ErrInterrupted}, []string{"bystander cancelled"}},
		// CPython: test_interrupt_cancelled_task.
		{"a main that was cancelled by others as well stays cancelled", func(t *testing.T, ctx context.Context, log *[]string) error {
			interrupt(t)
			err := tasks.Sleep(ctx, time.Hour)
			tasks.Current(ctx).Cancel()
			logf(log, "%d requests", tasks.Current(ctx).Cancelling())
			return err
		}, []error{futures.ErrCancelled}, []error{runners.ErrInterrupted},
			[]string{"2 requests", "bystander cancelled"}},
		// CPython: test_interrupt_call_soon. It is noticed while callbacks keep
		// the loop busy.
		{"a busy loop", func(t *testing.T, ctx context.Context, log *[]string) error {
			interrupt(t)
			for {
				if err := pass(ctx); err != nil {
					return err
				}
			}
		}, []error{runners.ErrInterrupted}, nil, []string{"bystander cancelled"}},
		{"a second ends the run at once", func(t *testing.T, ctx context.Context, log *[]string) error {
			interrupt(t)
			err := tasks.Sleep(ctx, time.Hour)
			logf(log, "first: cancelled %t", futures.IsCancelled(err))
			interrupt(t)
			err = tasks.Sleep(ctx, time.Hour)
			logf(log, "second: cancelled %t", futures.IsCancelled(err)) // by the shutdown
			return err
		}, []error{runners.ErrInterrupted}, nil,
			[]string{"first: cancelled true", "second: cancelled true", "bystander cancelled"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var got []string
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				tasks.Go(ctx, func(ctx context.Context) error {
					err := waitForEver(ctx)
					logf(&got, "bystander cancelled")
					return err
				}, tasks.Eager(true))
				return tt.main(t, ctx, &got)
			}, runners.WithInterrupt())
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
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Without the option a run leaves the signal to the process.
func TestInterruptIsOffByDefault(t *testing.T) {
	leak.Check(t)
	seen := make(chan os.Signal, 1)
	signal.Notify(seen, os.Interrupt)
	defer signal.Stop(seen)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		interrupt(t)
		<-seen // it has been delivered
		return pass(ctx)
	})
	if err != nil {
		t.Errorf("Run: %v", err)
	}
}

// After the run the signal is the process's again, also when main has panicked.
func TestInterruptIsHandedBack(t *testing.T) {
	for name, main := range map[string]func(ctx context.Context) error{
		"ended":    pass,
		"panicked": func(ctx context.Context) error { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			r := runners.New(runners.WithInterrupt())
			defer r.Close()
			recovered(func() { r.Run(context.Background(), main) })
			seen := make(chan os.Signal, 1)
			signal.Notify(seen, os.Interrupt)
			defer signal.Stop(seen)
			interrupt(t)
			<-seen
			if name == "panicked" {
				return
			}
			// What came between two runs does not count in the next.
			if err := r.Run(context.Background(), pass); err != nil {
				t.Errorf("the next run: %v", err)
			}
			for range 2 { // in each run it is the first
				cancelled := false
				err := r.Run(context.Background(), func(ctx context.Context) error {
					interrupt(t)
					err := tasks.Sleep(ctx, time.Hour)
					cancelled = futures.IsCancelled(err)
					return err
				})
				if err != runners.ErrInterrupted || !cancelled {
					t.Errorf("an interrupt in the next run: %v, main cancelled: %t", err, cancelled)
				}
			}
		})
	}
}

// That an interrupt may come does not hold up virtual time.
func TestInterruptAndVirtualTime(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		if err := tasks.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		interrupt(t)
		return waitForEver(ctx)
	}, runners.WithInterrupt(), runners.WithVirtualTime())
	if err != runners.ErrInterrupted {
		t.Errorf("Run: %v, want ErrInterrupted", err)
	}
}

// A run that an interrupt may end is not deadlocked.
func TestInterruptAndDeadlock(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		eventloop.FromContext(ctx).CallSoon(func() { interrupt(t) })
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	}, runners.WithInterrupt(), runners.WithLoop(eventloop.WithDeadlockError()))
	if err != runners.ErrInterrupted {
		t.Errorf("Run: %v, want ErrInterrupted", err)
	}
}
