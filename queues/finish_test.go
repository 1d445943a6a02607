package queues_test

import (
	"context"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/tasks"
)

// _QueueJoinTestMixin.test_task_done.
func TestTaskDone(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				q := k.make(0)
				for i := range 100 {
					must(q.TryPut(i))
				}
				sum := 0
				for range 2 {
					tasks.Go(ctx, func(ctx context.Context) error {
						for v, err := range q.All(ctx) {
							if err != nil {
								return err
							}
							if err := tasks.Sleep(ctx, 0); err != nil {
								return err
							}
							sum += v
							must(q.TaskDone())
						}
						return nil
					})
				}
				must(q.Join(ctx))
				waittest.Equal(t, "sum", sum, 4950)
				waittest.Is(t, "one TaskDone too many", q.TaskDone(), queues.ErrTaskDone)
				must(q.Join(ctx))
				q.Shutdown(false)
			})
		})
	}
}

// A task that Join has been waiting for returns though another item was put
// before it ran.
func TestJoinDoesNotLookAgain(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[int]
		must(q.TryPut(1))
		a, b := tasks.Go(ctx, q.Join), tasks.Go(ctx, q.Join)
		waittest.Turns(ctx, 1)
		must(q.TaskDone())
		must(q.TryPut(2))
		c := tasks.Go(ctx, q.Join)
		waittest.Turns(ctx, 2)
		waittest.Equal(t, "done", []bool{a.Done(), b.Done(), c.Done()}, []bool{true, true, false})
		must(q.TaskDone())
		_, err := c.Await(ctx)
		waittest.Is(t, "Join", err, nil)
	})
}

// refuses fails t unless q neither takes nor gives anything.
func refuses(t *testing.T, ctx context.Context, q *queues.Queue[int]) {
	t.Helper()
	_, got := q.Get(ctx)
	_, tried := q.TryGet()
	for what, err := range map[string]error{
		"Put": q.Put(ctx, 1), "TryPut": q.TryPut(1), "Get": got, "TryGet": tried,
	} {
		waittest.Is(t, what+" after the shutdown", err, queues.ErrShutDown)
	}
}

// _QueueShutdownTestMixin.test_shutdown_empty.
func TestShutdownEmpty(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				q := k.make(0)
				g := getter(ctx, q)
				waittest.Turns(ctx, 1)
				q.Shutdown(false)
				must(q.Join(ctx))
				waittest.Turns(ctx, 1)
				waittest.Is(t, "the getter", g.Err(), queues.ErrShutDown)
				refuses(t, ctx, q)
				q.Shutdown(true) // once more
				refuses(t, ctx, q)
			})
		})
	}
}

// _QueueShutdownTestMixin.test_shutdown_nonempty: what is there can be got, a
// putter that waits fails even when there is room.
func TestShutdownNonempty(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				q := k.make(1)
				must(q.TryPut(7))
				join := tasks.Go(ctx, q.Join)
				p := putter(ctx, q, 8)
				waittest.Turns(ctx, 1)
				q.Shutdown(false)
				waittest.Equal(t, "length", q.Len(), 1)
				waittest.Equal(t, "item", get(q), 7) // and there is room
				waittest.Turns(ctx, 1)
				waittest.Is(t, "the putter", p.Err(), queues.ErrShutDown)
				waittest.Equal(t, "joined", join.Done(), false)
				refuses(t, ctx, q)
				must(q.TaskDone())
				waittest.Turns(ctx, 1)
				waittest.Equal(t, "joined", join.Done(), true)
				waittest.Is(t, "one TaskDone too many", q.TaskDone(), queues.ErrTaskDone)
			})
		})
	}
}

// _QueueShutdownTestMixin.test_shutdown_immediate.
func TestShutdownImmediate(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				q := k.make(0)
				must(q.TryPut(7))
				join := tasks.Go(ctx, q.Join)
				waittest.Turns(ctx, 1)
				q.Shutdown(true)
				waittest.Equal(t, "length", q.Len(), 0)
				waittest.Turns(ctx, 1)
				waittest.Equal(t, "joined", join.Done(), true)
				refuses(t, ctx, q)
				waittest.Is(t, "one TaskDone too many", q.TaskDone(), queues.ErrTaskDone)
			})
		})
	}
}

