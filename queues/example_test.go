package queues_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// Workers take jobs from a queue until it is shut down.
func ExampleQueue() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		jobs := queues.New[int](2)
		sums := make([]int, 3)
		var workers []*tasks.Task[struct{}]
		for w := range sums {
			workers = append(workers, tasks.Go(ctx, func(ctx context.Context) error {
				for n, err := range jobs.All(ctx) {
					if err != nil {
						return err
					}
					sums[w] += n
					if err := tasks.Sleep(ctx, time.Millisecond); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		for n := range 30 {
			if err := jobs.Put(ctx, n); err != nil { // waits while the queue is full
				return err
			}
		}
		jobs.Shutdown(false)
		_, _, err := tasks.Wait(ctx, workers, tasks.AllCompleted, tasks.NoTimeout)
		fmt.Println(sums, sums[0]+sums[1]+sums[2])
		return err
	}, runners.WithVirtualTime())
	// Output: [135 145 155] 435
}

// Join waits until the work is done, and not only handed out.
func ExampleQueue_Join() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		var jobs queues.Queue[string]
		for _, name := range []string{"wash", "dry", "iron"} {
			if err := jobs.TryPut(name); err != nil {
				return err
			}
		}
		worker := tasks.Go(ctx, func(ctx context.Context) error {
			for name, err := range jobs.All(ctx) {
				if err != nil {
					return err
				}
				if err := tasks.Sleep(ctx, time.Millisecond); err != nil {
					return err
				}
				fmt.Println("done:", name)
				if err := jobs.TaskDone(); err != nil {
					return err
				}
			}
			return nil
		})
		if err := jobs.Join(ctx); err != nil {
			return err
		}
		fmt.Println("all done")
		worker.Cancel()
		return nil
	})
	// Output:
	// done: wash
	// done: dry
	// done: iron
	// all done
}

// A Put that waits may be given up: then nothing was put.
func ExampleQueue_Put() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		q := queues.New[string](1)
		fmt.Println(q.Put(ctx, "first"))
		soon, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		err := q.Put(soon, "second")
		fmt.Println(errors.Is(err, context.DeadlineExceeded), q.Len())
		return nil
	})
	// Output:
	// <nil>
	// true 1
}

// The smallest item comes first.
func ExampleNewPriorityFunc() {
	type job struct {
		urgency int
		name    string
	}
	q := queues.NewPriorityFunc(0, func(a, b job) bool { return a.urgency > b.urgency })
	for _, j := range []job{{1, "sweep"}, {9, "put out the fire"}, {5, "answer the phone"}} {
		if err := q.TryPut(j); err != nil {
			fmt.Println(err)
		}
	}
	for !q.Empty() {
		j, _ := q.TryGet()
		fmt.Println(j.name)
	}
	// Output:
	// put out the fire
	// answer the phone
	// sweep
}
