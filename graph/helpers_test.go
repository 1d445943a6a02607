package graph_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// run runs main in virtual time.
func run(t *testing.T, main func(ctx context.Context)) {
	t.Helper()
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		main(ctx)
		return nil
	}, runners.WithVirtualTime(), runners.WithShutdownTimeout(0),
		runners.WithLoop(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
			if e.Reason != eventloop.ReasonAbandoned {
				t.Errorf("reported: %s: %v", e.Reason, e.Err)
			}
		})))
	if err != nil {
		t.Errorf("Run: %v", err)
	}
}

// spawn makes fn a task that may end cancelled.
func spawn(ctx context.Context, name string, fn func(ctx context.Context) error) *tasks.Task[struct{}] {
	return tasks.Go(ctx, fn, tasks.WithName(name))
}

// turns gives way n times.
func turns(ctx context.Context, n int) {
	for range n {
		if err := tasks.Sleep(ctx, 0); err != nil {
			panic(err)
		}
	}
}

// doing says what each task but the main one does: "writer waits for lock 1".
func doing(g *graph.Graph) []string {
	var all []string
	for _, t := range g.Tasks[1:] {
		line := fmt.Sprintf("%s %s", t.Name, t.State)
		if t.State == graph.Waiting {
			line = t.Name + " waits for " + g.Text(t.Waits)
		}
		all = append(all, line)
	}
	return all
}

// cycles spells out the cycles.
func cycles(g *graph.Graph) []string {
	var all []string
	for _, c := range g.Cycles() {
		all = append(all, g.CycleText(c))
	}
	return all
}

// deadlock runs main until nothing goes on any more, and returns the graph.
func deadlock(t *testing.T, main func(ctx context.Context) error) *graph.Graph {
	t.Helper()
	leak.Check(t)
	err := runners.Run(context.Background(), main, runners.WithVirtualTime())
	var d *eventloop.DeadlockError
	if !errors.As(err, &d) {
		t.Fatalf("Run: %v, want a DeadlockError", err)
	}
	return d.Graph
}

// never returns a future that nobody completes.
func never(ctx context.Context) *futures.Future[int] { return futures.New[int](ctx) }
