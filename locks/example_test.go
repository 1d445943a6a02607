package locks_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A lock keeps the others out while its holder awaits. Without it, both tasks
// would read the balance before either had written it.
func ExampleLock() {
	var mu locks.Lock
	balance := 100
	withdraw := func(amount int) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			return mu.With(ctx, func(ctx context.Context) error {
				left := balance - amount
				if err := tasks.Sleep(ctx, time.Millisecond); err != nil { // ask the bank
					return err
				}
				if left < 0 {
					return fmt.Errorf("no cover for %d", amount)
				}
				balance = left
				return nil
			})
		}
	}
	runners.Run(context.Background(), func(ctx context.Context) error {
		a, b := tasks.Go(ctx, withdraw(70)), tasks.Go(ctx, withdraw(50))
		_, errA := a.Await(ctx)
		_, errB := b.Await(ctx)
		fmt.Println(errA, "-", errB, "-", balance)
		return nil
	})
	// Output: <nil> - no cover for 50 - 30
}

// An event tells any number of tasks that something has happened.
func ExampleEvent() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		var ready locks.Event
		var workers []*tasks.Task[struct{}]
		for i := range 3 {
			workers = append(workers, tasks.Go(ctx, func(ctx context.Context) error {
				if err := ready.Wait(ctx); err != nil {
					return err
				}
				fmt.Println("worker", i, "starts")
				return nil
			}))
		}
		if err := tasks.Sleep(ctx, time.Millisecond); err != nil {
			return err
		}
		fmt.Println("ready")
		ready.Set()
		_, _, err := tasks.Wait(ctx, workers, tasks.AllCompleted, tasks.NoTimeout)
		return err
	})
	// Output:
	// ready
	// worker 0 starts
	// worker 1 starts
	// worker 2 starts
}

// A condition is for waiting until some state, which a lock protects, is as one
// likes it.
func ExampleCondition() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		var changed locks.Condition
		seats := 0
		family := tasks.Go(ctx, func(ctx context.Context) error {
			return changed.With(ctx, func(ctx context.Context) error {
				if err := changed.WaitFor(ctx, func() bool { return seats >= 4 }); err != nil {
					return err
				}
				fmt.Println("four seats of", seats)
				seats -= 4
				return nil
			})
		})
		for range 3 {
			err := changed.With(ctx, func(ctx context.Context) error {
				seats += 2
				fmt.Println("free seats:", seats)
				if err := changed.NotifyAll(); err != nil {
					return err
				}
				return tasks.Sleep(ctx, time.Millisecond)
			})
			if err != nil {
				return err
			}
		}
		_, err := family.Await(ctx)
		fmt.Println("left:", seats)
		return err
	})
	// Output:
	// free seats: 2
	// free seats: 4
	// four seats of 4
	// free seats: 2
	// left: 2
}

// A semaphore limits how many do something at once.
func ExampleSemaphore() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		limit := locks.NewSemaphore(2)
		now, most := 0, 0
		var fetches []tasks.Awaitable[struct{}]
		for range 10 {
			fetches = append(fetches, tasks.Go(ctx, func(ctx context.Context) error {
				return limit.With(ctx, func(ctx context.Context) error {
					now++
					most = max(most, now)
					defer func() { now-- }()
					return tasks.Sleep(ctx, time.Millisecond)
				})
			}))
		}
		_, err := tasks.Gather(ctx, fetches...).Await(ctx)
		fmt.Println("at most", most, "at once")
		return err
	})
	// Output: at most 2 at once
}

// A bounded semaphore finds the release that has no acquire.
func ExampleBoundedSemaphore() {
	s := locks.NewBoundedSemaphore(1)
	s.TryAcquire()
	fmt.Println(s.Release())
	fmt.Println(errors.Is(s.Release(), locks.ErrOverReleased))
	// Output:
	// <nil>
	// true
}

// A barrier holds tasks back until all have come.
func ExampleBarrier() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		start := locks.NewBarrier(3)
		var runs []tasks.Awaitable[struct{}]
		for i := range 3 {
			runs = append(runs, tasks.Go(ctx, func(ctx context.Context) error {
				if err := tasks.Sleep(ctx, time.Duration(i)*time.Millisecond); err != nil {
					return err
				}
				fmt.Println("runner", i, "is there")
				index, err := start.Wait(ctx)
				if err == nil && index == 2 { // one of them
					fmt.Println("go")
				}
				return err
			}))
		}
		_, err := tasks.Gather(ctx, runs...).Await(ctx)
		return err
	})
	// Output:
	// runner 0 is there
	// runner 1 is there
	// runner 2 is there
	// go
}

// Two tasks that take two locks in different orders wait for each other for ever.
// The loop finds that out and says who has what.
func Example_deadlock() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		var a, b locks.Lock
		both := func(first, second *locks.Lock) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return first.With(ctx, func(ctx context.Context) error {
					if err := tasks.Sleep(ctx, time.Millisecond); err != nil {
						return err
					}
					return second.With(ctx, func(context.Context) error { return nil })
				})
			}
		}
		left := tasks.Go(ctx, both(&a, &b), tasks.WithName("left"))
		tasks.Go(ctx, both(&b, &a), tasks.WithName("right"))
		_, err := left.Await(ctx)
		return err
	}, runners.WithVirtualTime())
	fmt.Println(err)
	// Output:
	// asyncio: deadlock: 3 tasks wait, and nothing can wake them:
	// 	cycle: left waits for lock 1 held by right, right waits for lock 2 held by left
	// 	Task-1 waits for left
	// 	left waits for lock 1 held by right (1 waiting)
	// 	right waits for lock 2 held by left (1 waiting)
	// If something outside the loop will, hold the loop with Loop.Hold meanwhile.
}
