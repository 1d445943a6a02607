package scopes_test

// Trio's own tests of its scopes, as far as they mean something here: those in
// _core/_tests/test_run.py.

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// test_cancel_scope_repr
func TestString(t *testing.T) {
	run(t, func(ctx context.Context) {
		var got []string
		s := scopes.New(scopes.After(time.Second))
		note := func() { got = append(got, s.String()) }
		note()
		in(t, ctx, s, func(ctx context.Context) {
			note()
			s.SetShield(true)
			note()
			s.Cancel(nil)
			note()
		})
		note()
		equal(t, "texts", got, []string{
			"cancel scope, not entered",
			"cancel scope, active, until 1s",
			"cancel scope, active, a shield, until 1s",
			"cancel scope, active, cancelled",
			"cancel scope, left, cancelled",
		})
	})
}

// test_cancel_points
func TestCancelPoints(t *testing.T) {
	for _, tt := range []struct {
		name string
		wait func(ctx context.Context) error
	}{
		{"a yield", func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }},
		{"a sleep", func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }},
		{"a future", forever},
		{"a task that is done", func(ctx context.Context) error {
			task := tasks.Go(context.WithoutCancel(ctx), func(context.Context) error { return nil })
			tasks.Sleep(context.WithoutCancel(ctx), 0)
			_, err := task.Await(ctx)
			return err
		}},
		{"a lock that is free", func(ctx context.Context) error { return new(locks.Lock).Acquire(ctx) }},
		{"a derived ctx", func(ctx context.Context) error { return tasks.Sleep(context.WithValue(ctx, t, t), time.Hour) }},
		{"a group", func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(context.Context, *taskgroups.Group) error { return nil })
		}},
		{"a group's body", func(ctx context.Context) error {
			return timeouts.Run(ctx, time.Hour, forever)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				s := new(scopes.Scope)
				fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
					checkpoint(t, ctx, "nil")
					s.Cancel(nil)
					for range 3 {
						fails(t, "the wait", tt.wait(ctx), "scoped")
					}
					in(t, ctx, scopes.New(scopes.Shielded), func(ctx context.Context) {
						checkpoint(t, ctx, "nil")
					})
					return tt.wait(ctx)
				}), "nil")
				equal(t, "flags", flagsOf(s), flags{true, true})
			})
		})
	}
}

// Trio's checkpoint both gives way and looks; so does a yield here.
func TestCancelWhileTheTaskGivesWay(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		in(t, ctx, s, func(ctx context.Context) {
			eventloop.FromContext(ctx).CallSoon(func() { s.Cancel(nil) })
			checkpoint(t, ctx, "scoped")
		})
	})
}

// test_cancel_edge_cases
func TestCancelTwice(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
			s.Cancel(errX)
			s.Cancel(errY)
			checkpoint(t, ctx, "scoped: x")
			fails(t, "waiting", forever(ctx), "scoped: x")
			if got := context.Cause(ctx); !errors.Is(got, errX) || ctx.Err() != context.Canceled {
				t.Errorf("cause %v, error %v", got, ctx.Err())
			}
			return forever(ctx)
		}), "nil")
		equal(t, "flags", flagsOf(s), flags{true, true})
	})
}

// test_cancel_scope_exceptiongroup_filtering
func TestGroupInACancelledScope(t *testing.T) {
	run(t, func(ctx context.Context) {
		outer := new(scopes.Scope)
		err := outer.Do(ctx, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				g.Go(forever)
				g.Go(forever)
				in(t, ctx, scopes.New(scopes.Shielded), func(ctx context.Context) { settle(t, ctx) })
				outer.Cancel(nil)
				g.Go(forever)
				g.Go(func(context.Context) error { return errX })
				return forever(ctx)
			})
		})
		fails(t, "Do", err, "group[x]")
	})
}

// The same for what a function puts together by hand; test_nursery_collapse, too.
func TestFiltering(t *testing.T) {
	wrapped := func(err error) error { return &wrapper{err} }
	for _, tt := range []struct {
		name   string
		err    func(err error) error
		want   string
		caught bool
	}{
		{"alone", func(err error) error { return err }, "nil", true},
		{"wrapped", wrapped, "nil", true},
		{"joined", func(err error) error { return errors.Join(err, wrapped(err)) }, "nil", true},
		{"joined with another", func(err error) error { return errors.Join(err, errX, err) }, "joined[x]", true},
		{"in groups", func(err error) error {
			return &taskgroups.GroupError{Errors: []error{err, errX, &taskgroups.GroupError{Errors: []error{errY, err}}}}
		}, "group[x group[y]]", true},
		{"in a group alone", func(err error) error {
			return &taskgroups.GroupError{Errors: []error{&taskgroups.GroupError{Errors: []error{err}}}}
		}, "nil", true},
		// test_cancel_scope_no_cancellederror
		{"a group without", func(error) error { return &taskgroups.GroupError{Errors: []error{errX, errY}} }, "group[x y]", false},
		{"another error", func(error) error { return errX }, "x", false},
		{"a ctx's error", func(error) error { return context.Canceled }, "nil", true},
		{"no error", func(error) error { return nil }, "nil", false},
		{"a cancellation of something else", func(error) error { return &cancelled{Msg: "f"} }, "cancelled(f)", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				s := new(scopes.Scope)
				fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
					s.Cancel(nil)
					return tt.err(forever(ctx))
				}), tt.want)
				equal(t, "flags", flagsOf(s), flags{true, tt.caught})
			})
		})
	}
}

