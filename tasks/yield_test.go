package tasks_test

import (
	"context"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// hostile is an awaitable that panics when a task is about to wait for it.
type hostile struct{ *futures.Future[int] }

func (hostile) Subscribe(coro.Runnable) { panic("hostile") }

// What a task yields may be a user's own type. If that panics, on the loop's side
// of the switch, the error is the await's, and the task goes on with it.
func TestAwaitableThatPanics(t *testing.T) {
	leak.Check(t)
	bad := map[string]func(ctx context.Context) coro.Awaitable{
		"Subscribe panics": func(ctx context.Context) coro.Awaitable { return hostile{futures.New[int](ctx)} },
		"typed nil":        func(context.Context) coro.Awaitable { return (*hostile)(nil) },
	}
	for name, awaitable := range bad {
		t.Run(name, func(t *testing.T) {
			var seen, after error
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				_, err := tasks.FromSeq(ctx, func(ctx context.Context) coro.Seq {
					return func(yield func(coro.Awaitable) bool) {
						seen = coro.Wait(yield, awaitable(ctx))
						after = coro.Wait(yield, nil)
					}
				}).Await(ctx)
				return err
			}, runners.WithVirtualTime())
			var p *coro.PanicError
			if err != nil || after != nil || !errors.As(seen, &p) {
				t.Errorf("await: %v, the next: %v, run: %v; want a panic, nil, nil", seen, after, err)
			}
		})
	}
}
