package runners_test

// runtime.Goexit within a run, as t.FailNow calls it.

import (
	"context"
	"errors"
	"runtime"
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

// exits runs fn on a goroutine of its own, waits for its end, and tells whether
// it was ended by runtime.Goexit.
func exits(t *testing.T, fn func()) bool {
	t.Helper()
	returned := false
	var value any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { value = recover() }()
		fn()
		returned = true
	}()
	<-done
	if value != nil {
		t.Errorf("panic %v", value)
	}
	return !returned
}

// Pitfall: runtime.Goexit in a task unwinds the goroutine of the loop. The dead
// task is completed, the others get their cleanup, and then the goroutine of Run
// exits too: a failing assertion in a task fails its test instead of hanging it.
func TestPitfallGoexit(t *testing.T) {
	// Each program logs what happens. A bystander waits meanwhile.
	tests := []struct {
		name string
		main func(ctx context.Context, exit func(), log *[]string) error
		want []string
	}{
		{"in main", func(ctx context.Context, exit func(), log *[]string) error {
			defer logf(log, "main unwound")
			exit()
			return nil
		}, []string{"main unwound", "bystander cancelled", "bystander clean"}},
		{"in main, deep down and after a wait", func(ctx context.Context, exit func(), log *[]string) error {
			defer logf(log, "main unwound")
			func() {
				tasks.Sleep(ctx, time.Second)
				defer exit()
			}()
			return nil
		}, []string{"main unwound", "bystander cancelled", "bystander clean"}},
		{"in a child that main awaits", func(ctx context.Context, exit func(), log *[]string) error {
			_, err := tasks.Go(ctx, func(ctx context.Context) error {
				defer logf(log, "child unwound")
				exit()
				return nil
			}).Await(ctx)
			logf(log, "main: cancelled %t", futures.IsCancelled(err))
			return err
		}, []string{"child unwound", "main: cancelled true", "bystander cancelled", "bystander clean"}},
		{"in a child that nobody awaits", func(ctx context.Context, exit func(), log *[]string) error {
			tasks.Go(ctx, func(ctx context.Context) error {
				defer logf(log, "child unwound")
				exit()
				return nil
			})
			err := waitForEver(ctx)
			logf(log, "main: cancelled %t", futures.IsCancelled(err))
			return err
		}, []string{"child unwound", "main: cancelled true", "bystander cancelled", "bystander clean"}},
		{"in the eager step of a child", func(ctx context.Context, exit func(), log *[]string) error {
			defer logf(log, "main unwound")
			tasks.Go(ctx, func(ctx context.Context) error {
				defer logf(log, "child unwound")
				exit()
				return nil
			}, tasks.Eager(true))
			return nil
		}, []string{"child unwound", "main unwound", "bystander cancelled", "bystander clean"}},
		{"in the eager step of a child of an eager child", func(ctx context.Context, exit func(), log *[]string) error {
			defer logf(log, "main unwound")
			tasks.Go(ctx, func(ctx context.Context) error {
				defer logf(log, "child unwound")
				tasks.Go(ctx, func(ctx context.Context) error {
					defer logf(log, "grandchild unwound")
					exit()
					return nil
				}, tasks.Eager(true))
				return nil
			}, tasks.Eager(true))
			return nil
		}, []string{"grandchild unwound", "child unwound", "main unwound", "bystander cancelled", "bystander clean"}},
		{"in a callback", func(ctx context.Context, exit func(), log *[]string) error {
			eventloop.FromContext(ctx).CallSoon(exit)
			err := waitForEver(ctx)
			logf(log, "main: cancelled %t", futures.IsCancelled(err))
			return err
		}, []string{"main: cancelled true", "bystander cancelled", "bystander clean"}},
		{"in an eager task of a callback", func(ctx context.Context, exit func(), log *[]string) error {
			l := eventloop.FromContext(ctx)
			l.CallSoon(func() {
				tasks.Go(l.Context(ctx), func(context.Context) error { exit(); return nil }, tasks.Eager(true))
			})
			err := waitForEver(ctx)
			logf(log, "main: cancelled %t", futures.IsCancelled(err))
			return err
		}, []string{"main: cancelled true", "bystander cancelled", "bystander clean"}},
		{"in a done callback", func(ctx context.Context, exit func(), log *[]string) error {
			f := futures.New[int](ctx)
			f.AddDoneCallback(func(*futures.Future[int]) { exit() })
			f.SetResult(1)
			err := waitForEver(ctx)
			logf(log, "main: cancelled %t", futures.IsCancelled(err))
			return err
		}, []string{"main: cancelled true", "bystander cancelled", "bystander clean"}},
		{"in the cleanup of a task that is left", func(ctx context.Context, exit func(), log *[]string) error {
			for range 2 {
				tasks.Go(ctx, func(ctx context.Context) error {
					defer logf(log, "left unwound")
					waitForEver(ctx)
					exit()
					return nil
				})
			}
			return pass(ctx)
		}, []string{"bystander cancelled", "left unwound", "left unwound", "bystander clean"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var got []string
			gone := exits(t, func() {
				runners.Run(context.Background(), func(ctx context.Context) error {
					tasks.Go(ctx, func(ctx context.Context) error {
						err := waitForEver(ctx)
						logf(&got, "bystander cancelled")
						tasks.Sleep(ctx, time.Second)
						logf(&got, "bystander clean")
						return err
					}, tasks.Eager(true))
					return tt.main(ctx, runtime.Goexit, &got)
				}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
					if !errors.Is(e.Err, coro.ErrGoexit) {
						t.Errorf("event %s: %v", e.Reason, e.Err)
					}
				})))
			})
			if !gone {
				t.Error("Run returned; want its goroutine to exit")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// The same for a test: FailNow in a task marks the test as failed and ends it.
func TestFailNowInATask(t *testing.T) {
	leak.Check(t)
	var inner testing.T
	if !exits(t, func() {
		runners.Run(context.Background(), func(ctx context.Context) error {
			_, err := tasks.Go(ctx, func(ctx context.Context) error {
				inner.FailNow()
				return nil
			}).Await(ctx)
			return err
		})
	}) {
		t.Error("the inner test's goroutine went on")
	}
	if !inner.Failed() {
		t.Error("the inner test has not failed")
	}
}

// A task that is closed because it was never awaited may exit as well; the
// others are closed all the same.
func TestGoexitInTasksThatAreClosed(t *testing.T) {
	leak.Check(t)
	var got []string
	l := eventloop.New(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {}))
	ctx := l.Context(context.Background())
	var all []*tasks.Task[struct{}]
	for _, name := range []string{"a", "b", "c"} {
		all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
			defer logf(&got, "%s unwound", name)
			err := waitForEver(ctx)
			if name != "c" {
				runtime.Goexit()
			}
			return err
		}))
	}
	l.Stop()
	l.RunForever()
	if !exits(t, func() { l.Close() }) {
		t.Error("Close returned; want its goroutine to exit")
	}
	if diff := cmp.Diff([]string{"a unwound", "b unwound", "c unwound"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, task := range all {
		if !task.Done() {
			t.Errorf("%s is not done", task.Name())
		}
	}
	if !l.IsClosed() {
		t.Error("the loop is open")
	}
	l.Close()
}

// The goroutine exits also if the handler of an error calls for it.
func TestGoexitInTheExceptionHandler(t *testing.T) {
	leak.Check(t)
	var got []string
	first := true
	gone := exits(t, func() {
		runners.Run(context.Background(), func(ctx context.Context) error {
			eventloop.FromContext(ctx).CallSoon(func() { panic("boom") })
			err := waitForEver(ctx)
			logf(&got, "main: cancelled %t", futures.IsCancelled(err))
			return err
		}, runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
			logf(&got, "%s", e.Reason)
			if first {
				first = false
				runtime.Goexit()
			}
		})))
	})
	if !gone {
		t.Error("Run returned; want its goroutine to exit")
	}
	if diff := cmp.Diff([]string{"panic in a callback", "main: cancelled true"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// After a Goexit the loop of a Runner is closed: it cannot be told what was
// interrupted.
func TestRunnerAfterGoexit(t *testing.T) {
	leak.Check(t)
	r := runners.New(runners.WithLoop(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {})))
	exits(t, func() {
		r.Run(context.Background(), func(context.Context) error { runtime.Goexit(); return nil })
	})
	if err := r.Run(context.Background(), func(context.Context) error { return nil }); err != eventloop.ErrLoopClosed {
		t.Errorf("the next run: %v, want ErrLoopClosed", err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
