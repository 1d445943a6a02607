package runners_test

// Panics that leave a run.

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

//go:noinline
func explode(v any) { panic(v) }

// recovered runs fn and returns what it panicked with.
func recovered(fn func()) (value any) {
	defer func() { value = recover() }()
	fn()
	return nil
}

// A panic of main leaves Run as a panic whose text has the stack of its origin,
// after the other tasks have been cleaned up.
func TestPanicOfMainLeavesRun(t *testing.T) {
	starts := map[string]func(main func(ctx context.Context) error){
		"Run": func(main func(ctx context.Context) error) {
			runners.Run(context.Background(), main, runners.WithVirtualTime())
		},
		"RunValue": func(main func(ctx context.Context) error) {
			runners.RunValue(context.Background(), func(ctx context.Context) (int, error) { return 0, main(ctx) }, runners.WithVirtualTime())
		},
		"Runner.Run": func(main func(ctx context.Context) error) {
			r := runners.New(runners.WithVirtualTime())
			defer r.Close()
			r.Run(context.Background(), main)
		},
		"Runner.Run that nobody closes": func(main func(ctx context.Context) error) {
			runners.New(runners.WithVirtualTime()).Run(context.Background(), main)
		},
	}
	for name, start := range starts {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			var got []string
			var l *eventloop.Loop
			v := recovered(func() {
				start(func(ctx context.Context) error {
					l = eventloop.FromContext(ctx)
					tasks.Go(ctx, func(ctx context.Context) error {
						defer logf(&got, "cleanup")
						err := waitForEver(ctx)
						tasks.Sleep(ctx, time.Second)
						return err
					})
					defer logf(&got, "main's defer")
					if err := pass(ctx); err != nil {
						return err
					}
					explode(io.EOF)
					return nil
				})
			})
			p, ok := v.(*coro.PanicError)
			if !ok {
				t.Fatalf("panic %v, want a PanicError", v)
			}
			if p.Value != io.EOF || !errors.Is(p, io.EOF) {
				t.Errorf("value %v, want io.EOF", p.Value)
			}
			if !strings.Contains(p.Error(), "runners_test.explode") {
				t.Errorf("no trace of the function that panicked in\n%s", p)
			}
			if diff := cmp.Diff([]string{"main's defer", "cleanup"}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !l.IsClosed() {
				t.Error("the loop is open")
			}
		})
	}
}

// A panic of another task is an error for whoever awaits it, and if that is main
// and it returns the error, it is a panic again.
func TestPanicOfATask(t *testing.T) {
	child := func(ctx context.Context) error { explode("boom"); return nil }
	t.Run("awaited", func(t *testing.T) {
		leak.Check(t)
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			_, err := tasks.Go(ctx, child).Await(ctx)
			var p *coro.PanicError
			if !errors.As(err, &p) || p.Value != "boom" {
				t.Errorf("await: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Run("returned by main", func(t *testing.T) {
		leak.Check(t)
		v := recovered(func() {
			runners.Run(context.Background(), func(ctx context.Context) error {
				_, err := tasks.Go(ctx, child).Await(ctx)
				return err
			})
		})
		p, ok := v.(*coro.PanicError)
		if !ok || p.Value != "boom" || !strings.Contains(string(p.Stack), "runners_test.explode") {
			t.Errorf("panic %v", v)
		}
	})
	t.Run("nobody awaits it", func(t *testing.T) {
		leak.Check(t)
		var reasons []eventloop.Reason
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			tasks.Go(ctx, child)
			if err := pass(ctx); err != nil {
				return err
			}
			return pass(ctx)
		}, runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
			reasons = append(reasons, e.Reason)
		})))
		if err != nil {
			t.Errorf("Run: %v", err)
		}
		if diff := cmp.Diff([]eventloop.Reason{eventloop.ReasonTaskPanic}, reasons); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// Pitfall: panic(context.Canceled) is a bug of the program, not a cancellation.
func TestPitfallPanicWithCanceledIsNoCancellation(t *testing.T) {
	leak.Check(t)
	v := recovered(func() {
		runners.Run(context.Background(), func(ctx context.Context) error {
			tasks.Current(ctx).Cancel()
			panic(context.Canceled)
		})
	})
	if p, ok := v.(*coro.PanicError); !ok || p.Value != context.Canceled {
		t.Errorf("panic %v, want a PanicError", v)
	}
}
