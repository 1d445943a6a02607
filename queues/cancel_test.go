package queues_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/tasks"
)

func loopOf(ctx context.Context) *eventloop.Loop { return eventloop.FromContext(ctx) }

// A producer or a consumer is cancelled before each iteration in turn, by its
// task or by its ctx. Every item whose Put succeeded is got, once, and the others
// go on.
func TestCancelAtEveryStep(t *testing.T) {
	const each = 3
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			leak.Check(t)
			for victim := range 4 {
				for step := 1; step < 16; step++ {
					for _, byCtx := range []bool{false, true} {
						q := k.make(1)
						var put, got []int
						var all []*tasks.Task[struct{}]
						var cancels []context.CancelFunc
						w := &waittest.World{Step: func(n int) {
							switch {
							case n != step || victim >= len(cancels):
							case byCtx:
								cancels[victim]()
							default:
								all[victim].Cancel()
							}
						}}
						start := func(ctx context.Context, fn func(ctx context.Context) error) {
							i := len(all)
							cancels = append(cancels, func() {})
							all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
								ctx, cancels[i] = context.WithCancel(ctx)
								defer cancels[i]()
								return fn(ctx)
							}))
						}
						waittest.RunOne(t, func(ctx context.Context) {
							for p := range 2 {
								start(ctx, func(ctx context.Context) error {
									for n := range each {
										v := p*each + n
										if err := q.Put(ctx, v); err != nil {
											return err
										}
										put = append(put, v)
									}
									return nil
								})
							}
							for range 2 {
								start(ctx, func(ctx context.Context) error {
									for v, err := range q.All(ctx) {
										if err != nil {
											return err
										}
										got = append(got, v)
									}
									return nil
								})
							}
							for i, task := range all {
								if i == 2 {
									q.Shutdown(false) // the producers are done
								}
								_, err := task.Await(ctx)
								allowed(t, err)
							}
							slices.Sort(put)
							slices.Sort(got)
							waittest.Equal(t, "what was got is what was put", got, put)
							if len(put) < each {
								t.Errorf("only %v were put with %d cancelled at step %d", put, victim, step)
							}
							getters, putters, _ := q.Waiting()
							waittest.Equal(t, "waiting at the end", getters+putters, 0)
						}, w.Options())
					}
				}
			}
		})
	}
}

// allowed fails t if err is another error than a cancellation.
func allowed(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a task ended with %v", err)
	}
}
