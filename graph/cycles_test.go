package graph_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// Deadlocks are reported with their cycle spelled out.
func TestDeadlocks(t *testing.T) {
	tests := []struct {
		name string
		main func(ctx context.Context) error
		want []string
	}{
		{"three tasks over two locks", func(ctx context.Context) error {
			var x, y locks.Lock
			second := func(first, second *locks.Lock) func(ctx context.Context) error {
				return func(ctx context.Context) error {
					return first.With(ctx, func(ctx context.Context) error {
						turns(ctx, 1)
						return second.Acquire(ctx)
					})
				}
			}
			a := spawn(ctx, "a", second(&x, &y))
			b := spawn(ctx, "b", second(&y, &x))
			c := spawn(ctx, "c", func(ctx context.Context) error { return x.Acquire(ctx) })
			_, err := tasks.Gather(ctx, tasks.Awaitable[struct{}](a), b, c).Await(ctx)
			return err
		}, []string{"a waits for lock 1 held by b, b waits for lock 2 held by a"}},
		{"a lock that the task holds itself", func(ctx context.Context) error {
			var x locks.Lock
			return x.With(ctx, x.Acquire)
		}, []string{"Task-1 waits for lock 1 held by Task-1"}},
		{"a cycle of awaits", func(ctx context.Context) error {
			var all [3]*tasks.Task[struct{}]
			for i, name := range []string{"a", "b", "c"} {
				all[i] = spawn(ctx, name, func(ctx context.Context) error { _, err := all[(i+1)%3].Await(ctx); return err })
			}
			_, err := all[0].Await(ctx)
			return err
		}, []string{"a waits for b, b waits for c, c waits for a"}},
		{"a task that awaits itself in a gather of a gather", func(ctx context.Context) error {
			var a *tasks.Task[[][]int]
			a = tasks.Create(ctx, func(ctx context.Context) ([][]int, error) {
				return tasks.Gather(ctx, tasks.Coro(func(ctx context.Context) ([]int, error) {
					_, err := tasks.Gather(ctx, tasks.Awaitable[[][]int](a)).Await(ctx)
					return nil, err
				}, tasks.WithName("b"))).Await(ctx)
			}, tasks.WithName("a"))
			_, err := a.Await(ctx)
			return err
		}, []string{"a waits for gather 1 of b, b waits for gather 2 of a"}},
		{"tasks that wait for each other by locks and awaits", func(ctx context.Context) error {
			var x locks.Lock
			var b *tasks.Task[struct{}]
			a := spawn(ctx, "a", func(ctx context.Context) error {
				return x.With(ctx, func(ctx context.Context) error { _, err := b.Await(ctx); return err })
			})
			b = spawn(ctx, "b", func(ctx context.Context) error { return x.Acquire(ctx) })
			_, err := a.Await(ctx)
			return err
		}, []string{"a waits for b, b waits for lock 1 held by a"}},
		{"no cycle", func(ctx context.Context) error { _, err := never(ctx).Await(ctx); return err }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := deadlock(t, tt.main)
			if diff := cmp.Diff(tt.want, cycles(g)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A deadlock's text has the cycle, and the self-await that asyncio refuses at
// once names its task.
func TestErrorsSpellOutTheCycle(t *testing.T) {
	run(t, func(ctx context.Context) {
		var a *tasks.Task[int]
		a = tasks.Create(ctx, func(ctx context.Context) (int, error) { return a.Await(ctx) }, tasks.WithName("me"))
		_, err := a.Await(ctx)
		if !errors.Is(err, tasks.ErrSelfAwait) || !strings.Contains(err.Error(), "me awaits me") {
			t.Errorf("%v", err)
		}
	})
}

// ref makes a Ref of "t1" or "o2".
func ref(s string) graph.Ref {
	var r graph.Ref
	fmt.Sscanf(s, "t%d", &r.Task)
	fmt.Sscanf(s, "o%d", &r.Object)
	return r
}

// network makes a graph of lines such as "t1 o1", a node and what it waits for.
func network(lines ...string) *graph.Graph {
	g := &graph.Graph{}
	for _, line := range lines {
		nodes := strings.Fields(line)
		var on []graph.Ref
		for _, n := range nodes[1:] {
			on = append(on, ref(strings.TrimPrefix(n, "any:")))
		}
		if r := ref(nodes[0]); r.Task != 0 {
			t := &graph.Task{ID: r.Task, Name: nodes[0], State: graph.Waiting}
			if len(on) > 0 {
				t.Waits = on[0]
			}
			g.Tasks = append(g.Tasks, t)
		} else {
			g.Objects = append(g.Objects, &graph.Object{ID: r.Object, Kind: "gather", On: on,
				Any: strings.Contains(line, "any:")})
		}
	}
	return g
}

func TestCycles(t *testing.T) {
	tests := []struct {
		name  string
		graph *graph.Graph
		want  []string
	}{
		{"empty", network(), nil},
		{"a chain", network("t1 t2", "t2 t3", "t3"), nil},
		{"one task", network("t1 t1"), []string{"t1 waits for t1"}},
		{"it begins with the oldest", network("t3 t1", "t1 t2", "t2 t3"), []string{"t1 waits for t2, t2 waits for t3, t3 waits for t1"}},
		{"those who wait for a cycle are not in it", network("t1 t2", "t2 t3", "t3 t2"), []string{"t2 waits for t3, t3 waits for t2"}},
		{"two cycles", network("t4 t3", "t3 t4", "t1 t2", "t2 t1"),
			[]string{"t1 waits for t2, t2 waits for t1", "t3 waits for t4, t4 waits for t3"}},
		{"of two ways round, the shorter", network("t1 o1", "o1 t2 t3", "t2 t3", "t3 t1"), []string{"t1 waits for gather of t3, t3 waits for t1"}},
		{"any of two", network("t1 o1", "o1 any:t2 any:t1", "t2"), nil},
		{"any of one", network("t1 o1", "o1 any:t1"), []string{"t1 waits for gather of t1"}},
		{"objects within objects", network("t1 o1", "o1 o2", "o2 t1"), []string{"t1 waits for gather of gather of t1"}},
		{"a task that was done before it was reached", network("t1 t9"), nil},
		{"an object that is not there", network("t1 o9"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, cycles(tt.graph)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A long cycle is found without a deep stack, and without comparing everybody
// with everybody.
func TestLongCycle(t *testing.T) {
	const n = 100_000
	g := &graph.Graph{}
	for i := range n {
		g.Tasks = append(g.Tasks, &graph.Task{ID: i + 1, Waits: graph.Ref{Task: (i+1)%n + 1}})
	}
	all := g.Cycles()
	if len(all) != 1 || len(all[0]) != n {
		t.Errorf("%d cycles", len(all))
	}
}
