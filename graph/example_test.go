package graph_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A task that waits for another, and what that waits for.
func ExampleCapture() {
	var lock locks.Lock
	runners.Run(context.Background(), func(ctx context.Context) error {
		lock.Acquire(ctx)
		reader := tasks.Go(ctx, lock.Acquire, tasks.WithName("reader"))
		tasks.Go(ctx, func(ctx context.Context) error {
			_, err := reader.Await(ctx)
			return err
		}, tasks.WithName("page"))
		tasks.Sleep(ctx, 2*time.Second)

		g := graph.Capture(ctx)
		for _, t := range g.Tasks {
			if t.State == graph.Waiting {
				fmt.Printf("%s has waited %v for %s\n", t.Name, g.Time-t.Since, g.Text(t.Waits))
			}
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// reader has waited 2s for lock 1 held by Task-1 (1 waiting)
	// page has waited 2s for reader
}

// Two tasks that take two locks in different order.
func ExampleGraph_Cycles() {
	var a, b locks.Lock
	both := func(first, second *locks.Lock) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			return first.With(ctx, func(ctx context.Context) error {
				if err := tasks.Sleep(ctx, time.Second); err != nil {
					return err
				}
				return second.With(ctx, func(ctx context.Context) error { return nil })
			})
		}
	}
	runners.Run(context.Background(), func(ctx context.Context) error {
		tasks.Go(ctx, both(&a, &b), tasks.WithName("left"))
		tasks.Go(ctx, both(&b, &a), tasks.WithName("right"))
		tasks.Sleep(ctx, time.Minute)

		g := graph.Capture(ctx)
		for _, cycle := range g.Cycles() {
			fmt.Println(g.CycleText(cycle))
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// left waits for lock 1 held by right, right waits for lock 2 held by left
}

// Another goroutine looks at a loop that runs.
func ExampleRequest() {
	ask := make(chan *eventloop.Loop)
	asked := make(chan bool)
	go func() {
		g, err := graph.Request(context.Background(), <-ask)
		fmt.Println(len(g.Tasks), "tasks,", err)
		close(asked)
	}()
	runners.Run(context.Background(), func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) })
		ask <- eventloop.FromContext(ctx)
		for {
			select {
			case <-asked:
				return nil
			default:
				tasks.Sleep(ctx, time.Millisecond)
			}
		}
	})
	// Output: 2 tasks, <nil>
}

// The tasks as a tree of who waits for whom.
func ExampleGraph_WriteTree() {
	g := &graph.Graph{
		Time: 5 * time.Second,
		Tasks: []*graph.Task{
			{ID: 1, Name: "main", State: graph.Waiting, Waits: graph.Ref{Object: 1}},
			{ID: 2, Name: "left", State: graph.Waiting, Since: 2 * time.Second, Waits: graph.Ref{Object: 2},
				Frames: []graph.Frame{{Func: "example.com/shop.fetch", File: "/src/shop/fetch.go", Line: 12}}},
			{ID: 3, Name: "right", State: graph.Ready},
		},
		Objects: []*graph.Object{
			{ID: 1, Kind: "gather", Number: 1, State: "0 of 2 done", On: []graph.Ref{{Task: 2}, {Task: 3}}},
			{ID: 2, Kind: "sleep", Until: time.Minute},
		},
	}
	g.WriteTree(os.Stdout, 80)
	// Output:
	// main: waiting 5s for gather 1 (0 of 2 done)
	// ├─ left: waiting 3s for sleep (55s left)  fetch.go:12 shop.fetch
	// └─ right: ready
}
