package porting_test

// What the document says about cancellations, tried out.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/leak"
)

// cancelled runs fn as a task, cancels it at its first await, and waits for its
// end.
func cancelled(ctx context.Context, fn func(ctx context.Context) error) *asyncio.Task[struct{}] {
	task := asyncio.Go(ctx, fn)
	asyncio.Sleep(ctx, 0)
	task.Cancel("stop")
	task.Await(ctx)
	return task
}

func TestIgnoredErrorIsACancellationLost(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := cancelled(ctx, func(ctx context.Context) error {
			asyncio.Sleep(ctx, time.Hour)
			return nil
		})
		is(t, "cancelled", task.Cancelled(), false)
		is(t, "its error", task.Err(), nil)
	})
}

func TestCleanupMayAwait(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		cleaned := false
		task := cancelled(ctx, func(ctx context.Context) (err error) {
			defer func() { cleaned = asyncio.Sleep(ctx, time.Minute) == nil }()
			return asyncio.Sleep(ctx, time.Hour)
		})
		is(t, "cleaned up", cleaned, true)
		is(t, "cancelled", task.Cancelled(), true)
		is(t, "time", asyncio.RunningLoop(ctx).Time(), time.Minute)
	})
}

// What counts as a cancellation, and what errors.Is makes of it.
func TestWhatCountsAsCancelled(t *testing.T) {
	errClose := errors.New("close failed")
	for _, tt := range []struct {
		name string
		out  func(err error) error
		want bool
	}{
		{"as it came", func(err error) error { return err }, true},
		{"wrapped", func(err error) error { return fmt.Errorf("talking: %w", err) }, true},
		{"wrapped twice", func(err error) error { return fmt.Errorf("b: %w", fmt.Errorf("a: %w", err)) }, true},
		{"joined", func(err error) error { return errors.Join(err, errClose) }, false},
		{"with two %w", func(err error) error { return fmt.Errorf("%w, %w", err, errClose) }, false},
		{"in a group", func(err error) error { return &asyncio.GroupError{Errors: []error{err}} }, false},
		{"as text", func(err error) error { return fmt.Errorf("talking: %v", err) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				task := cancelled(ctx, func(ctx context.Context) error {
					err := tt.out(asyncio.Sleep(ctx, time.Hour))
					is(t, "IsCancelled", asyncio.IsCancelled(ctx, err), tt.want)
					is(t, "errors.Is", errors.Is(err, context.Canceled), tt.name != "as text")
					return err
				})
				is(t, "cancelled", task.Cancelled(), tt.want)
			})
		})
	}
}

// A task of a group that joins its cancellation with another error fails it.
func TestJoinEndsTheGroup(t *testing.T) {
	for _, join := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			var quitter, sibling *asyncio.Task[struct{}]
			start := func(g *asyncio.TaskGroup, out func(err error) error) *asyncio.Task[struct{}] {
				task, err := asyncio.CreateTaskIn(g, func(ctx context.Context) (struct{}, error) {
					return struct{}{}, out(asyncio.Sleep(ctx, time.Hour))
				})
				is(t, "CreateTaskIn", err, nil)
				return task
			}
			err := asyncio.WithTaskGroup(ctx, func(ctx context.Context, g *asyncio.TaskGroup) error {
				sibling = start(g, func(err error) error { return err })
				quitter = start(g, func(err error) error {
					if join {
						return errors.Join(err, errors.New("close failed"))
					}
					return err
				})
				asyncio.Sleep(ctx, time.Second)
				quitter.Cancel()
				return nil
			})
			var group *asyncio.GroupError
			is(t, "the group failed", errors.As(err, &group), join)
			is(t, "the sibling was cancelled", sibling.Cancelled(), join)
		})
	}
}

func TestClosedContextStaysClosed(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := cancelled(ctx, func(ctx context.Context) error {
			err := asyncio.Sleep(ctx, time.Hour)
			is(t, "IsCancelled", asyncio.IsCancelled(ctx, err), true)
			asyncio.CurrentTask(ctx).Uncancel()
			is(t, "the ctx", ctx.Err(), context.Canceled)
			is(t, "an await on it", asyncio.Sleep(ctx, time.Second), nil)
			ctx = context.WithoutCancel(ctx)
			is(t, "the ctx without the cancellation", ctx.Err(), nil)
			return asyncio.Sleep(ctx, time.Second)
		})
		is(t, "its error", task.Err(), nil)
	})
}
