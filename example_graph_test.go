package asyncio_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

// Which task waits for what, and who has it.
func ExampleCaptureCallGraph() {
	var lock asyncio.Lock
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		hold := func(ctx context.Context) error { return asyncio.Sleep(ctx, time.Hour) }
		use := func(ctx context.Context) error { return lock.With(ctx, hold) }
		asyncio.Go(ctx, use, asyncio.WithName("first"))
		asyncio.Go(ctx, use, asyncio.WithName("second"))
		asyncio.Sleep(ctx, time.Minute)

		g := asyncio.CaptureCallGraph(ctx)
		for _, t := range g.Tasks[1:] {
			fmt.Printf("%s %s: %s\n", t.Name, t.State, g.Text(t.Waits))
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// first waiting: sleep (59m00s left)
	// second waiting: lock 1 held by first (1 waiting)
}

// Another goroutine, a debug page for instance, looks into a loop that runs.
func ExampleRequestCallGraph() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		loop := asyncio.RunningLoop(ctx)
		page := func(ctx context.Context) (string, error) {
			g, err := asyncio.RequestCallGraph(ctx, loop)
			if err != nil {
				return "", err
			}
			var b strings.Builder
			err = g.WriteTable(&b, 40)
			return b.String(), err
		}
		text, err := asyncio.ToThread(ctx, page)
		fmt.Println(strings.Count(text, "\n"), "lines,", err)
		return nil
	})
	// Output: 2 lines, <nil>
}

// Where a task is, for logs.
func ExamplePrintCallGraph() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		child := asyncio.Go(ctx, func(ctx context.Context) error {
			var b bytes.Buffer
			err := asyncio.PrintCallGraph(ctx, &b)
			for line := range strings.Lines(b.String()) {
				if strings.Contains(line, "*") || strings.Contains(line, "+") {
					fmt.Print(line) // without the files, which are elsewhere on your machine
				}
			}
			return err
		}, asyncio.WithName("child"))
		_, err := child.Await(ctx)
		return err
	})
	// Output:
	// * Task(name="child", id=2)
	//   + Call stack:
	//   + Awaited by:
	//      * Task(name="Task-1", id=1)
	//        + Call stack:
}

// All that a loop is doing, to the standard error.
func ExampleDump() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		return asyncio.Dump(ctx, os.Stderr)
	})
	// Output:
}
