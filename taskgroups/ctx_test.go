package taskgroups_test

// Which ctx a group is given, and how it ends.

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// inBubble runs fn as the main task of a loop with a real clock, in a bubble where
// that costs no time.
func inBubble(t *testing.T, fn func(t *testing.T, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			fn(t, ctx)
			return nil
		})
		fails(t, "the run", err, "nil")
	})
}

// A group of one task that cleans up for a second is run on a ctx that ends after
// a second, while the group waits or while its body does.
func TestEndOfTheCtx(t *testing.T) {
	type enter func(ctx context.Context, do func(ctx context.Context) error) error
	derive := func(make func(ctx context.Context) (context.Context, context.CancelFunc)) enter {
		return func(ctx context.Context, do func(ctx context.Context) error) error {
			ctx, stop := make(ctx)
			defer stop()
			return do(ctx)
		}
	}
	tests := []struct {
		name  string
		enter enter
		want  string
	}{
		{"own, task cancelled", func(ctx context.Context, do func(ctx context.Context) error) error {
			self := tasks.Current(ctx)
			eventloop.FromContext(ctx).CallLater(time.Second, func() { self.Cancel("stop") })
			return do(ctx)
		}, "cancelled(stop)"},
		{"scope of a timeout", func(ctx context.Context, do func(ctx context.Context) error) error {
			return timeouts.Run(ctx, time.Second, do)
		}, "timeout"},
		{"scope of a group that is cancelled", func(ctx context.Context, do func(ctx context.Context) error) error {
			g := taskgroups.New()
			eventloop.FromContext(ctx).CallLater(time.Second, g.Cancel)
			return g.Do(ctx, do)
		}, "nil"},
		{"WithTimeout", derive(func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}), "context deadline exceeded"},
		{"WithCancel on the loop", derive(func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, stop := context.WithCancel(ctx)
			eventloop.FromContext(ctx).CallLater(time.Second, stop)
			return ctx, stop
		}), "context canceled"},
		{"WithCancel off the loop", derive(func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, stop := context.WithCancel(ctx)
			time.AfterFunc(time.Second, stop) // on a goroutine of its own
			return ctx, stop
		}), "context canceled"},
		{"WithTimeout around a scope", func(ctx context.Context, do func(ctx context.Context) error) error {
			ctx, stop := context.WithTimeout(ctx, time.Second)
			defer stop()
			return timeouts.Run(ctx, time.Hour, do)
		}, "context deadline exceeded"},
	}
	for _, tt := range tests {
		for _, waits := range []string{"the group waits", "the body waits"} {
			t.Run(tt.name+", "+waits, func(t *testing.T) {
				leak.Check(t)
				inBubble(t, func(t *testing.T, ctx context.Context) {
					start, cleaned := now(ctx), 0
					task := tasks.Go(ctx, func(ctx context.Context) error {
						err := tt.enter(ctx, func(ctx context.Context) error {
							return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
								add(t, g, cleaning(t, time.Second, &cleaned))
								if waits == "the body waits" {
									return tasks.Sleep(ctx, time.Hour)
								}
								return nil
							})
						})
						equal(t, "cleaned when Run returns", cleaned, 1)
						return err
					})
					_, err := task.Await(ctx)
					fails(t, "Run", err, tt.want)
					equal(t, "time", now(ctx)-start, 2*time.Second)
					want := 0
					if tt.want == "cancelled(stop)" {
						want = 1
					}
					equal(t, "Cancelling", task.Cancelling(), want)
				})
			})
		}
	}
}

// deadCtx returns a ctx derived from ctx that has ended.
func deadCtx(ctx context.Context) context.Context {
	ctx, stop := context.WithCancel(ctx)
	stop()
	return ctx
}

func TestCtxThatHasEndedBefore(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ran := false
		err := taskgroups.Run(deadCtx(ctx), func(context.Context, *taskgroups.Group) error {
			ran = true
			return nil
		})
		fails(t, "Run", err, "context canceled")
		equal(t, "the body ran", ran, false)
	})
}

// Errors come before the end of the ctx, as before a cancellation.
func TestErrorBesideTheEndOfTheCtx(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		derived, stop := context.WithCancel(ctx)
		err := taskgroups.Run(derived, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, failingAtEnd(time.Hour, errZero))
			wait(t, ctx, 0)
			stop()
			err := tasks.Sleep(ctx, 0)
			fails(t, "an await in the body", err, "context canceled")
			return err
		})
		fails(t, "Run", err, "group[zero]")
		fails(t, "the ctx of the task", ctx.Err(), "nil")
		wait(t, ctx, time.Second)
	})
}

// What a body makes of the end of its ctx is its own error, unless it wraps it.
func TestBodyErrorAfterTheEndOfTheCtx(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"wrapped", wrapped{context.Canceled}, "wrapped: context canceled"},
		{"another", errMine, "group[mine]"},
		{"a panic with it", &coro.PanicError{Value: context.Canceled}, "group[panic(context canceled)]"},
		{"a timeout's", &timeouts.TimeoutError{}, "group[timeout]"},
		{"another kind of end", context.DeadlineExceeded, "group[context deadline exceeded]"},
		{"none", nil, "nil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				derived, stop := context.WithCancel(ctx)
				err := taskgroups.Run(derived, func(context.Context, *taskgroups.Group) error {
					stop()
					return tt.err
				})
				fails(t, "Run", err, tt.want)
			})
		})
	}
}

type wrapped struct{ err error }

func (w wrapped) Error() string { return "wrapped: " + w.err.Error() }
func (w wrapped) Unwrap() error { return w.err }

// The end of the ctx is not the group's own cancellation: Cancel does not hide it.
func TestCancelDoesNotHideTheEndOfTheCtx(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		derived, stop := context.WithCancel(ctx)
		err := taskgroups.Run(derived, func(ctx context.Context, g *taskgroups.Group) error {
			g.Cancel()
			stop()
			return tasks.Sleep(ctx, 0)
		})
		fails(t, "Run", err, "context canceled")
		equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
		wait(t, ctx, 0)
	})
}

// A group that has handled a failure leaves the ctx of its task, and the scopes
// around it, open; a cancellation from outside closes the task's.
func TestGroupLeavesTheCtxAroundItOpen(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := timeouts.Run(ctx, time.Hour, func(scope context.Context) error {
			err := taskgroups.Run(scope, func(body context.Context, g *taskgroups.Group) error {
				add(t, g, failing(0, errZero))
				err := tasks.Sleep(body, time.Hour)
				fails(t, "the ctx of the body", body.Err(), "context canceled")
				return err
			})
			fails(t, "Run", err, "group[zero]")
			fails(t, "the ctx around it", scope.Err(), "nil")
			return nil
		})
		fails(t, "the timeout", err, "nil")
		fails(t, "the ctx of the task", ctx.Err(), "nil")
	})
}

// A task of the group has a ctx of its own: neither the end of the body's nor that
// of a ctx around the group reaches it, other than by cancelling it.
func TestTasksHaveACtxOfTheirOwn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		derived, stop := context.WithCancel(ctx)
		err := taskgroups.Run(derived, func(body context.Context, g *taskgroups.Group) error {
			g.Go(func(ctx context.Context) error {
				stop()
				fails(t, "the ctx of the body", body.Err(), "context canceled")
				fails(t, "the ctx of the task", ctx.Err(), "nil")
				wait(t, ctx, 0)
				return tasks.Sleep(body, 0)
			}, tasks.WithName("kid"))
			_, err := add(t, g, after(0, 1)).Await(ctx)
			return err
		})
		fails(t, "Run", err, "group[wrong task(owner Task-1, running kid)]")
	})
}
