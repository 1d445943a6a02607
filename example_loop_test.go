package asyncio_test

// Examples of futures, of the loop, and of what goes wrong.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A future is a result that somebody else brings.
func ExampleNewFuture() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		answer := asyncio.NewFuture[int](ctx)
		asyncio.RunningLoop(ctx).CallLater(time.Second, func() { answer.SetResult(42) })
		v, err := answer.Await(ctx)
		fmt.Println(v, err)
		return nil
	}, runners.WithVirtualTime())
	// Output: 42 <nil>
}

func ExampleFuture_AddDoneCallback() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		answer := asyncio.NewFuture[int](ctx)
		answer.AddDoneCallback(func(f *asyncio.Future[int]) { fmt.Println(f.Result()) })
		answer.SetResult(42)
		fmt.Println("the loop calls it in the next iteration")
		return asyncio.Sleep(ctx, 0)
	})
	// Output:
	// the loop calls it in the next iteration
	// 42 <nil>
}

// Another goroutine posts to the loop; everything else is the loop's alone.
func ExampleLoop_CallSoonThreadsafe() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		loop, sum := asyncio.RunningLoop(ctx), asyncio.NewFuture[int](ctx)
		release := loop.Hold() // the loop waits for something it does not know
		go func() {
			n := 0
			for i := range 1000 {
				n += i
			}
			loop.CallSoonThreadsafe(func() {
				sum.SetResult(n)
				release()
			})
		}()
		n, err := sum.Await(ctx)
		fmt.Println(n, err)
		return nil
	})
	// Output: 499500 <nil>
}

// Callbacks run in the order in which they were scheduled; a timer for now comes
// after them.
func ExampleRunningLoop() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		loop := asyncio.RunningLoop(ctx)
		loop.CallLater(0, func() { fmt.Println("timer") })
		loop.CallSoon(func() { fmt.Println("first") })
		loop.CallSoon(func() { fmt.Println("second") }).Cancel()
		loop.CallSoon(func() { fmt.Println("third") })
		return asyncio.Sleep(ctx, time.Second)
	}, runners.WithVirtualTime())
	// Output:
	// first
	// third
	// timer
}

func ExampleAllTasks() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		asyncio.CreateTask(ctx, fetch)
		asyncio.CreateTask(ctx, fetch, asyncio.WithName("fetcher"))
		asyncio.CurrentTask(ctx).SetName("main")
		for _, task := range asyncio.AllTasks(ctx) {
			fmt.Println(task.Name())
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// main
	// Task-2
	// fetcher
}

// A child has the values of its creator's ctx.
func ExampleCurrentTask_values() {
	type key struct{}
	handler := func(ctx context.Context) error {
		fmt.Println(asyncio.CurrentTask(ctx).Name(), "for", ctx.Value(key{}))
		return nil
	}
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		for _, user := range []string{"Ann", "Bob"} {
			asyncio.Go(context.WithValue(ctx, key{}, user), handler, asyncio.WithName("handler"))
		}
		return asyncio.Sleep(ctx, 0)
	})
	// Output:
	// handler for Ann
	// handler for Bob
}

// Below the functions there are generators, as in Python: iterators over what
// they wait for. A yield that returns false is an error thrown in.
func Example_rawGenerator() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		tick := asyncio.NewFuture[struct{}](ctx)
		generator := func(yield func(coro.Awaitable) bool) {
			fmt.Println("waiting")
			yield(tick)
			fmt.Println("giving way")
			yield(nil)
			fmt.Println("waiting again")
			if !yield(asyncio.NewFuture[struct{}](ctx)) {
				fmt.Println("cancelled")
			}
		}
		task := tasks.FromSeq(ctx, func(context.Context) coro.Seq { return generator })
		asyncio.Sleep(ctx, time.Second)
		tick.SetResult(struct{}{})
		asyncio.Sleep(ctx, time.Second)
		task.Cancel()
		_, err := task.Await(ctx)
		fmt.Println(err)
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// waiting
	// giving way
	// waiting again
	// cancelled
	// asyncio: cancelled
}

// A panic in a task is the task's error; it has the stack of its origin.
func ExamplePanicError() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		task := asyncio.Go(ctx, func(ctx context.Context) error {
			var pages []string
			n := len(pages)
			fmt.Println(pages[n])
			return nil
		})
		_, err := task.Await(ctx)
		var p *asyncio.PanicError
		if errors.As(err, &p) {
			fmt.Println(p.Value)
			fmt.Println(strings.Contains(string(p.Stack), "ExamplePanicError"))
		}
		return nil
	})
	// Output:
	// runtime error: index out of range [0] with length 0
	// true
}

// When nothing can ever happen again, the error says who waits for what.
func ExampleDeadlockError() {
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		var a, b *asyncio.Task[int]
		a = asyncio.CreateTask(ctx, func(ctx context.Context) (int, error) { return b.Await(ctx) }, asyncio.WithName("a"))
		b = asyncio.CreateTask(ctx, func(ctx context.Context) (int, error) { return a.Await(ctx) }, asyncio.WithName("b"))
		_, err := a.Await(ctx)
		return err
	}, runners.WithVirtualTime())
	var deadlock *asyncio.DeadlockError
	if errors.As(err, &deadlock) {
		fmt.Println(strings.Join(deadlock.Waiting(), "\n"))
	}
	// Output:
	// Task-1 waits for a
	// a waits for b
	// b waits for a
}

// A task awaits with the ctx that its own function received.
func ExampleWrongTaskError() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		task := asyncio.Go(ctx, func(context.Context) error {
			return asyncio.Sleep(ctx, time.Second) // the ctx of another task
		})
		_, err := task.Await(ctx)
		fmt.Println(err)
		return nil
	})
	// Output: asyncio: await in Task-2 with the ctx of Task-1; use the ctx that the running task's function received
}