// test_precancelled_task
func TestTaskCreatedInACancelledScope(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := new(scopes.Scope)
		var got string
		fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				s.Cancel(nil)
				g.Go(func(ctx context.Context) error {
					err := forever(ctx)
					got = describe(err)
					return err
				})
				return nil
			})
		}), "nil")
		equal(t, "what the task saw", got, "scoped")
	})
}

// test_cancel_shielding
func TestShielding(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outer, inner scopes.Scope
		in(t, ctx, &outer, func(ctx context.Context) {
			fails(t, "inner", inner.Do(ctx, func(ctx context.Context) error {
				checkpoint(t, ctx, "nil")
				outer.Cancel(nil)
				checkpoint(t, ctx, "scoped")
				equal(t, "shield", inner.Shield(), false)

				inner.SetShield(true)
				equal(t, "shield", inner.Shield(), true)
				checkpoint(t, ctx, "nil")

				var innermost scopes.Scope
				in(t, ctx, &innermost, func(ctx context.Context) {
					innermost.Cancel(nil)
					checkpoint(t, ctx, "scoped")
				})
				checkpoint(t, ctx, "nil")

				inner.SetShield(false)
				checkpoint(t, ctx, "scoped")
				inner.SetShield(true)
				checkpoint(t, ctx, "nil")
				inner.Cancel(errX)
				err := tasks.Sleep(ctx, 0)
				fails(t, "the shield's own", err, "scoped: x")
				return err
			}), "nil")
			equal(t, "inner", flagsOf(&inner), flags{true, true})
		})
		equal(t, "outer", flagsOf(&outer), flags{true, false})
	})
}

// test_cancel_inheritance
func TestInheritance(t *testing.T) {
	run(t, func(ctx context.Context) {
		var got []string
		leaf := func(name string) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				err := forever(ctx)
				got = append(got, name+" "+describe(err))
				checkpoint(t, ctx, "scoped") // and so on
				return err
			}
		}
		worker := func(name string) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					g.Go(leaf(name + "-l1"))
					g.Go(leaf(name + "-l2"))
					return nil
				})
			}
		}
		s := new(scopes.Scope)
		fails(t, "Do", s.Do(ctx, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				g.Go(worker("w1"))
				g.Go(worker("w2"))
				settle(t, ctx)
				s.Cancel(nil)
				return nil
			})
		}), "nil")
		equal(t, "leaves", got, []string{"w1-l1 scoped", "w1-l2 scoped", "w2-l1 scoped", "w2-l2 scoped"})
	})
}

// test_cancel_shield_abort
func TestUnshieldEndsWaits(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outer, shield scopes.Scope
		shield.SetShield(true)
		fails(t, "Do", outer.Do(ctx, func(ctx context.Context) error {
			outer.Cancel(nil)
			return shield.Do(ctx, func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					var got []string
					g.Go(func(ctx context.Context) error {
						got = append(got, "sleeping")
						err := forever(ctx)
						got = append(got, describe(err))
						return err
					})
					settle(t, ctx)
					equal(t, "behind the shield", got, []string{"sleeping"})
					shield.SetShield(false)
					in(t, ctx, scopes.New(scopes.Shielded), func(ctx context.Context) { settle(t, ctx) })
					equal(t, "without", got, []string{"sleeping", "scoped"})
					return tasks.Sleep(ctx, 0)
				})
			})
		}), "nil")
		equal(t, "flags", []flags{flagsOf(&outer), flagsOf(&shield)}, []flags{{true, true}, {}})
	})
}

