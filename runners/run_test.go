package runners_test

// Run and RunValue: what they return, and where they refuse.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/google/go-cmp/cmp"
)

var errX = errors.New("x")

func logf(log *[]string, f string, args ...any) { *log = append(*log, fmt.Sprintf(f, args...)) }

// pass gives way once.
func pass(ctx context.Context) error { return coro.Await(ctx, nil) }

// reports returns an option that logs what reaches the exception handler.
func reports(log *[]string) runners.Option {
	return runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		logf(log, "%s: %s: %v", e.Reason, e.Name, e.Err)
	}))
}

func TestRunReturnsWhatMainReturns(t *testing.T) {
	tests := []struct {
		name string
		main func(ctx context.Context) (string, error)
		want string
		err  error
	}{
		{"a value", func(ctx context.Context) (string, error) { return "v", nil }, "v", nil},
		{"an error", func(ctx context.Context) (string, error) { return "", errX }, "", errX},
		{"both", func(ctx context.Context) (string, error) { return "v", errX }, "v", errX},
		{"after waiting", func(ctx context.Context) (string, error) { return "v", tasks.Sleep(ctx, time.Hour) }, "v", nil},
		{"of a task", func(ctx context.Context) (string, error) {
			return tasks.Create(ctx, func(context.Context) (string, error) { return "child's", nil }).Await(ctx)
		}, "child's", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			v, err := runners.RunValue(context.Background(), tt.main, runners.WithVirtualTime())
			if v != tt.want || err != tt.err {
				t.Errorf("RunValue: %q, %v", v, err)
			}
			err = runners.Run(context.Background(), func(ctx context.Context) error {
				_, err := tt.main(ctx)
				return err
			}, runners.WithVirtualTime())
			if err != tt.err {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

func TestRunOfNilPanics(t *testing.T) {
	const want = "asyncio: Run of a nil function"
	for name, fn := range map[string]func(){
		"Run":        func() { runners.Run(context.Background(), nil) },
		"RunValue":   func() { runners.RunValue[int](context.Background(), nil) },
		"Runner.Run": func() { new(runners.Runner).Run(context.Background(), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic %v, want %q", got, want)
				}
			}()
			fn()
		})
	}
}

type valueKey struct{}

// The ctx of Run gives its values to all tasks.
func TestRunHasTheValuesOfItsContext(t *testing.T) {
	leak.Check(t)
	ctx := context.WithValue(context.Background(), valueKey{}, "v")
	err := runners.Run(ctx, func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		fromCallback := make([]*tasks.Task[any], 1)
		l.CallSoon(func() {
			fromCallback[0] = tasks.Create(l.Context(ctx), func(ctx context.Context) (any, error) { return ctx.Value(valueKey{}), nil })
		})
		child := tasks.Create(ctx, func(ctx context.Context) (any, error) { return ctx.Value(valueKey{}), nil })
		if v, _ := child.Await(ctx); v != "v" || ctx.Value(valueKey{}) != "v" {
			t.Errorf("main has %v, its child %v", ctx.Value(valueKey{}), v)
		}
		if v, _ := fromCallback[0].Await(ctx); v != "v" {
			t.Errorf("a task created by a callback has %v", v)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Within a task one awaits; a second loop on its goroutine would stop the first.
func TestRunInsideARunningLoop(t *testing.T) {
	leak.Check(t)
	never := func(context.Context) error { t.Error("main of the inner loop ran"); return nil }
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		var scope context.Context
		timeouts.Run(ctx, time.Hour, func(ctx context.Context) error {
			scope = ctx
			if err := runners.Run(ctx, never); err != eventloop.ErrLoopRunning {
				t.Errorf("with the ctx of a timeout: %v, want ErrLoopRunning", err)
			}
			return nil
		})
		for name, ctx := range map[string]context.Context{
			"own": ctx, "derived": derived, "a timeout's that is over": scope,
			"with a value": context.WithValue(ctx, valueKey{}, 1), "without cancel": context.WithoutCancel(ctx),
		} {
			if err := runners.Run(ctx, never); err != eventloop.ErrLoopRunning {
				t.Errorf("with the ctx %s: %v, want ErrLoopRunning", name, err)
			}
			if _, err := runners.RunValue(ctx, func(ctx context.Context) (int, error) { return 0, never(ctx) }); err != eventloop.ErrLoopRunning {
				t.Errorf("RunValue with the ctx %s: %v, want ErrLoopRunning", name, err)
			}
		}
		called := futures.New[struct{}](ctx)
		eventloop.FromContext(ctx).CallSoon(func() {
			if err := runners.Run(ctx, never); err != eventloop.ErrLoopRunning {
				t.Errorf("in a callback: %v, want ErrLoopRunning", err)
			}
			called.SetResult(struct{}{})
		})
		_, err := called.Await(ctx)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// On another goroutine a loop may run, with the values of the ctx of the first.
// The race detector looks on while the first goes on.
func TestRunOnAnotherGoroutine(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		release := l.Hold()
		defer release()
		plain := l.Context(ctx)
		done := make(chan error, 1)
		tasks.Go(ctx, func(ctx context.Context) error { // so that the loop switches between tasks
			for {
				if err := pass(ctx); err != nil {
					return err
				}
			}
		})
		go func() {
			var err error
			for range 100 {
				err = errors.Join(err, runners.Run(plain, func(ctx context.Context) error {
					if eventloop.FromContext(ctx) == l {
						t.Error("the inner task has the outer loop")
					}
					return tasks.Sleep(ctx, 0)
				}))
			}
			done <- err
		}()
		for {
			select {
			case err := <-done:
				return err
			default:
			}
			if err := pass(ctx); err != nil {
				return err
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOptions(t *testing.T) {
	t.Run("debug", func(t *testing.T) {
		leak.Check(t)
		runners.Run(context.Background(), func(ctx context.Context) error {
			if !eventloop.FromContext(ctx).Debug() {
				t.Error("debug mode is off")
			}
			return nil
		}, runners.WithDebug())
	})
	t.Run("eager tasks, but for main", func(t *testing.T) {
		leak.Check(t)
		var got []string
		runners.Run(context.Background(), func(ctx context.Context) error {
			tasks.Go(ctx, func(ctx context.Context) error { logf(&got, "child"); return nil })
			logf(&got, "main")
			return nil
		}, runners.WithEagerTasks(), runners.WithTaskHook(func(task tasks.Any) {
			logf(&got, "created %s, done %t", task.Name(), task.Done())
		}))
		want := []string{"created Task-1, done false", "child", "created Task-2, done true", "main"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// A selector's error ends the run; what was under way is closed.
func TestSelectorErrors(t *testing.T) {
	for _, panics := range []bool{false, true} {
		t.Run(fmt.Sprintf("panics=%t", panics), func(t *testing.T) {
			leak.Check(t)
			var got []string
			s := &failing{panics: panics}
			func() {
				defer func() {
					if v := recover(); (v != nil) != panics {
						t.Errorf("panic %v", v)
					}
				}()
				err := runners.Run(context.Background(), func(ctx context.Context) error {
					err := tasks.Sleep(ctx, time.Hour)
					logf(&got, "main closed: %t", err == coro.ErrClosed)
					return err
				}, runners.WithLoop(eventloop.WithSelector(s)), reports(&got))
				if err != errX {
					t.Errorf("Run: %v, want the selector's error", err)
				}
			}()
			want := []string{
				"task was not done when its loop was closed: Task-1: " + eventloop.ErrLoopClosed.Error(),
				"main closed: true",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if s.closed != 1 {
				t.Errorf("the selector was closed %d times", s.closed)
			}
		})
	}
}

// A failing is a selector that works once.
type failing struct {
	panics bool
	calls  int
	closed int
}

func (f *failing) Select(time.Duration) error {
	if f.calls++; f.calls == 1 {
		return nil
	}
	if f.panics {
		panic("no epoll today")
	}
	return errX
}

func (f *failing) Wake()        {}
func (f *failing) Close() error { f.closed++; return nil }
