package futures_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// asyncRun runs fn in virtual time and prints its error, if there is one.
func asyncRun(fn func(ctx context.Context) error) {
	if err := runners.Run(context.Background(), fn, runners.WithVirtualTime()); err != nil {
		fmt.Println("run:", err)
	}
}

// One task waits for what another will provide.
func ExampleFuture() {
	asyncRun(func(ctx context.Context) error {
		price := futures.New[int](ctx)
		tasks.Go(ctx, func(ctx context.Context) error {
			if err := tasks.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return price.SetResult(42)
		})
		v, err := price.Await(ctx)
		fmt.Println(v, err)
		return nil
	})
	// Output: 42 <nil>
}

// The zero value works too: the first Await binds it to a loop.
func ExampleFuture_zeroValue() {
	var ready futures.Future[string]
	asyncRun(func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error { return ready.SetResult("set") })
		v, err := ready.Await(ctx)
		fmt.Println(v, err)
		return nil
	})
	// Output: set <nil>
}

// A future has one outcome. A second one is refused.
func ExampleFuture_SetResult() {
	asyncRun(func(ctx context.Context) error {
		f := futures.New[int](ctx)
		fmt.Println(f.SetResult(1))
		err := f.SetResult(2)
		fmt.Println(errors.Is(err, futures.ErrInvalidState))
		fmt.Println(f.Result())
		return nil
	})
	// Output:
	// <nil>
	// true
	// 1 <nil>
}

// Whoever awaits a future gets its error.
func ExampleFuture_SetError() {
	asyncRun(func(ctx context.Context) error {
		f := futures.New[int](ctx)
		f.SetError(errors.New("no price today"))
		_, err := f.Await(ctx)
		fmt.Println(err)
		return nil
	})
	// Output: no price today
}

// Cancelling a future cancels whoever awaits it, with the message.
func ExampleFuture_Cancel() {
	asyncRun(func(ctx context.Context) error {
		f := futures.New[int](ctx)
		waiter := tasks.Create(ctx, f.Await, tasks.Eager(true))
		fmt.Println(f.Cancel("market closed"), f.Cancel("again"))
		_, err := waiter.Await(ctx)
		fmt.Println(err)
		fmt.Println(errors.Is(err, context.Canceled), waiter.Cancelled())
		return nil
	})
	// Output:
	// true false
	// asyncio: cancelled: market closed
	// true true
}

// Before it is done a future has no outcome to give.
func ExampleFuture_Result() {
	asyncRun(func(ctx context.Context) error {
		f := futures.New[int](ctx)
		_, err := f.Result()
		fmt.Println(err)
		f.SetResult(7)
		fmt.Println(f.Result())
		return nil
	})
	// Output:
	// asyncio: future is not done; await it, or ask Done first
	// 7 <nil>
}

// Callbacks are never called from within SetResult, but by the loop, in the
// order in which they were added.
func ExampleFuture_AddDoneCallback() {
	asyncRun(func(ctx context.Context) error {
		f := futures.New[int](ctx)
		for _, name := range []string{"first", "second"} {
			f.AddDoneCallback(func(f *futures.Future[int]) {
				v, _ := f.Result()
				fmt.Println(name, v)
			})
		}
		third := f.AddDoneCallback(func(*futures.Future[int]) { fmt.Println("third") })
		fmt.Println("removed:", f.RemoveDoneCallback(third))
		f.SetResult(1)
		fmt.Println("set")
		return coro.Await(ctx, nil)
	})
	// Output:
	// removed: 1
	// set
	// first 1
	// second 1
}

// From another goroutine, post the completion to the loop.
func ExampleFuture_otherGoroutine() {
	asyncRun(func(ctx context.Context) error {
		f := futures.New[string](ctx)
		loop := eventloop.FromContext(ctx)
		release := loop.Hold() // something outside is going to wake the loop
		go func() {
			defer release()
			answer := "computed elsewhere"
			loop.CallSoonThreadsafe(func() { f.SetResult(answer) })
		}()
		v, err := f.Await(ctx)
		fmt.Println(v, err)
		return nil
	})
	// Output: computed elsewhere <nil>
}

// IsCancelled tells a cancellation, which is to be passed on, from a failure.
func ExampleIsCancelled() {
	cancelled := &futures.CancelledError{Msg: "shutdown"}
	fmt.Println(futures.IsCancelled(fmt.Errorf("fetch: %w", cancelled)))
	fmt.Println(futures.IsCancelled(errors.Join(errors.New("failed"), cancelled)))
	fmt.Println(futures.IsCancelled(context.DeadlineExceeded))
	// Output:
	// true
	// false
	// false
}

// A CancelledError carries the message of the request.
func ExampleCancelledError() {
	var err error = &futures.CancelledError{Msg: "shutdown"}
	var c *futures.CancelledError
	if errors.As(err, &c) {
		fmt.Println(c.Msg)
	}
	fmt.Println(errors.Is(err, futures.ErrCancelled), errors.Is(err, context.Canceled))
	// Output:
	// shutdown
	// true true
}

// Whoever awaits a future that was cancelled can see what led to that.
func ExampleFuture_CancelCause() {
	asyncRun(func(ctx context.Context) error {
		price := futures.New[int](ctx)
		price.CancelCause(errors.New("the exchange is closed"), "no price")
		_, err := price.Await(ctx)
		var cancelled *futures.CancelledError
		fmt.Println(errors.As(err, &cancelled), err, cancelled.Err)
		return nil
	})
	// Output: true asyncio: cancelled: no price the exchange is closed
}