// _QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished:
// what is dropped counts as done, what was got does not.
func TestShutdownImmediateWithUnfinished(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				q := k.make(0)
				must(q.TryPut(7))
				must(q.TryPut(7))
				join := tasks.Go(ctx, q.Join)
				v, err := q.Get(ctx)
				must(err)
				waittest.Equal(t, "item", v, 7)
				q.Shutdown(true)
				waittest.Equal(t, "length", q.Len(), 0)
				waittest.Turns(ctx, 1)
				waittest.Equal(t, "joined", join.Done(), false)
				refuses(t, ctx, q)
				must(q.TaskDone())
				waittest.Is(t, "one TaskDone too many", q.TaskDone(), queues.ErrTaskDone)
				waittest.Turns(ctx, 1)
				waittest.Equal(t, "joined", join.Done(), true)
			})
		})
	}
}

// TaskDone for items that are still there, and then an immediate shutdown.
func TestShutdownImmediateWithFewerUnfinished(t *testing.T) {
	var q queues.Queue[int]
	for i := range 3 {
		must(q.TryPut(i))
	}
	must(q.TaskDone())
	must(q.TaskDone())
	q.Shutdown(true)
	waittest.Equal(t, "state", state(&q)(), "0 of 0 items, 0 unfinished, waiting: 0 getters, 0 putters, 0 joiners")
}

func TestAll(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		q := queues.New[int](2)
		tasks.Go(ctx, func(ctx context.Context) error {
			for i := range 5 {
				must(q.Put(ctx, i))
			}
			q.Shutdown(false)
			return nil
		})
		var got []int
		for v, err := range q.All(ctx) {
			must(err)
			got = append(got, v)
		}
		waittest.Equal(t, "items", got, []int{0, 1, 2, 3, 4})

		rounds := 0
		for range q.All(ctx) {
			rounds++
		}
		waittest.Equal(t, "rounds over a queue that is shut down", rounds, 0)
	})
}

// A range that is left does not lose an item; one that fails yields the error and
// ends.
func TestAllEnds(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[int]
		must(q.TryPut(1))
		must(q.TryPut(2))
		for v, err := range q.All(ctx) {
			must(err)
			waittest.Equal(t, "first item", v, 1)
			break
		}
		waittest.Equal(t, "second item", get(&q), 2)

		var errs []string
		task := tasks.Go(ctx, func(ctx context.Context) error {
			for v, err := range q.All(ctx) {
				waittest.Equal(t, "item beside an error", v, 0)
				errs = append(errs, waittest.Describe(err))
			}
			return nil
		})
		waittest.Turns(ctx, 1)
		task.Cancel("enough")
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "errors", errs, []string{"cancelled(enough)"})
		waittest.Equal(t, "it counts as cancelled", futures.IsCancelled(task.Err()), false)
	})
}

// What is a bug of the program panics with a sentence; what is a state is an
// error with one.
func TestMisuse(t *testing.T) {
	var q queues.Queue[int]
	for _, tc := range []struct {
		name string
		call func()
		want string
	}{
		{"NewPriorityFunc", func() { queues.NewPriorityFunc[int](0, nil) }, "asyncio: NewPriorityFunc of a nil function"},
		{"Put without a loop", func() { q.Put(context.Background(), 1) },
			"asyncio: ctx has no event loop; pass the ctx that the task's function received"},
		{"Get without a loop", func() { q.Get(context.Background()) },
			"asyncio: ctx has no event loop; pass the ctx that the task's function received"},
	} {
		waittest.Equal(t, "panic of "+tc.name, waittest.Panics(tc.call), tc.want)
	}
	waittest.Equal(t, "length", q.Len(), 0)
	for _, err := range []error{queues.ErrEmpty, queues.ErrFull, queues.ErrShutDown, queues.ErrTaskDone} {
		text := err.Error()
		waittest.Equal(t, "form of "+text, strings.HasPrefix(text, "asyncio: ") && strings.Contains(text, "; "), true)
	}
}
