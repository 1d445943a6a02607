package taskgroups_test

// Group.Cancel.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

func TestCancelEndsAGroup(t *testing.T) {
	type group = *taskgroups.Group
	soon := func(ctx context.Context, g group) error {
		return g.Go(func(ctx context.Context) error {
			wait(t, ctx, time.Second)
			g.Cancel()
			return nil
		})
	}
	tests := []struct {
		name string
		body func(ctx context.Context, g group) error
		want string
		time time.Duration
	}{
		{"by the body, which awaits", func(ctx context.Context, g group) error {
			g.Go(sleeper)
			g.Cancel()
			return sleeper(ctx)
		}, "nil", 0},
		{"by the body, which returns", func(ctx context.Context, g group) error {
			g.Go(sleeper)
			g.Cancel()
			return nil
		}, "nil", 0},
		{"by the body, without tasks", func(ctx context.Context, g group) error {
			g.Cancel()
			return nil
		}, "nil", 0},
		{"by a task while the body runs", func(ctx context.Context, g group) error {
			g.Go(sleeper)
			soon(ctx, g)
			return sleeper(ctx)
		}, "nil", time.Second},
		{"by a task while the group waits", func(ctx context.Context, g group) error {
			g.Go(sleeper)
			return soon(ctx, g)
		}, "nil", time.Second},
		{"twice", func(ctx context.Context, g group) error {
			g.Go(sleeper)
			g.Cancel()
			g.Cancel()
			return sleeper(ctx)
		}, "nil", 0},
		{"and a task fails while it is cancelled", func(ctx context.Context, g group) error {
			add(t, g, failingAtEnd(time.Hour, errZero))
			wait(t, ctx, 0)
			g.Cancel()
			return nil
		}, "group[zero]", 0},
		{"and the body fails", func(ctx context.Context, g group) error {
			g.Go(sleeper)
			g.Cancel()
			return errMine
		}, "group[mine]", 0},
		{"after a task has failed", func(ctx context.Context, g group) error {
			add(t, g, failing(0, errZero))
			fails(t, "sleep", sleeper(ctx), "cancelled()")
			g.Cancel()
			return nil
		}, "group[zero]", 0},
		{"and the body goes on", func(ctx context.Context, g group) error {
			g.Cancel()
			fails(t, "sleep", sleeper(ctx), "cancelled()")
			wait(t, ctx, time.Second)
			return nil
		}, "nil", time.Second},
		{"by an eager task in its first step", func(ctx context.Context, g group) error {
			task := add(t, g, func(ctx context.Context) (int, error) {
				g.Cancel()
				return 0, sleeper(ctx)
			}, tasks.Eager(true))
			equal(t, "Cancelling of the eager task", task.Cancelling(), 1)
			return nil
		}, "nil", 0},
		{"within another group", func(ctx context.Context, outer group) error {
			err := taskgroups.Run(ctx, func(ctx context.Context, g group) error {
				g.Cancel()
				return sleeper(ctx)
			})
			fails(t, "the inner group", err, "nil")
			return tasks.Sleep(ctx, time.Second)
		}, "nil", time.Second},
		{"of the outer group within an inner one", func(ctx context.Context, outer group) error {
			err := taskgroups.Run(ctx, func(ctx context.Context, g group) error {
				g.Go(sleeper)
				outer.Cancel()
				return sleeper(ctx)
			})
			fails(t, "the inner group", err, "cancelled()")
			return err
		}, "nil", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				err := taskgroups.Run(ctx, tt.body)
				fails(t, "Run", err, tt.want)
				equal(t, "time", now(ctx), tt.time)
				equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
				fails(t, "ctx", ctx.Err(), "nil")
				equal(t, "tasks left", len(tasks.All(ctx)), 1)
				wait(t, ctx, time.Second)
			})
		})
	}
}

func TestCancelBeforeAndAfterDo(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		g := taskgroups.New()
		g.Cancel()
		ran := false
		err := g.Do(ctx, func(ctx context.Context) error {
			ran = true
			fails(t, "Go", g.Go(func(context.Context) error { return nil }),
				"asyncio: the task group is shutting down; return, its tasks are being cancelled")
			err := tasks.Sleep(ctx, time.Hour)
			fails(t, "the first await", err, "cancelled()")
			return err
		})
		fails(t, "Do", err, "nil")
		equal(t, "the body ran", ran, true)
		g.Cancel()

		g = taskgroups.New()
		fails(t, "Do", g.Do(ctx, nothing), "nil")
		g.Cancel() // one that was never cancelled before
		equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
		wait(t, ctx, time.Second)
	})
}

// gh-155433: the group takes back its own cancellation only.
func TestCancelFromOutsideBesideCancel(t *testing.T) {
	for _, tt := range []struct {
		name string
		body func(ctx context.Context) error
	}{
		{"while the group waits", func(context.Context) error { return nil }},
		{"while the body runs", func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				cleaned := 0
				body := func(ctx context.Context, g *taskgroups.Group) error {
					add(t, g, cleaning(t, time.Second, &cleaned))
					wait(t, ctx, 100*time.Millisecond)
					g.Cancel()
					return tt.body(ctx)
				}
				err := timeouts.Run(ctx, 500*time.Millisecond, func(ctx context.Context) error {
					return taskgroups.Run(ctx, body)
				})
				fails(t, "a timeout around it", err, "timeout")
				equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)

				task := runGroup(ctx, body)
				wait(t, ctx, 500*time.Millisecond)
				task.Cancel("from outside")
				_, err = task.Await(ctx)
				want := "cancelled(from outside)"
				if tt.name == "while the body runs" {
					want = "cancelled()" // the body's error, which came first
				}
				fails(t, "the group", err, want)
				equal(t, "cleaned", cleaned, 2)
			})
		})
	}
}

// A body's error is not lost when both cancel.
func TestBodyErrorBesideBothCancels(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		cleaned := 0
		task := tasks.Go(ctx, func(ctx context.Context) error {
			err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				add(t, g, cleaning(t, time.Second, &cleaned))
				wait(t, ctx, 0)
				g.Cancel()
				return errMine
			})
			fails(t, "Run", err, "group[mine]")
			return tasks.Sleep(ctx, time.Hour)
		})
		wait(t, ctx, 500*time.Millisecond)
		task.Cancel("from outside")
		_, err := task.Await(ctx)
		fails(t, "the next await", err, "cancelled()")
		equal(t, "Cancelling", task.Cancelling(), 1)
	})
}

// The group closes the ctx of its body, and nothing around it.
func TestCancelClosesTheCtxOfTheBody(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var body context.Context
		err := taskgroups.Run(ctx, func(inner context.Context, g *taskgroups.Group) error {
			body = inner
			derived, stop := context.WithCancel(inner)
			defer stop()
			fails(t, "ctx of the body before", inner.Err(), "nil")
			g.Cancel()
			fails(t, "ctx of the body", inner.Err(), "context canceled")
			fails(t, "a ctx derived from it", derived.Err(), "context canceled")
			equal(t, "cause", futures.IsCancelled(context.Cause(derived)), true)
			fails(t, "ctx of the task", ctx.Err(), "nil")
			return derived.Err() // as net/http would
		})
		fails(t, "Run", err, "nil")
		fails(t, "ctx of the task", ctx.Err(), "nil")

		err = taskgroups.Run(ctx, func(inner context.Context, g *taskgroups.Group) error {
			body = inner
			return nil
		})
		fails(t, "Run", err, "nil")
		fails(t, "ctx of the body after Run", body.Err(), "context canceled")
	})
}
