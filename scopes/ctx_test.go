package scopes_test

// The ctx of a scope as other Go code sees it, and ctxs derived around scopes and
// within.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

type key struct{}

// done says whether a ctx has ended, and why.
func done(ctx context.Context) string {
	select {
	case <-ctx.Done():
		return fmt.Sprint(ctx.Err(), " | ", describe(context.Cause(ctx)))
	default:
		if ctx.Err() != nil {
			return "error without end"
		}
		return "open"
	}
}

func TestDone(t *testing.T) {
	for _, tt := range []struct {
		name  string
		opts  []scopes.Option // of the inner scope
		end   func(outer, inner *scopes.Scope, task tasks.Any)
		inner string
		outer string
	}{
		{"nothing", nil, func(outer, inner *scopes.Scope, task tasks.Any) {}, "open", "open"},
		{"inner", nil, func(outer, inner *scopes.Scope, task tasks.Any) { inner.Cancel(errX) }, "context canceled | scoped: x", "open"},
		{"outer", nil, func(outer, inner *scopes.Scope, task tasks.Any) { outer.Cancel(errX) },
			"context canceled | scoped: x", "context canceled | scoped: x"},
		{"outer of a shield", []scopes.Option{scopes.Shielded}, func(outer, inner *scopes.Scope, task tasks.Any) { outer.Cancel(errX) },
			"open", "context canceled | scoped: x"},
		{"outer of a shield taken down", []scopes.Option{scopes.Shielded}, func(outer, inner *scopes.Scope, task tasks.Any) {
			outer.Cancel(errX)
			inner.SetShield(false)
		}, "context canceled | scoped: x", "context canceled | scoped: x"},
		{"outer of a shield put up late", nil, func(outer, inner *scopes.Scope, task tasks.Any) {
			inner.SetShield(true)
			outer.Cancel(errX)
		}, "context canceled | scoped: x", "context canceled | scoped: x"},
		{"task", nil, func(outer, inner *scopes.Scope, task tasks.Any) { task.Cancel("m") },
			"context canceled | cancelled(m)", "context canceled | cancelled(m)"},
		{"task of a shield", []scopes.Option{scopes.Shielded}, func(outer, inner *scopes.Scope, task tasks.Any) { task.Cancel("m") },
			"context canceled | cancelled(m)", "context canceled | cancelled(m)"},
	} {
		for _, asked := range []bool{false, true} { // before the end
			t.Run(fmt.Sprint(tt.name, asked), func(t *testing.T) {
				run(t, func(ctx context.Context) {
					task := tasks.Go(context.WithValue(ctx, key{}, 7), func(ctx context.Context) error {
						outer, inner := new(scopes.Scope), scopes.New(tt.opts...)
						var left context.Context
						in(t, ctx, outer, func(octx context.Context) {
							in(t, octx, inner, func(ctx context.Context) {
								left = ctx
								derived, cancel := context.WithCancel(ctx)
								defer cancel()
								if asked {
									equal(t, "before", done(ctx)+done(derived), "openopen")
								}
								tt.end(outer, inner, tasks.Current(ctx))
								equal(t, "inner", done(ctx), tt.inner)
								if asked {
									equal(t, "derived", done(derived), tt.inner)
								}
								equal(t, "outer", done(octx), tt.outer)
								equal(t, "value", ctx.Value(key{}), any(7))
							})
						})
						if done(left) == "open" {
							t.Error("the ctx of a scope that was left is open")
						}
						return nil
					})
					task.Await(ctx)
				})
			})
		}
	}
}

// A ctx derived within a scope ends with it, in the next iteration, for good.
func TestDerivedWithin(t *testing.T) {
	run(t, func(ctx context.Context) {
		var s, inner scopes.Scope
		var got string
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				return inner.Do(ctx, func(ctx context.Context) error {
					derived, cancel := context.WithTimeout(ctx, time.Hour)
					defer cancel()
					got = describe(tasks.Sleep(derived, time.Hour))
					inner.SetShield(true)
					checkpoint(t, ctx, "nil")
					checkpoint(t, derived, "context canceled")
					inner.SetShield(false)
					fails(t, "a scope in it", new(scopes.Scope).Do(derived, forever), "context canceled")
					return tasks.Sleep(derived, 0)
				})
			})
		})
		settle(t, ctx)
		s.Cancel(nil)
		checkpoint(t, ctx, "nil")
		checkpoint(t, ctx, "nil")
		equal(t, "the wait", got, "context canceled")
		_, err := task.Await(ctx)
		fails(t, "task", err, "nil") // of which the scope is
	})
}

// So it is on a busy loop too, whose goroutines may come late.
func TestDerivedWithinOnABusyLoop(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		s := new(scopes.Scope)
		woken := false
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				derived, cancel := context.WithCancel(ctx)
				defer cancel()
				err := forever(derived)
				woken = true
				return err
			})
		})
		checkpoint(t, ctx, "nil")
		checkpoint(t, ctx, "nil")
		s.Cancel(nil)
		checkpoint(t, ctx, "nil") // the task is made ready behind this one
		checkpoint(t, ctx, "nil")
		equal(t, "woken", woken, true)
		_, err := task.Await(ctx)
		return err
	})
	fails(t, "run", err, "nil")
}

