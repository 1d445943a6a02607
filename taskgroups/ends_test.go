package taskgroups_test

// Bodies and tasks that do not return, and loops that are closed over a group.

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

func TestPanicInATask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		cleaned := 0
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, cleaning(t, time.Second, &cleaned))
			g.Go(func(ctx context.Context) error {
				wait(t, ctx, time.Second)
				panic("oops")
			})
			err := tasks.Sleep(ctx, time.Hour)
			fails(t, "an await in the body", err, "cancelled()")
			return err
		})
		fails(t, "Run", err, "group[panic(oops)]")
		equal(t, "the stack of the origin", strings.Contains(err.Error(), "TestPanicInATask"), true)
		equal(t, "cleaned", cleaned, 1)
		wait(t, ctx, time.Second)
	})
}

// The panic goes on when the tasks are done, with its own stack.
func TestPanicInTheBody(t *testing.T) {
	tests := []struct {
		name string
		task func(t *testing.T, cleaned *int) func(context.Context) (int, error)
		want []string // reports
	}{
		{"tasks that clean up", func(t *testing.T, cleaned *int) func(context.Context) (int, error) {
			return cleaning(t, time.Second, cleaned)
		}, nil},
		{"a task that fails", func(t *testing.T, cleaned *int) func(context.Context) (int, error) {
			return func(ctx context.Context) (int, error) {
				tasks.Sleep(ctx, time.Hour)
				*cleaned++
				return 0, errZero
			}
		}, []string{"error was never retrieved: task group of Task-1: zero"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var r reports
			err := runErr(func(ctx context.Context) error {
				cleaned := 0
				defer func() {
					p := coro.NewPanicError(recover())
					equal(t, "panic", p.Value, any("oops"))
					equal(t, "the stack of the origin", strings.Contains(string(p.Stack), "explode"), true)
					equal(t, "cleaned", cleaned, 1)
					equal(t, "tasks left", len(tasks.All(ctx)), 1)
					fails(t, "the next await", tasks.Sleep(ctx, time.Second), "nil")
				}()
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					add(t, g, tt.task(t, &cleaned))
					wait(t, ctx, 0)
					explode()
					return nil
				})
			}, r.option())
			fails(t, "the run", err, "nil")
			equal(t, "reports", r.lines, tt.want)
		})
	}
}

func explode() { panic("oops") }

// A panic while a task has failed, and the task of the group is cancelled from
// outside: each request is accounted for.
func TestPanicInTheBodyBesideCancels(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(ctx, func(ctx context.Context) error {
			equal(t, "panic", panics(func() {
				taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					add(t, g, after(time.Second, 0))
					g.Cancel()
					explode()
					return nil
				})
			}), "oops")
			equal(t, "Cancelling after the group's own", tasks.Current(ctx).Cancelling(), 0)
			wait(t, ctx, 0)
			equal(t, "panic", panics(func() {
				cleaned := 0
				taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					add(t, g, cleaning(t, time.Second, &cleaned))
					wait(t, ctx, 0)
					explode()
					return nil
				})
			}), "oops")
			return tasks.Sleep(ctx, time.Hour)
		})
		wait(t, ctx, 500*time.Millisecond)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the next await", err, "cancelled()")
		equal(t, "Cancelling", task.Cancelling(), 1)
	})
}

// runGoexit is runErr on a goroutine of its own; it reports whether Run returned.
func runGoexit(fn func(ctx context.Context) error, opts ...runners.Option) (returned bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runErr(fn, opts...)
		returned = true
	}()
	<-done
	return returned
}

func TestGoexitInTheBody(t *testing.T) {
	leak.Check(t)
	cleaned := 0
	returned := runGoexit(func(ctx context.Context) error {
		return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, cleaning(t, time.Second, &cleaned))
			wait(t, ctx, 0)
			runtime.Goexit()
			return nil
		})
	})
	equal(t, "Run returned", returned, false)
	equal(t, "cleaned", cleaned, 1)
}

func TestGoexitInATask(t *testing.T) {
	leak.Check(t)
	for _, eager := range []bool{false, true} {
		cleaned := 0
		returned := runGoexit(func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				add(t, g, cleaning(t, time.Second, &cleaned))
				wait(t, ctx, 0)
				return g.Go(func(ctx context.Context) error { runtime.Goexit(); return nil }, tasks.Eager(eager))
			})
		})
		equal(t, "Run returned", returned, false)
		equal(t, "cleaned", cleaned, 1)
	}
}

// A loop that is closed ends the coroutines of its tasks: their awaits fail, and a
// group must not wait for what cannot come.
func TestLoopClosedOverAGroup(t *testing.T) {
	notDone := "task was not done when its loop was closed: Task-%d: " + eventloop.ErrLoopClosed.Error()
	tests := []struct {
		name    string
		tasks   int
		body    func(ctx context.Context) error
		want    string
		reports []string
	}{
		{"the group waits", 1, nothing, coro.ErrClosed.Error(), nil},
		{"the body waits", 1, sleeper, coro.ErrClosed.Error(), nil},
		{"the body waits, without tasks", 0, sleeper, coro.ErrClosed.Error(), nil},
		{"the body panics", 1, func(ctx context.Context) error { sleeper(ctx); panic("oops") }, "nil",
			[]string{"error was never retrieved: Task-1: panic(oops)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var got error
			var r reports
			l := runners.New(runners.WithVirtualTime(), r.option()).Loop()
			tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
				got = taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					for range tt.tasks {
						g.Go(sleeper)
					}
					return tt.body(ctx)
				})
				return got
			})
			for range 3 {
				l.Stop()
				fails(t, "RunForever", l.RunForever(), "nil")
			}
			fails(t, "Close", l.Close(), "nil")
			fails(t, "Run", got, tt.want)
			want := append([]string{fmt.Sprintf(notDone, 1)}, tt.reports...)
			for i := range tt.tasks {
				want = append(want, fmt.Sprintf(notDone, i+2))
			}
			equal(t, "reports", r.lines, want)
		})
	}
}

// To cancel the tasks is not to see the error of one that is done: if the group
// does not come to that any more, it is reported.
func TestLoopClosedBeforeAnErrorWasSeen(t *testing.T) {
	leak.Check(t)
	var r reports
	l := runners.New(runners.WithVirtualTime(), r.option()).Loop()
	tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			g.Go(func(context.Context) error { return errZero }, tasks.Eager(true))
			return errMine
		})
	})
	l.Stop()
	fails(t, "RunForever", l.RunForever(), "nil")
	fails(t, "Close", l.Close(), "nil")
	equal(t, "reports", r.lines, []string{
		"task was not done when its loop was closed: Task-1: " + eventloop.ErrLoopClosed.Error(),
		"error was never retrieved: Task-2: zero",
	})
}
