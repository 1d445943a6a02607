package asyncio_test

// Examples of tasks and of what runs them together. Most pass
// runners.WithVirtualTime, so that their sleeps take no time.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

// fetch stands for something that takes time.
func fetch(ctx context.Context) (string, error) {
	if err := asyncio.Sleep(ctx, 2*time.Second); err != nil {
		return "", err
	}
	return "a page", nil
}

// A task goes on while another sleeps.
func Example() {
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		page := asyncio.CreateTask(ctx, fetch) // func(context.Context) (string, error)
		if err := asyncio.Sleep(ctx, time.Second); err != nil {
			return err
		}
		body, err := page.Await(ctx)
		if err != nil {
			return err
		}
		fmt.Println(body, "after", asyncio.RunningLoop(ctx).Time())
		return nil
	}, runners.WithVirtualTime())
	fmt.Println(err)
	// Output:
	// a page after 2s
	// <nil>
}

// Tasks that are left when the main function returns are cancelled and awaited.
func ExampleRun_leavesNothing() {
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		asyncio.Go(ctx, func(ctx context.Context) error {
			err := asyncio.Sleep(ctx, time.Hour)
			fmt.Println("left:", err)
			asyncio.Sleep(ctx, time.Minute) // cleanup may await
			fmt.Println("left: cleaned up")
			return err
		})
		return asyncio.Sleep(ctx, time.Second)
	}, runners.WithVirtualTime())
	fmt.Println("Run:", err)
	// Output:
	// left: asyncio: cancelled
	// left: cleaned up
	// Run: <nil>
}

func ExampleRunValue() {
	page, err := asyncio.RunValue(context.Background(), fetch, runners.WithVirtualTime())
	fmt.Println(page, err)
	// Output: a page <nil>
}

// A runner's loop lasts for several main functions.
func ExampleNewRunner() {
	r := asyncio.NewRunner(runners.WithVirtualTime())
	defer r.Close()
	for range 2 {
		r.Run(context.Background(), func(ctx context.Context) error {
			err := asyncio.Sleep(ctx, time.Second)
			fmt.Println(asyncio.RunningLoop(ctx).Time())
			return err
		})
	}
	// Output:
	// 1s
	// 2s
}

// Any function with a ctx, a result and an error can be a task; its type is that
// of the result.
func ExampleCreateTask() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		square := func(n int) func(context.Context) (int, error) {
			return func(ctx context.Context) (int, error) { return n * n, asyncio.Sleep(ctx, time.Second) }
		}
		a, b := asyncio.CreateTask(ctx, square(3)), asyncio.CreateTask(ctx, square(4))
		x, err := a.Await(ctx)
		if err != nil {
			return err
		}
		y, err := b.Await(ctx)
		if err != nil {
			return err
		}
		fmt.Println(x+y, "after", asyncio.RunningLoop(ctx).Time())
		return nil
	}, runners.WithVirtualTime())
	// Output: 25 after 1s
}

// Between two awaits a task has everything to itself: no lock is needed.
func ExampleGo_sharedState() {
	total := 0
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		var all []asyncio.Awaitable[struct{}]
		for n := range 100 {
			all = append(all, asyncio.Go(ctx, func(ctx context.Context) error {
				err := asyncio.Sleep(ctx, time.Duration(n)*time.Millisecond)
				total += n
				return err
			}))
		}
		_, err := asyncio.Gather(ctx, all...).Await(ctx)
		return err
	}, runners.WithVirtualTime())
	fmt.Println(total)
	// Output: 4950
}

// Sleep(ctx, 0) lets everything else that is ready run once.
func ExampleSleep_givesWay() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		count := func(name string) func(context.Context) error {
			return func(ctx context.Context) error {
				for n := range 3 {
					fmt.Print(name, n, " ")
					if err := asyncio.Sleep(ctx, 0); err != nil {
						return err
					}
				}
				return nil
			}
		}
		_, err := asyncio.Gather(ctx, asyncio.Go(ctx, count("a")), asyncio.Go(ctx, count("b"))).Await(ctx)
		return err
	})
	// Output: a0 b0 a1 b1 a2 b2
}

