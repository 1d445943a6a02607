package futures_test

// Errors that nobody looks at: they are reported, once, when the future is
// collected or its loop is closed. After CPython's test_tb_logger_*.

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// reports returns an option that logs what reaches the exception handler.
func reports(log *[]string) runners.Option {
	return runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		logf(log, "%s: %v (%s)", e.Reason, e.Err, e.Name)
	}))
}

// drop makes a future, lets do have it, and lets go of it.
//
//go:noinline
func drop(ctx context.Context, do func(f *intFuture)) { do(futures.New[int](ctx)) }

// collect makes the garbage collector run, and the loop turn, until stop says
// that it is enough. Where nothing is to come, n bounds it.
func collect(ctx context.Context, n int, stop func() bool) error {
	for i := 0; i < n && !stop(); i++ {
		runtime.GC()
		runtime.Gosched() // for the runtime's goroutine that runs cleanups
		if err := pass(ctx); err != nil {
			return err
		}
	}
	return nil
}

// test_futures.BaseFutureTests.test_tb_logger_exception_unretrieved
func TestUnseenErrorIsReportedWhenCollected(t *testing.T) {
	var got []string
	during := 0
	run(t, func(ctx context.Context) error {
		drop(ctx, func(f *intFuture) { f.SetError(errX) })
		err := collect(ctx, 10000, func() bool { return len(got) > 0 })
		during = len(got)
		return err
	}, reports(&got))
	if during != 1 {
		t.Errorf("%d reports while the loop ran, want 1", during)
	}
	if diff := cmp.Diff([]string{"error was never retrieved: x (future)"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestUnseenErrorsAreReportedAtClose(t *testing.T) {
	leak.Check(t)
	var got []string
	var keep []*intFuture
	l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		logf(&got, "%s: %v", e.Reason, e.Err)
	}))
	for i := range 4 {
		f := futures.On[int](l)
		f.SetError(fmt.Errorf("e%d", i))
		keep = append(keep, f)
	}
	keep[2].Err()
	l.Close()
	want := []string{
		"error was never retrieved: e0",
		"error was never retrieved: e1",
		"error was never retrieved: e3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	runtime.KeepAlive(keep)
}

// What counts as having seen an error.
//
// test_futures.BaseFutureTests.test_tb_logger_not_called_after_cancel
func TestSeenErrorsAreNotReported(t *testing.T) {
	tests := []struct {
		name string
		see  func(ctx context.Context, f *intFuture)
		want int // reports
	}{
		{"nobody", func(ctx context.Context, f *intFuture) { f.SetError(errX) }, 1},
		{"Done, Cancelled and String are no look", func(ctx context.Context, f *intFuture) {
			f.SetError(errX)
			_, _, _ = f.Done(), f.Cancelled(), f.String()
		}, 1},
		{"a callback is no look", func(ctx context.Context, f *intFuture) {
			f.AddDoneCallback(func(*intFuture) {})
			f.SetError(errX)
		}, 1},
		{"Result", func(ctx context.Context, f *intFuture) { f.SetError(errX); f.Result() }, 0},
		{"Err", func(ctx context.Context, f *intFuture) { f.SetError(errX); f.Err() }, 0},
		{"Err in a callback", func(ctx context.Context, f *intFuture) {
			f.AddDoneCallback(func(f *intFuture) { f.Err() })
			f.SetError(errX)
			pass(ctx)
		}, 0},
		{"Cancel, which came too late", func(ctx context.Context, f *intFuture) { f.SetError(errX); f.Cancel() }, 0},
		{"Await", func(ctx context.Context, f *intFuture) { f.SetError(errX); f.Await(ctx) }, 0},
		{"Await before", func(ctx context.Context, f *intFuture) {
			waiter := tasks.Create(ctx, f.Await, tasks.Eager(true))
			f.SetError(errX)
			waiter.Await(ctx)
		}, 0},
		{"a success", func(ctx context.Context, f *intFuture) { f.SetResult(1) }, 0},
		{"a cancellation", func(ctx context.Context, f *intFuture) { f.Cancel() }, 0},
	}
	for _, tt := range tests {
		for _, when := range []string{"collected", "closed"} {
			t.Run(tt.name+"/"+when, func(t *testing.T) {
				var got []string
				var keep *intFuture
				run(t, func(ctx context.Context) error {
					drop(ctx, func(f *intFuture) {
						tt.see(ctx, f)
						if when == "closed" {
							keep = f
						}
					})
					if when == "closed" {
						return nil
					}
					// Nothing to come can only be waited for so long.
					n := 3
					if tt.want > 0 {
						n = 10000
					}
					return collect(ctx, n, func() bool { return len(got) > 0 })
				}, reports(&got))
				if len(got) != tt.want {
					t.Errorf("%d reports %v, want %d", len(got), got, tt.want)
				}
				runtime.KeepAlive(keep)
			})
		}
	}
}

// Pitfall: a cleanup that posted to the loop would be fatal in a synctest
// bubble, because it runs on a goroutine outside it.
func TestPitfallCleanupInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		run(t, func(ctx context.Context) error {
			drop(ctx, func(f *intFuture) { f.SetError(errX) })
			return collect(ctx, 10000, func() bool { return len(got) > 0 })
		}, reports(&got))
		if diff := cmp.Diff([]string{"error was never retrieved: x (future)"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// A report that comes while the loop is parked waits for its next turn; the
// cleanup does not wake it.
func TestCollectedWhileTheLoopIsParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		leak.Check(t)
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			drop(ctx, func(f *intFuture) { f.SetError(errX) })
			runtime.GC()
			return tasks.Sleep(ctx, 1e9)
		}, reports(&got))
		if err != nil {
			t.Errorf("Run: %v", err)
		}
		if diff := cmp.Diff([]string{"error was never retrieved: x (future)"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
