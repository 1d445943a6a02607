package queues_test

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/tasks"
)

// What need not wait does not allocate, and neither do tasks that wait by turns.
func TestAllocations(t *testing.T) {
	t.Setenv("ASYNCIO_DEBUG", "") // which looks up goroutines
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				q := k.make(1)
				waittest.Equal(t, "allocations without waiting", testing.AllocsPerRun(100, func() {
					must(q.Put(ctx, 1))
					_, err := q.Get(ctx)
					must(err)
				}), 0)
				consumer := tasks.Go(ctx, func(ctx context.Context) error {
					for _, err := range q.All(ctx) {
						if err != nil {
							return err
						}
					}
					return nil
				})
				waited := 0
				waittest.Equal(t, "allocations by turns", testing.AllocsPerRun(100, func() {
					if q.Full() {
						waited++
					}
					must(q.Put(ctx, 1))
				}), 0)
				if waited < 40 {
					t.Errorf("it had to wait %d times", waited)
				}
				consumer.Cancel()
			})
		})
	}
}

// A queue of no items takes no memory for them.
func TestZeroAllocations(t *testing.T) {
	waittest.Equal(t, "allocations of an unused queue", testing.AllocsPerRun(10, func() {
		var q queues.Queue[int]
		q.Shutdown(true)
	}), 0)
}