// test_basic_timeout
func TestDeadlines(t *testing.T) {
	const s = time.Second
	run(t, func(ctx context.Context) {
		var scope scopes.Scope
		in(t, ctx, &scope, func(ctx context.Context) {
			equal(t, "deadline", scope.Deadline(), timeouts.Never)
			scope.SetDeadline(now(ctx) + s)
			equal(t, "deadline", scope.Deadline(), now(ctx)+s)
		})
		fails(t, "sleep", tasks.Sleep(ctx, 2*s), "nil")
		equal(t, "left in time", flagsOf(&scope), flags{})

		start := now(ctx)
		timed := scopes.New(scopes.At(start + s))
		fails(t, "timed", timed.Do(ctx, forever), "nil")
		equal(t, "timed", flagsOf(timed), flags{true, true})
		equal(t, "time", now(ctx)-start, s)

		moved := new(scopes.Scope)
		start = now(ctx)
		in(t, ctx, moved, func(ctx context.Context) {
			checkpoint(t, ctx, "nil")
			moved.SetDeadline(start + 10*s)
			fails(t, "sleep", tasks.Sleep(ctx, 5*s), "nil")
			moved.SetDeadline(start + s)
			checkpoint(t, ctx, "scoped: asyncio: timeout")
			checkpoint(t, ctx, "scoped: asyncio: timeout")
			moved.SetDeadline(start + 100*s) // takes nothing back
			checkpoint(t, ctx, "scoped: asyncio: timeout")
		})
		equal(t, "moved", flagsOf(moved), flags{true, false})
	})
}

// test_cancel_scope_nesting
func TestNesting(t *testing.T) {
	run(t, func(ctx context.Context) {
		var s1, s2, s3 scopes.Scope
		fails(t, "the outermost that was cancelled wins", s1.Do(ctx, func(ctx context.Context) error {
			return s2.Do(ctx, func(ctx context.Context) error {
				err := s3.Do(ctx, func(ctx context.Context) error {
					s3.Cancel(errX)
					s2.Cancel(errY)
					return forever(ctx)
				})
				fails(t, "the third", err, "scoped: x")
				return err
			})
		}), "nil")
		equal(t, "flags", []flags{flagsOf(&s1), flagsOf(&s2), flagsOf(&s3)}, []flags{{}, {true, true}, {true, false}})

		s := new(scopes.Scope)
		in(t, ctx, s, func(ctx context.Context) {
			s.Cancel(nil)
			checkpoint(t, context.WithoutCancel(ctx), "nil")
		})
		checkpoint(t, ctx, "nil")
		equal(t, "without an await", flagsOf(s), flags{true, false})
	})
}

// test_unshield_while_cancel_propagating
func TestShieldWhileTheErrorTravels(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outer, inner scopes.Scope
		fails(t, "Do", outer.Do(ctx, func(ctx context.Context) error {
			return inner.Do(ctx, func(ctx context.Context) error {
				defer inner.SetShield(true)
				outer.Cancel(nil)
				return tasks.Sleep(ctx, 0)
			})
		}), "nil")
		equal(t, "flags", []flags{flagsOf(&outer), flagsOf(&inner)}, []flags{{true, true}, {}})
	})
}

// test_cancel_unbound
func TestBeforeAndAfterTheEntry(t *testing.T) {
	run(t, func(ctx context.Context) {
		until := func(s *scopes.Scope) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return s.Do(ctx, func(ctx context.Context) error { return scopes.FailAfter(ctx, time.Second, forever) })
			}
		}
		early, late := new(scopes.Scope), new(scopes.Scope)
		early.Cancel(nil)
		fails(t, "group", taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			g.Go(until(early))
			g.Go(until(late))
			settle(t, ctx)
			late.Cancel(nil)
			return nil
		}), "nil")
		equal(t, "flags", []flags{flagsOf(early), flagsOf(late)}, []flags{{true, true}, {true, true}})

		shield := new(scopes.Scope)
		shield.SetShield(true)
		outer := new(scopes.Scope)
		in(t, ctx, outer, func(ctx context.Context) {
			in(t, ctx, shield, func(ctx context.Context) {
				outer.Cancel(nil)
				checkpoint(t, ctx, "nil")
				shield.SetShield(false)
				checkpoint(t, ctx, "scoped")
			})
		})

		used := new(scopes.Scope)
		in(t, ctx, used, func(ctx context.Context) {
			checkpoint(t, ctx, "nil")
			if err := used.Do(ctx, forever); err != scopes.ErrEntered {
				t.Errorf("within itself: %v", err)
			}
		})
		used.Cancel(nil)
		checkpoint(t, ctx, "nil")
		equal(t, "cancelled after it was left", flagsOf(used), flags{true, false})
		if err := used.Do(ctx, forever); err != scopes.ErrEntered {
			t.Errorf("a second time: %v", err)
		}

		shared := new(scopes.Scope)
		task := tasks.Go(ctx, func(ctx context.Context) error { return shared.Do(ctx, forever) })
		settle(t, ctx)
		if err := shared.Do(ctx, forever); err != scopes.ErrEntered {
			t.Errorf("from two tasks: %v", err)
		}
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the first task", err, "cancelled()")

		// A deadline that has passed cancels, though the loop was busy since.
		var timed scopes.Scope
		in(t, ctx, &timed, func(ctx context.Context) {
			timed.SetDeadline(now(ctx) + 1)
			equal(t, "before", timed.CancelCalled(), false)
			timed.SetDeadline(now(ctx))
			equal(t, "after", timed.CancelCalled(), true)
			timed.SetDeadline(now(ctx) + 1)
			equal(t, "once more", timed.CancelCalled(), true)
		})
	})
}

