package asyncio_test

// Examples of what tasks do together: groups, locks, queues.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

// Several results and a limit on the time, in one program.
func Example_gatherAndWaitFor() {
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		greet := func(name string, after time.Duration) *asyncio.Task[string] {
			return asyncio.CreateTask(ctx, func(ctx context.Context) (string, error) {
				return "hello " + name, asyncio.Sleep(ctx, after)
			})
		}
		first, err := asyncio.Gather(ctx, greet("tasks", 2*time.Second), greet("futures", time.Second)).Await(ctx)
		fmt.Println(first, err)

		_, err = asyncio.WaitFor(ctx, greet("nobody", time.Hour), time.Second)
		return err
	}, runners.WithVirtualTime())
	fmt.Println(err)
	// Output:
	// [hello tasks hello futures] <nil>
	// asyncio: timeout
}

// The first error cancels the rest of a group, which ends when all its tasks have.
func ExampleWithTaskGroup() {
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		return asyncio.WithTaskGroup(ctx, func(ctx context.Context, g *asyncio.TaskGroup) error {
			page, err := asyncio.CreateTaskIn(g, fetch)
			if err != nil {
				return err
			}
			if err := g.Go(func(ctx context.Context) error {
				err := asyncio.Sleep(ctx, time.Hour)
				fmt.Println("slow:", err)
				return err
			}); err != nil {
				return err
			}
			body, err := page.Await(ctx)
			fmt.Println(body, err)
			return io.ErrUnexpectedEOF
		})
	}, runners.WithVirtualTime())
	fmt.Println(errors.Is(err, io.ErrUnexpectedEOF))
	// Output:
	// a page <nil>
	// slow: asyncio: cancelled
	// true
}

// A lock is for what must not be interrupted by others, although it awaits.
func ExampleLock() {
	var balance int
	var lock asyncio.Lock
	deposit := func(ctx context.Context) error {
		return lock.With(ctx, func(ctx context.Context) error {
			read := balance
			if err := asyncio.Sleep(ctx, time.Second); err != nil {
				return err
			}
			balance = read + 10
			return nil
		})
	}
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		_, err := asyncio.Gather(ctx, asyncio.Go(ctx, deposit), asyncio.Go(ctx, deposit)).Await(ctx)
		fmt.Println(balance, "after", asyncio.RunningLoop(ctx).Time())
		return err
	}, runners.WithVirtualTime())
	// Output: 20 after 2s
}

// Two of five at a time.
func ExampleSemaphore() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		slots := asyncio.NewSemaphore(2)
		var all []asyncio.Awaitable[struct{}]
		for n := range 5 {
			all = append(all, asyncio.Go(ctx, func(ctx context.Context) error {
				return slots.With(ctx, func(ctx context.Context) error {
					fmt.Println(n, "at", asyncio.RunningLoop(ctx).Time())
					return asyncio.Sleep(ctx, time.Second)
				})
			}))
		}
		_, err := asyncio.Gather(ctx, all...).Await(ctx)
		return err
	}, runners.WithVirtualTime())
	// Output:
	// 0 at 0s
	// 1 at 0s
	// 2 at 1s
	// 3 at 1s
	// 4 at 2s
}

// One event lets any number of tasks go on.
func ExampleEvent() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		var ready asyncio.Event
		for _, name := range []string{"a", "b"} {
			asyncio.Go(ctx, func(ctx context.Context) error {
				err := ready.Wait(ctx)
				fmt.Println(name, "goes on at", asyncio.RunningLoop(ctx).Time())
				return err
			})
		}
		asyncio.Sleep(ctx, time.Second)
		ready.Set()
		return asyncio.Sleep(ctx, 0)
	}, runners.WithVirtualTime())
	// Output:
	// a goes on at 1s
	// b goes on at 1s
}

// A bounded queue makes the producer wait for the consumer.
func ExampleNewQueue() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		loop, queue := asyncio.RunningLoop(ctx), asyncio.NewQueue[int](1)
		asyncio.Go(ctx, func(ctx context.Context) error {
			for n := range 3 {
				if err := queue.Put(ctx, n); err != nil {
					return err
				}
				fmt.Println("put", n, "at", loop.Time())
			}
			return nil
		})
		for range 3 {
			if err := asyncio.Sleep(ctx, time.Second); err != nil {
				return err
			}
			n, err := queue.Get(ctx)
			if err != nil {
				return err
			}
			fmt.Println("got", n, "at", loop.Time())
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// put 0 at 0s
	// got 0 at 1s
	// put 1 at 1s
	// got 1 at 2s
	// put 2 at 2s
	// got 2 at 3s
}
