package asyncio_test

// Examples of cancellation, timeouts and shields.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

// Cancel makes the await that the task stands at return an error. The function
// cleans up, which may await, and returns that error.
func ExampleTask_Cancel() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		task := asyncio.Go(ctx, func(ctx context.Context) (err error) {
			defer func() {
				asyncio.Sleep(ctx, time.Second)
				fmt.Println("connection closed")
			}()
			return asyncio.Sleep(ctx, time.Hour)
		})
		asyncio.Sleep(ctx, time.Minute)
		task.Cancel("not needed any more")
		_, err := task.Await(ctx)
		fmt.Println(err)
		fmt.Println("cancelled:", task.Cancelled())
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// connection closed
	// asyncio: cancelled: not needed any more
	// cancelled: true
}

// An error of an await that is ignored may be a cancellation lost.
func ExampleTask_Cancel_lost() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		task := asyncio.Go(ctx, func(ctx context.Context) error {
			asyncio.Sleep(ctx, time.Hour) // the error is not looked at
			fmt.Println("as if nothing had happened")
			return nil
		})
		asyncio.Sleep(ctx, time.Minute)
		task.Cancel()
		_, err := task.Await(ctx)
		fmt.Println(err, task.Cancelled())
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// as if nothing had happened
	// <nil> false
}

// What is awaited is cancelled with the task that awaits it.
func ExampleTask_Cancel_goesDown() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		child := asyncio.CreateTask(ctx, fetch)
		parent := asyncio.CreateTask(ctx, func(ctx context.Context) (string, error) { return child.Await(ctx) })
		asyncio.Sleep(ctx, time.Second)
		parent.Cancel()
		_, err := parent.Await(ctx)
		fmt.Println(err, child.Cancelled())
		return nil
	}, runners.WithVirtualTime())
	// Output: asyncio: cancelled true
}

// A task that takes its cancellation and goes on says so by Uncancel. Its ctx
// stays closed for whatever else watches it; context.WithoutCancel opens a new
// one.
func ExampleTask_Uncancel() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		task := asyncio.Go(ctx, func(ctx context.Context) error {
			if err := asyncio.Sleep(ctx, time.Hour); asyncio.IsCancelled(ctx, err) {
				asyncio.CurrentTask(ctx).Uncancel()
			}
			fmt.Println("own ctx:", ctx.Err())
			ctx = context.WithoutCancel(ctx)
			fmt.Println("new ctx:", ctx.Err())
			return asyncio.Sleep(ctx, time.Second)
		})
		asyncio.Sleep(ctx, time.Minute)
		task.Cancel()
		_, err := task.Await(ctx)
		fmt.Println(err, task.Cancelling())
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// own ctx: context canceled
	// new ctx: <nil>
	// <nil> 0
}

// IsCancelled tells a cancellation from an error, so that only the latter is
// dealt with.
func ExampleIsCancelled() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		work := func(fail error) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				err := asyncio.Sleep(ctx, time.Second)
				if err == nil {
					err = fail
				}
				if asyncio.IsCancelled(ctx, err) {
					return err // not ours to handle
				}
				fmt.Println("handled:", err)
				return nil
			}
		}
		failed, cancelled := asyncio.Go(ctx, work(errors.New("disk full"))), asyncio.Go(ctx, work(nil))
		asyncio.Sleep(ctx, 0)
		cancelled.Cancel()
		_, err := asyncio.GatherSettled(ctx, failed, cancelled).Await(ctx)
		fmt.Println(failed.Cancelled(), cancelled.Cancelled())
		return err
	}, runners.WithVirtualTime())
	// Output:
	// handled: disk full
	// false true
}

// A shield keeps the cancellation of the one who waits from what is awaited.
func ExampleShield() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		save := asyncio.CreateTask(ctx, fetch)
		impatient := asyncio.Go(ctx, func(ctx context.Context) error {
			_, err := asyncio.Shield(ctx, save).Await(ctx)
			return err
		})
		asyncio.Sleep(ctx, time.Second)
		impatient.Cancel()
		_, err := impatient.Await(ctx)
		fmt.Println(err)
		page, err := save.Await(ctx)
		fmt.Println(page, err)
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// asyncio: cancelled
	// a page <nil>
}

// When the time is over WaitFor cancels what it awaits, waits for its end, and
// returns a TimeoutError.
func ExampleWaitFor() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		page, err := asyncio.WaitFor(ctx, asyncio.Coro(fetch), time.Minute)
		fmt.Println(page, err)
		page, err = asyncio.WaitFor(ctx, asyncio.Coro(fetch), time.Second)
		fmt.Printf("%q %v\n", page, err)
		fmt.Println(errors.Is(err, context.DeadlineExceeded), asyncio.IsCancelled(ctx, err))
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// a page <nil>
	// "" asyncio: timeout
	// true false
}

