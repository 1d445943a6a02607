package scopes_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

// example runs fn in virtual time.
func example(fn func(ctx context.Context) error) {
	if err := runErr(fn); err != nil {
		fmt.Println("run:", err)
	}
}

// A function that ignores the errors of its awaits ends nevertheless.
func ExampleMoveOnAfter() {
	example(func(ctx context.Context) error {
		moved, err := scopes.MoveOnAfter(ctx, time.Second, func(ctx context.Context) error {
			tasks.Sleep(ctx, time.Hour)
			tasks.Sleep(ctx, time.Hour)
			return tasks.Sleep(ctx, time.Hour)
		})
		fmt.Println(moved, err, eventloop.FromContext(ctx).Time())
		return nil
	})
	// Output: true <nil> 1s
}

func ExampleMoveOnAt() {
	example(func(ctx context.Context) error {
		noon := 12 * time.Hour // of the loop's clock
		moved, err := scopes.MoveOnAt(ctx, noon, func(ctx context.Context) error {
			return tasks.Sleep(ctx, 24*time.Hour)
		})
		fmt.Println(moved, err)
		return nil
	})
	// Output: true <nil>
}

func ExampleFailAfter() {
	example(func(ctx context.Context) error {
		err := scopes.FailAfter(ctx, time.Second, func(ctx context.Context) error {
			return tasks.Sleep(ctx, time.Hour)
		})
		fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
		return nil
	})
	// Output: asyncio: timeout true
}

func ExampleFailAt() {
	example(func(ctx context.Context) error {
		fmt.Println(scopes.FailAt(ctx, time.Second, func(ctx context.Context) error {
			return tasks.Sleep(ctx, time.Hour)
		}))
		return nil
	})
	// Output: asyncio: timeout
}

// A scope is cancelled from elsewhere, with all the tasks of the groups in it.
func ExampleScope_Cancel() {
	errStop := errors.New("the user has had enough")
	example(func(ctx context.Context) error {
		var s scopes.Scope
		eventloop.FromContext(ctx).CallLater(time.Second, func() { s.Cancel(errStop) })
		err := s.Do(ctx, func(ctx context.Context) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				return g.Go(func(ctx context.Context) error {
					err := tasks.Sleep(ctx, time.Hour)
					fmt.Println(err, errors.Is(err, errStop))
					fmt.Println("again:", tasks.Sleep(ctx, time.Hour))
					return err
				})
			})
		})
		fmt.Println(err, s.CancelCalled(), s.CancelledCaught())
		return nil
	})
	// Output:
	// asyncio: cancelled by a scope: the user has had enough true
	// again: asyncio: cancelled by a scope: the user has had enough
	// <nil> true true
}

// Cleanup that awaits needs a shield.
func ExampleShielded() {
	example(func(ctx context.Context) error {
		_, err := scopes.MoveOnAfter(ctx, time.Second, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, time.Hour)
			scopes.MoveOnAfter(ctx, time.Second, func(ctx context.Context) error {
				fmt.Println("saying goodbye:", tasks.Sleep(ctx, time.Millisecond))
				return nil
			}, scopes.Shielded)
			return err
		})
		fmt.Println(err)
		return nil
	})
	// Output:
	// saying goodbye: <nil>
	// <nil>
}

// A shield may be put up for a part only.
func ExampleScope_SetShield() {
	example(func(ctx context.Context) error {
		var outer scopes.Scope
		return outer.Do(ctx, func(ctx context.Context) error {
			inner := scopes.New()
			return inner.Do(ctx, func(ctx context.Context) error {
				outer.Cancel(nil)
				inner.SetShield(true)
				fmt.Println(inner.Shield(), tasks.Sleep(ctx, time.Second))
				inner.SetShield(false)
				fmt.Println(inner.Shield(), tasks.Sleep(ctx, time.Second))
				return nil
			})
		})
	})
	// Output:
	// true <nil>
	// false asyncio: cancelled by a scope
}

// Whoever makes progress gets more time.
func ExampleScope_SetDeadline() {
	example(func(ctx context.Context) error {
		loop := eventloop.FromContext(ctx)
		s := scopes.New(scopes.After(time.Second))
		s.Do(ctx, func(ctx context.Context) error {
			for range 3 {
				if err := tasks.Sleep(ctx, 900*time.Millisecond); err != nil {
					return err
				}
				s.SetDeadline(loop.Time() + time.Second)
			}
			fmt.Println(s.Deadline())
			return tasks.Sleep(ctx, time.Hour)
		})
		fmt.Println(loop.Time(), s)
		return nil
	})
	// Output:
	// 3.7s
	// 3.7s cancel scope, left, cancelled
}

// How much time there is at most.
func ExampleEffectiveDeadline() {
	example(func(ctx context.Context) error {
		outer, inner := scopes.New(scopes.At(time.Second)), scopes.New(scopes.At(time.Minute))
		return outer.Do(ctx, func(ctx context.Context) error {
			return inner.Do(ctx, func(ctx context.Context) error {
				fmt.Println(scopes.EffectiveDeadline(ctx))
				outer.Cancel(nil)
				fmt.Println(scopes.EffectiveDeadline(ctx) == scopes.Past)
				return nil
			})
		})
	})
	// Output:
	// 1s
	// true
}
