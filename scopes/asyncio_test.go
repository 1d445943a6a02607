package scopes_test

// Scopes beside what asyncio has: requests to cancel a task, timeouts, groups.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// A request to cancel the task is thrown once, is not kept off by a shield and not
// kept back by a scope, whatever happens to the scope.
func TestTaskCancelIsNotTheScopes(t *testing.T) {
	for _, tt := range []struct {
		name  string
		opts  []scopes.Option
		cause func(s *scopes.Scope, task *tasks.Task[struct{}])
		then  string // of the next await in the scope
	}{
		{"alone", nil, func(s *scopes.Scope, task *tasks.Task[struct{}]) { task.Cancel("m") }, "nil"},
		{"shielded", []scopes.Option{scopes.Shielded}, func(s *scopes.Scope, task *tasks.Task[struct{}]) { task.Cancel("m") }, "nil"},
		{"then the scope", nil, func(s *scopes.Scope, task *tasks.Task[struct{}]) {
			task.Cancel("m")
			s.Cancel(nil)
		}, "scoped"},
		{"the scope before", nil, func(s *scopes.Scope, task *tasks.Task[struct{}]) {
			s.Cancel(nil)
			task.Cancel("m")
		}, "scoped"},
	} {
		for _, wait := range []struct {
			name string
			fn   func(ctx context.Context) error
		}{
			{"a future", forever},
			{"a yield", func(ctx context.Context) error {
				for {
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
				}
			}},
			{"a task that cleans up", func(ctx context.Context) error {
				_, err := tasks.Go(ctx, func(ctx context.Context) error {
					err := forever(ctx)
					tasks.Sleep(ctx, time.Second)
					return err
				}).Await(ctx)
				return err
			}},
		} {
			t.Run(tt.name+", "+wait.name, func(t *testing.T) {
				run(t, func(ctx context.Context) {
					s := scopes.New(tt.opts...)
					task := tasks.Go(ctx, func(ctx context.Context) error {
						return s.Do(ctx, func(ctx context.Context) error {
							err := wait.fn(ctx)
							if describe(err) == "scoped" { // a yield looks for itself
								fails(t, "the yield in the task", tasks.Sleep(context.WithoutCancel(ctx), 0), "cancelled(m)")
								err = &cancelled{Msg: "m"}
							}
							fails(t, "the wait", err, "cancelled(m)")
							checkpoint(t, ctx, tt.then)
							return err
						})
					})
					for range 4 {
						checkpoint(t, ctx, "nil")
					}
					tt.cause(s, task)
					_, err := task.Await(ctx)
					fails(t, "the task", err, "cancelled(m)")
					equal(t, "Caught", s.CancelledCaught(), false)
					equal(t, "Cancelled", task.Cancelled(), true)
				})
			})
		}
	}
}

// A task that was cancelled, and passes a request on to one that takes its time,
// does not lose it when the scope ends the wait.
func TestScopeEndsTheWaitForACancelledTask(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		slow := tasks.Go(ctx, func(ctx context.Context) error {
			forever(ctx)
			return tasks.Sleep(ctx, time.Hour)
		})
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				_, err := slow.Await(ctx)
				return err
			})
		})
		settle(t, ctx)
		task.Cancel("m")
		settle(t, ctx)
		equal(t, "waits for the other's end", task.Done(), false)
		s.Cancel(nil)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(m)")
		equal(t, "the other goes on", slow.Done(), false)
		_, err = slow.Await(ctx)
		fails(t, "the other", err, "nil")
	})
}

// A bare context.Canceled is the task's, once that was asked to cancel.
func TestBareCanceledAfterARequest(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				forever(ctx)
				s.Cancel(nil)
				return ctx.Err()
			})
		})
		settle(t, ctx)
		task.Cancel()
		task.Await(ctx)
		equal(t, "Cancelled", task.Cancelled(), true)
		equal(t, "flags", flagsOf(s), flags{true, false})
	})
}

func TestTimeoutInAScope(t *testing.T) {
	const s = time.Second
	for _, tt := range []struct {
		name           string
		scope, timeout time.Duration
		want           string // of the timeout
		caught         bool
	}{
		{"the scope is first", 1 * s, 2 * s, "scoped: asyncio: timeout", true},
		{"the timeout is first", 2 * s, 1 * s, "timeout", false},
		{"both at once", 1 * s, 1 * s, "scoped: asyncio: timeout", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				caught, _ := scopes.MoveOnAfter(ctx, tt.scope, func(ctx context.Context) error {
					err := timeouts.Run(ctx, tt.timeout, forever)
					fails(t, "timeout", err, tt.want)
					return err
				})
				equal(t, "caught", caught, tt.caught)
				equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
			})
		})
	}
}

