package locks_test

import (
	"context"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
)

// A task is cancelled before each iteration in turn, while several pass a lock
// on: the others always get it, and it is free at the end.
func TestCancelAtEveryStep(t *testing.T) {
	for name, fresh := range map[string]func() holder{
		"Lock":             func() holder { return new(locks.Lock) },
		"Condition":        func() holder { return new(locks.Condition) },
		"Semaphore":        func() holder { return locks.NewSemaphore(1) },
		"BoundedSemaphore": func() holder { return locks.NewBoundedSemaphore(1) },
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			for victim := range 3 {
				for step := 1; step < 14; step++ {
					l := fresh()
					var all []*tasks.Task[struct{}]
					passed := 0
					w := &waittest.World{Step: func(n int) {
						if n == step && len(all) > victim {
							all[victim].Cancel()
						}
					}}
					waittest.RunOne(t, func(ctx context.Context) {
						for range 3 {
							all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
								err := l.With(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
								if err == nil {
									err = l.With(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 1) })
								}
								if err == nil {
									passed++
								}
								return err
							}))
						}
						_, _, err := tasks.Wait(ctx, all, tasks.AllCompleted, tasks.NoTimeout)
						must(err)
						for i, task := range all {
							if err := task.Err(); err != nil && (i != victim || !errors.Is(err, futures.ErrCancelled)) {
								t.Errorf("task %d, with %d cancelled at step %d: %v", i, victim, step, err)
							}
						}
						if passed < 2 {
							t.Errorf("%d passed with %d cancelled at step %d", passed, victim, step)
						}
						if !l.TryAcquire() {
							t.Errorf("still locked with %d cancelled at step %d", victim, step)
						}
					}, w.Options())
				}
			}
		})
	}
}
