package queues_test

// What all methods that wait have in common: see waittest.Table.

import (
	"context"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/queues"
)

// kinds makes a queue of each kind.
var kinds = []struct {
	name string
	make func(maxsize int) *queues.Queue[int]
}{
	{"FIFO", queues.New[int]},
	{"LIFO", queues.NewLIFO[int]},
	{"Priority", queues.NewPriority[int]},
}

// state writes down what can be seen of q.
func state(q *queues.Queue[int]) func() string {
	return func() string {
		getters, putters, joiners := q.Waiting()
		return fmt.Sprintf("%d of %d items, %d unfinished, waiting: %d getters, %d putters, %d joiners",
			q.Len(), q.Cap(), q.Unfinished(), getters, putters, joiners)
	}
}

func TestCalls(t *testing.T) {
	var calls []waittest.Call
	for _, k := range kinds {
		calls = append(calls, waittest.Call{Name: k.name + ".Get", New: func() waittest.Object {
			q := k.make(0)
			must(q.TryPut(1))
			return waittest.Object{
				Do:      func(ctx context.Context) error { _, err := q.Get(ctx); return err },
				Block:   func() { q.TryGet() },
				Unblock: func(context.Context) { must(q.TryPut(2)) },
				State:   state(q),
				Single:  true,
				Waits:   "item of queue 1 (0 there, 1 waiting)",
			}
		}}, waittest.Call{Name: k.name + ".Put", New: func() waittest.Object {
			q := k.make(2)
			must(q.TryPut(1))
			return waittest.Object{
				Do:      func(ctx context.Context) error { return q.Put(ctx, 2) },
				Block:   func() { must(q.TryPut(3)) },
				Unblock: func(context.Context) { get(q) },
				State:   state(q),
				Single:  true,
				Waits:   "room in queue 1 (2 of 2 there, 1 waiting)",
			}
		}}, waittest.Call{Name: k.name + ".Join", New: func() waittest.Object {
			q := k.make(0)
			return waittest.Object{
				Do:      q.Join,
				Block:   func() { must(q.TryPut(1)) },
				Unblock: func(context.Context) { must(q.TaskDone()) },
				State:   state(q),
				Waits:   "work on queue 1 (1 unfinished, 1 waiting)",
			}
		}})
	}
	calls = append(calls, waittest.Call{Name: "All", New: func() waittest.Object {
		var q queues.Queue[int]
		must(q.TryPut(1))
		return waittest.Object{
			Do: func(ctx context.Context) error {
				for _, err := range q.All(ctx) {
					return err
				}
				return nil
			},
			Block:   func() { get(&q) },
			Unblock: func(context.Context) { must(q.TryPut(2)) },
			State:   state(&q),
			Single:  true,
			Waits:   "item of queue 1 (0 there, 1 waiting)",
		}
	}})
	waittest.Table(t, calls)
}

// must panics with an error that would be a bug of the test.
func must(err error) { waittest.Must(err) }

// get takes an item that must be there.
func get[T any](q *queues.Queue[T]) T {
	v, err := q.TryGet()
	must(err)
	return v
}