// An eager task runs at once, up to the first await that has to wait.
func ExampleEager() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		cached := func(context.Context) (string, error) { return "from the cache", nil }
		fmt.Println("eager task done:", asyncio.CreateTask(ctx, cached, asyncio.Eager(true)).Done())
		fmt.Println("other task done:", asyncio.CreateTask(ctx, cached).Done())
		return nil
	})
	// Output:
	// eager task done: true
	// other task done: false
}

// A coroutine is a function that was called but not started. Await runs it in the
// task itself; Gather and its like make it a task.
func ExampleCoro() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		whoami := func(ctx context.Context) (string, error) { return asyncio.CurrentTask(ctx).Name(), nil }
		name, _ := asyncio.Coro(whoami).Await(ctx)
		names, err := asyncio.Gather(ctx, asyncio.Coro(whoami), asyncio.Coro(whoami, asyncio.WithName("mine"))).Await(ctx)
		fmt.Println(name, names)
		return err
	})
	// Output: Task-1 [Task-2 mine]
}

func ExampleGather() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		pages, err := asyncio.Gather(ctx, asyncio.Coro(fetch), asyncio.Coro(fetch)).Await(ctx)
		fmt.Printf("%q after %v\n", pages, asyncio.RunningLoop(ctx).Time())
		return err
	}, runners.WithVirtualTime())
	// Output: ["a page" "a page"] after 2s
}

// The first error ends the wait, not the other tasks.
func ExampleGather_firstError() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		slow := asyncio.CreateTask(ctx, fetch)
		bad := asyncio.Coro(func(context.Context) (string, error) { return "", errors.New("no such host") })
		_, err := asyncio.Gather(ctx, slow, bad).Await(ctx)
		fmt.Println("gather:", err)
		page, err := slow.Await(ctx)
		fmt.Println("slow:", page)
		return err
	}, runners.WithVirtualTime())
	// Output:
	// gather: no such host
	// slow: a page
}

func ExampleGatherSettled() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		bad := asyncio.Coro(func(context.Context) (string, error) { return "", errors.New("no such host") })
		all, err := asyncio.GatherSettled(ctx, asyncio.Coro(fetch), bad).Await(ctx)
		for _, r := range all {
			fmt.Printf("%q %v\n", r.Value, r.Err)
		}
		return err
	}, runners.WithVirtualTime())
	// Output:
	// "a page" <nil>
	// "" no such host
}

// Wait returns what is done and what is not, and cancels nothing.
func ExampleWait() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		sleeper := func(d time.Duration) *asyncio.Task[struct{}] {
			return asyncio.Go(ctx, func(ctx context.Context) error { return asyncio.Sleep(ctx, d) }, asyncio.WithName(d.String()))
		}
		all := []*asyncio.Task[struct{}]{sleeper(3 * time.Second), sleeper(time.Second), sleeper(time.Hour)}
		done, pending, _ := asyncio.Wait(ctx, all, asyncio.FirstCompleted, asyncio.NoTimeout)
		fmt.Println("done:", done, "pending:", pending)
		done, pending, _ = asyncio.Wait(ctx, pending, asyncio.AllCompleted, time.Minute)
		fmt.Println("done:", done, "pending:", pending)
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// done: [1s] pending: [3s 1h0m0s]
	// done: [3s] pending: [1h0m0s]
}

// Results come in the order in which they are there.
func ExampleAsCompleted() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		sleeper := func(d time.Duration) asyncio.Awaitable[time.Duration] {
			return asyncio.Coro(func(ctx context.Context) (time.Duration, error) { return d, asyncio.Sleep(ctx, d) })
		}
		all := asyncio.AsCompleted(ctx, time.Minute, sleeper(3*time.Second), sleeper(time.Hour), sleeper(time.Second))
		for d, err := range all.Results(ctx) {
			fmt.Println(d, err)
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// 1s <nil>
	// 3s <nil>
	// 0s asyncio: timeout
}