// test_current_effective_deadline
func TestEffectiveDeadline(t *testing.T) {
	const s = time.Second
	run(t, func(ctx context.Context) {
		expect := func(ctx context.Context, want time.Duration) {
			t.Helper()
			equal(t, "effective deadline", scopes.EffectiveDeadline(ctx), want)
		}
		root := ctx
		expect(ctx, timeouts.Never)
		s1, s2 := scopes.New(scopes.At(5*s)), scopes.New(scopes.At(10*s))
		in(t, ctx, s1, func(ctx context.Context) {
			around := ctx
			in(t, ctx, s2, func(ctx context.Context) {
				expect(ctx, 5*s)
				s2.SetDeadline(3 * s)
				expect(ctx, 3*s)
				s2.SetDeadline(10 * s)
				expect(ctx, 5*s)
				expect(root, timeouts.Never)
				expect(context.WithoutCancel(ctx), timeouts.Never)
				derived, cancel := context.WithCancel(ctx)
				expect(derived, 5*s)
				cancel()
				expect(derived, scopes.Past)
				s2.SetShield(true)
				expect(ctx, 10*s)
				s2.SetShield(false)
				expect(ctx, 5*s)
				s1.Cancel(nil)
				expect(ctx, scopes.Past)
				s2.SetShield(true)
				expect(ctx, 10*s)
			})
			expect(around, scopes.Past)
		})
		expect(ctx, timeouts.Never)
	})
}

// test_yield_briefly_checks_for_timeout. Here time passes only while the loop
// waits, and the deadline is found out by its timer.
func TestDeadlinePassesWhileTasksGiveWay(t *testing.T) {
	run(t, func(ctx context.Context) {
		s := scopes.New(scopes.After(5 * time.Second))
		in(t, ctx, s, func(ctx context.Context) {
			checkpoint(t, ctx, "nil")
			fails(t, "a sleep outside", tasks.Sleep(context.WithoutCancel(ctx), 10*time.Second), "nil")
			checkpoint(t, ctx, "scoped: asyncio: timeout")
		})
	})
}

// test_very_deep_cancel_scope_nesting
func TestDeepNesting(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outermost scopes.Scope
		var nest func(depth int) func(ctx context.Context) error
		nest = func(depth int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				if depth == 0 {
					outermost.Cancel(nil)
					return forever(ctx)
				}
				return new(scopes.Scope).Do(ctx, nest(depth-1))
			}
		}
		fails(t, "Do", outermost.Do(ctx, nest(2000)), "nil")
	})
}

// test_cancel_scope_deadline_duplicates
func TestDeadlineMovedOften(t *testing.T) {
	run(t, func(ctx context.Context) {
		var s scopes.Scope
		in(t, ctx, &s, func(ctx context.Context) {
			for range 2000 {
				s.SetDeadline(now(ctx) + 9998*time.Second)
				s.SetDeadline(now(ctx) + 9999*time.Second)
			}
			fails(t, "sleep", tasks.Sleep(ctx, time.Millisecond), "nil")
		})
	})
}

// Wakes are in the order of the tree: a scope before what is in it, and tasks as
// they joined.
func TestCancelWakesInTheNextIteration(t *testing.T) {
	run(t, func(ctx context.Context) {
		var got []string
		note := func(name string) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				err := forever(ctx)
				got = append(got, name)
				return err
			}
		}
		s := new(scopes.Scope)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return s.Do(ctx, func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					for _, name := range []string{"a", "b", "c"} {
						g.Go(note(name))
					}
					return note("body")(ctx)
				})
			})
		})
		settle(t, ctx)
		s.Cancel(nil)
		checkpoint(t, ctx, "nil") // one iteration
		equal(t, "woken", got, []string{"body", "a", "b", "c"})
		_, err := task.Await(ctx)
		fails(t, "task", err, "nil")
		if !slices.IsSorted(got[1:]) {
			t.Error("not in order")
		}
	})
}