// A ctx derived around a scope ends the awaits in it, but behind a shield.
func TestDerivedAround(t *testing.T) {
	run(t, func(ctx context.Context) {
		loop := eventloop.FromContext(ctx)
		derived, cancel := context.WithCancel(ctx)
		outer, inner := new(scopes.Scope), scopes.New(scopes.Shielded)
		err := outer.Do(derived, func(ctx context.Context) error {
			loop.CallLater(time.Second, cancel)
			fails(t, "a sleep", tasks.Sleep(ctx, time.Hour), "context canceled")
			equal(t, "time", now(ctx), time.Second)
			equal(t, "ctx", done(ctx), "context canceled | context canceled")
			in(t, ctx, inner, func(ctx context.Context) {
				fails(t, "behind the shield", tasks.Sleep(ctx, time.Second), "nil")
				loop.CallLater(time.Second, func() { inner.SetShield(false) })
				fails(t, "the shield is gone", tasks.Sleep(ctx, time.Hour), "context canceled")
			})
			outer.Cancel(nil)
			return tasks.Sleep(ctx, 0)
		})
		fails(t, "Do", err, "context canceled")
		equal(t, "flags", flagsOf(outer), flags{true, false})
		equal(t, "time", now(ctx), 3*time.Second)
	})
}

// The shield is down while the ctx around ends.
func TestDerivedAroundEndsInAShieldTakenDown(t *testing.T) {
	run(t, func(ctx context.Context) {
		loop := eventloop.FromContext(ctx)
		derived, cancel := context.WithCancel(ctx)
		s := scopes.New(scopes.Shielded)
		fails(t, "Do", s.Do(derived, func(ctx context.Context) error {
			loop.CallLater(time.Second, func() { s.SetShield(false) })
			loop.CallLater(2*time.Second, cancel)
			return tasks.Sleep(ctx, time.Hour)
		}), "context canceled")
		equal(t, "time", now(ctx), 2*time.Second)
	})
}

// A group that is entered with a derived ctx: its tasks are cancelled once.
func TestGroupWithADerivedCtx(t *testing.T) {
	run(t, func(ctx context.Context) {
		var s scopes.Scope
		var child string
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				derived, cancel := context.WithCancel(ctx)
				defer cancel()
				return taskgroups.Run(derived, func(ctx context.Context, g *taskgroups.Group) error {
					g.Go(func(ctx context.Context) error {
						err := forever(ctx)
						child = describe(err)
						checkpoint(t, ctx, "nil")
						return err
					})
					return nil
				})
			})
		})
		settle(t, ctx)
		s.Cancel(nil)
		_, err := task.Await(ctx)
		fails(t, "task", err, "nil")
		equal(t, "child", child, "cancelled()")
	})
}

// A function on another goroutine is told when the scope has ended the wait for it.
func TestToThreadInAScope(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		told := make(chan string, 1)
		fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
			_, err := threads.ToThread(ctx, func(fctx context.Context) (int, error) {
				threads.Submit(eventloop.FromContext(fctx), func(context.Context) (int, error) {
					s.Cancel(errX)
					return 0, nil
				})
				<-fctx.Done()
				told <- describe(context.Cause(fctx))
				return 0, nil
			})
			fails(t, "the call", err, "scoped: x")
			return err
		}), "nil")
		checkpoint(t, ctx, "nil")
		equal(t, "told", <-told, "cancelled()")
	})
}

// A scope is no reason to expect something from outside.
func TestDeadlockInAScope(t *testing.T) {
	leak.Check(t)
	err := runErr(func(ctx context.Context) error { return new(scopes.Scope).Do(ctx, forever) })
	var d *eventloop.DeadlockError
	if !errors.As(err, &d) || !strings.Contains(err.Error(), "future") {
		t.Errorf("run: %v", err)
	}
}

func TestMisuse(t *testing.T) {
	run(t, func(ctx context.Context) {
		called := func(context.Context) error { t.Error("called"); return nil }
		loop := eventloop.FromContext(ctx)
		if err := new(scopes.Scope).Do(loop.Context(ctx), called); err != coro.ErrNoTask {
			t.Errorf("without a task: %v", err)
		}
		var wrong *tasks.WrongTaskError
		other := tasks.Go(ctx, func(context.Context) error { return new(scopes.Scope).Do(ctx, called) })
		if _, err := other.Await(ctx); !errors.As(err, &wrong) {
			t.Errorf("with another task's ctx: %v", err)
		}
		defer func() {
			if v := recover(); v != "asyncio: cancel scope of a nil function" {
				t.Errorf("nil function: %v", v)
			}
		}()
		new(scopes.Scope).Do(ctx, nil)
	})
}

// A scope whose function panics is left like any other.
func TestPanic(t *testing.T) {
	run(t, func(ctx context.Context) {
		outer, s := new(scopes.Scope), scopes.New(scopes.After(time.Second), scopes.Shielded)
		in(t, ctx, outer, func(ctx context.Context) {
			func() {
				defer func() { equal(t, "panic", recover(), any("boom")) }()
				s.Do(ctx, func(ctx context.Context) error {
					s.Cancel(nil)
					panic("boom")
				})
			}()
			checkpoint(t, ctx, "nil")
			outer.Cancel(nil) // which must not find the other
			checkpoint(t, ctx, "scoped")
		})
		equal(t, "flags", flagsOf(s), flags{true, false})
	})
}

// The ctx of a scope that was left says what holds around it.
func TestCtxOfAScopeThatWasLeft(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outer, inner scopes.Scope
		in(t, ctx, &outer, func(ctx context.Context) {
			var kept context.Context
			in(t, ctx, &inner, func(ctx context.Context) { kept = ctx; inner.Cancel(nil) })
			checkpoint(t, kept, "nil")
			outer.Cancel(nil)
			checkpoint(t, kept, "scoped")
		})
	})
}