// The other way round: a timeout is no more the scope's than any request.
func TestScopeInATimeout(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := scopes.New(scopes.Shielded)
		err := timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				err := forever(ctx)
				s.Cancel(nil)
				checkpoint(t, ctx, "scoped")
				return err
			})
		})
		fails(t, "timeout", err, "timeout")
		equal(t, "flags", flagsOf(s), flags{true, false})
	})
}

// Behind a shield of its own, a task of a group goes on; the group waits.
func TestShieldInATaskOfAGroup(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(s *scopes.Scope, task *tasks.Task[struct{}])
		at   time.Duration
		want string
	}{
		{"the scope ends", func(s *scopes.Scope, task *tasks.Task[struct{}]) { s.Cancel(nil) }, time.Second, "nil"},
		{"the task is cancelled", func(s *scopes.Scope, task *tasks.Task[struct{}]) { task.Cancel() }, 2, "cancelled()"},
		{"both", func(s *scopes.Scope, task *tasks.Task[struct{}]) { s.Cancel(nil); task.Cancel() }, 2, "cancelled()"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				s := new(scopes.Scope)
				task := tasks.Go(ctx, func(ctx context.Context) error {
					return s.Do(ctx, func(ctx context.Context) error {
						return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
							g.Go(func(ctx context.Context) error {
								return scopes.New(scopes.Shielded).Do(ctx, func(ctx context.Context) error {
									return tasks.Sleep(ctx, time.Second)
								})
							})
							return nil
						})
					})
				})
				settle(t, ctx)
				tt.end(s, task)
				settle(t, ctx)
				_, err := task.Await(ctx)
				fails(t, "task", err, tt.want)
				equal(t, "time", now(ctx), tt.at)
			})
		})
	}
}

// A request to cancel the task that comes while its group waits for the shielded
// ones goes on to them.
func TestTaskCancelWhileTheGroupWaits(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		var child error
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					g.Go(func(ctx context.Context) error {
						return scopes.New(scopes.Shielded).Do(ctx, func(ctx context.Context) error {
							child = forever(ctx)
							return child
						})
					})
					return forever(ctx)
				})
			})
		})
		settle(t, ctx)
		s.Cancel(nil)
		settle(t, ctx)
		equal(t, "waits", task.Done(), false)
		task.CancelCause(errX)
		_, err := task.Await(ctx)
		fails(t, "task", err, "cancelled()")
		if !errors.Is(err, errX) || !errors.Is(child, errX) {
			t.Errorf("task %v, child %v", err, child)
		}
	})
}

// What fails in a group is the group's, and passes the scope.
func TestGroupFailsInAScope(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		var seen error
		fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				g.Go(func(ctx context.Context) error { seen = forever(ctx); return seen })
				g.Go(func(context.Context) error { return errX })
				return forever(ctx)
			})
		}), "group[x]")
		fails(t, "the other task", seen, "cancelled()") // thrown once, by the group
		equal(t, "flags", flagsOf(s), flags{})
		checkpoint(t, ctx, "nil")
	})
}

// A typed task of a group in a scope, and who awaits it from elsewhere.
func TestTaskOfAScopeSeenFromOutside(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		born := futures.New[*tasks.Task[int]](ctx)
		tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					task, err := taskgroups.Create(g, func(ctx context.Context) (int, error) { return 0, forever(ctx) })
					born.SetResult(task)
					return err
				})
			})
		})
		task, err := born.Await(ctx)
		fails(t, "born", err, "nil")
		settle(t, ctx)
		s.Cancel(errX)
		_, err = task.Await(ctx)
		fails(t, "the first", err, "scoped: x")
		equal(t, "Cancelled", task.Cancelled(), true)
		_, err = task.Await(ctx)
		fails(t, "the second", err, "cancelled()")
		if !errors.Is(err, errX) {
			t.Errorf("the second has lost the cause")
		}
	})
}

// A task of a group that is started eagerly is inside from its first step.
func TestEagerTask(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		var got []string
		fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				g.Go(func(ctx context.Context) error {
					got = append(got, "started")
					err := forever(ctx)
					got = append(got, describe(err))
					return err
				}, tasks.Eager(true))
				s.Cancel(nil)
				g.Go(func(ctx context.Context) error {
					err := forever(ctx)
					got = append(got, describe(err)+" at once")
					return err
				}, tasks.Eager(true))
				return nil
			})
		}), "nil")
		equal(t, "what they saw", got, []string{"started", "scoped at once", "scoped"})
	})
}

// A task that was not created in a group is not inside the scope.
func TestPlainTaskIsOutside(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		var plain *tasks.Task[struct{}]
		in(t, ctx, s, func(ctx context.Context) {
			plain = tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) })
			s.Cancel(nil)
			_, err := plain.Await(ctx)
			fails(t, "await", err, "scoped")
		})
		_, err := plain.Await(ctx)
		fails(t, "the task", err, "nil")
	})
}