// Every await in a cancelled scope fails, so that it is left in the end, whatever
// becomes of the errors.
func ExampleCancelScope() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		var scope asyncio.CancelScope
		asyncio.RunningLoop(ctx).CallLater(time.Second, func() { scope.Cancel(errors.New("enough")) })
		err := scope.Do(ctx, func(ctx context.Context) error {
			for range 3 {
				fmt.Println(asyncio.Sleep(ctx, time.Hour))
			}
			return asyncio.Sleep(ctx, time.Hour)
		})
		fmt.Println(err, scope.CancelledCaught())
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// asyncio: cancelled by a scope: enough
	// asyncio: cancelled by a scope: enough
	// asyncio: cancelled by a scope: enough
	// <nil> true
}

// Why a task was cancelled, for whoever awaits it.
func ExampleTask_CancelCause() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		errFull := errors.New("the disk is full")
		task := asyncio.Go(ctx, func(ctx context.Context) error { return asyncio.Sleep(ctx, time.Hour) })
		asyncio.Sleep(ctx, 0)
		task.CancelCause(errFull)
		_, err := task.Await(ctx)
		fmt.Println(errors.Is(err, asyncio.ErrCancelled), errors.Is(err, errFull))
		return nil
	}, runners.WithVirtualTime())
	// Output: true true
}

// Like a timeout, with a limit that cannot be swallowed.
func ExampleFailAfter() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		fmt.Println(asyncio.FailAfter(ctx, 3*time.Second, func(ctx context.Context) error {
			for n := 1; ; n++ {
				if _, err := fetch(ctx); err != nil {
					return err
				}
				fmt.Println("fetched", n)
			}
		}))
		moved, err := asyncio.MoveOnAfter(ctx, time.Second, func(ctx context.Context) error {
			_, err := fetch(ctx)
			return err
		})
		fmt.Println(moved, err)
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// fetched 1
	// asyncio: timeout
	// true <nil>
}

// A timeout is for a part of a task, with any number of awaits.
func ExampleWithTimeout() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		err := asyncio.WithTimeout(ctx, 3*time.Second, func(ctx context.Context) error {
			for n := 1; ; n++ {
				if _, err := fetch(ctx); err != nil {
					return err
				}
				fmt.Println("fetched", n)
			}
		})
		fmt.Println(err)
		return asyncio.Sleep(ctx, time.Second) // the task goes on
	}, runners.WithVirtualTime())
	// Output:
	// fetched 1
	// asyncio: timeout
}

// A timeout that is moved on as long as there is progress.
func ExampleTimeout_Reschedule() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		loop := asyncio.RunningLoop(ctx)
		idle := asyncio.NewTimeout(ctx, 5*time.Second)
		err := idle.Do(ctx, func(ctx context.Context) error {
			for n := 1; ; n++ {
				if err := asyncio.Sleep(ctx, time.Duration(n)*time.Second); err != nil {
					return err
				}
				fmt.Println("progress at", loop.Time())
				if err := idle.Reschedule(loop.Time() + 3*time.Second); err != nil {
					return err
				}
			}
		})
		fmt.Println(err, "at", loop.Time(), idle.Expired())
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// progress at 1s
	// progress at 3s
	// asyncio: timeout at 6s true
}

func ExampleTimeoutAt() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		deadline := asyncio.RunningLoop(ctx).Time() + time.Minute
		for _, d := range []time.Duration{40 * time.Second, 40 * time.Second} {
			fmt.Println(asyncio.TimeoutAt(ctx, deadline).Do(ctx, func(ctx context.Context) error {
				return asyncio.Sleep(ctx, d)
			}))
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// <nil>
	// asyncio: timeout
}

// A ctx derived by package context ends awaits as it does any Go call, and does
// not cancel what is awaited.
func Example_deadlineOfAnotherContext() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		page := asyncio.CreateTask(ctx, fetch)
		hurried, cancel := context.WithCancel(ctx)
		asyncio.RunningLoop(ctx).CallLater(time.Second, cancel)
		_, err := page.Await(hurried)
		fmt.Println(err)
		body, err := page.Await(ctx)
		fmt.Println(body)
		return err
	}, runners.WithVirtualTime())
	// Output:
	// context canceled
	// a page
}
