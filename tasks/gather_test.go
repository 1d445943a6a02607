package tasks_test

// Gather: test_tasks.FutureGatherTests, CoroutineGatherTests, and those of
// BaseTaskTests.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// test_tasks.BaseTaskTests.test_cancel_gather_1: once its children are done, a
// gather refuses to be cancelled.
func TestGatherRefusesToBeCancelledAtItsEnd(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		gather := tasks.Gather(ctx, tasks.Coro(fut.Await))
		turns(ctx, 1)
		accepted := true
		fut.AddDoneCallback(func(*futures.Future[int]) { accepted = gather.Cancel() })
		fut.SetResult(42)
		v, err := gather.Await(ctx)
		outcome(t, "the gather", v, err, []int{42})
		equal(t, "Cancel", accepted, false)
	})
}

// test_tasks.BaseTaskTests.test_cancel_gather_2: a cancellation is not lost
// among settled results, and its message goes to the first who asks.
func TestSettledGatherDoesNotSwallowCancellations(t *testing.T) {
	for _, args := range [][]string{nil, {""}, {"my message"}} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				for range 20 {
					_, err := tasks.GatherSettled(ctx, tasks.Coro(after(50*time.Millisecond, 0))).Await(ctx)
					if err != nil {
						return err
					}
				}
				return nil
			})
			tasks.Sleep(ctx, 200*time.Millisecond)
			task.Cancel(args...)
			_, err := task.Await(ctx)
			msg := ""
			if len(args) > 0 {
				msg = args[0]
			}
			equal(t, "Cancelled", task.Cancelled(), true)
			fails(t, "the task", err, "cancelled("+msg+")")
			equal(t, "time", now(ctx), 200*time.Millisecond)
		})
	}
}

// test_tasks.FutureGatherTests.test_one_cancellation
func TestGatherFailsWithACancelledChild(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b, c, d, e := fut(ctx), fut(ctx), fut(ctx), fut(ctx), fut(ctx)
		gather := tasks.Gather(ctx, a, b, c, d, e)
		calls := 0
		gather.AddDoneCallback(func(*tasks.GatheringFuture[[]int]) { calls++ })
		a.SetResult(1)
		b.Cancel()
		turns(ctx, 2)
		equal(t, "Done", gather.Done(), true)
		equal(t, "calls of the done callback", calls, 1)
		equal(t, "Cancelled", gather.Cancelled(), false)
		fails(t, "the gather", gather.Err(), "cancelled()")
		// What follows is nobody's concern.
		c.SetResult(3)
		d.Cancel()
		e.SetError(errTest)
		turns(ctx, 2)
		equal(t, "calls of the done callback", calls, 1)
	})
}

// test_tasks.FutureGatherTests.test_result_exception_one_cancellation
func TestSettledGatherHasEveryOutcome(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b, c, d, e, f := fut(ctx), fut(ctx), fut(ctx), fut(ctx), fut(ctx), fut(ctx)
		gather := tasks.GatherSettled(ctx, a, b, c, d, e, f)
		calls := 0
		gather.AddDoneCallback(func(*tasks.GatheringFuture[[]tasks.Result[int]]) { calls++ })
		a.SetResult(1)
		b.SetError(errTest)
		c.Cancel("c")
		turns(ctx, 2)
		equal(t, "Done", gather.Done(), false)
		d.SetResult(3)
		e.Cancel()
		f.SetError(wrapped{errTest})
		res, err := gather.Await(ctx)
		fails(t, "the gather", err, "nil")
		var got []string
		for _, r := range res {
			got = append(got, describe(r.Err))
		}
		equal(t, "errors", got, []string{"nil", "an error", "cancelled(c)", "nil", "cancelled()", "wrapped: an error"})
		equal(t, "values", []int{res[0].Value, res[3].Value}, []int{1, 3})
		turns(ctx, 1)
		equal(t, "calls of the done callback", calls, 1)
	})
}

func fut(ctx context.Context) *futures.Future[int] { return futures.New[int](ctx) }

// test_tasks.CoroutineGatherTests.test_cancellation_broadcast
func TestCancelOfAGatherGoesToAllChildren(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		proof := 0
		waiter := fut(ctx)
		inner := func(ctx context.Context) error {
			_, err := waiter.Await(ctx)
			if err == nil {
				proof++
			}
			return err
		}
		child1, child2 := tasks.Go(ctx, inner), tasks.Go(ctx, inner)
		var gather *tasks.GatheringFuture[[]struct{}]
		outer := tasks.Go(ctx, func(ctx context.Context) error {
			gather = tasks.Gather(ctx, child1, child2)
			_, err := gather.Await(ctx)
			return err
		})
		turns(ctx, 1)
		equal(t, "Cancel", outer.Cancel(), true)
		_, err := outer.Await(ctx)
		fails(t, "outer", err, "cancelled()")
		equal(t, "Cancel of the gather", gather.Cancel(), false)
		equal(t, "cancelled", []bool{waiter.Cancelled(), child1.Cancelled(), child2.Cancelled()}, []bool{true, true, true})
		equal(t, "proof", proof, 0)
	})
}

// test_tasks.CoroutineGatherTests.test_exception_marking: the second error is
// not reported as unseen.
func TestErrorsAfterAGathersFirstCountAsSeen(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := fut(ctx), fut(ctx)
		inner := func(f *futures.Future[int]) tasks.Awaitable[int] {
			return tasks.Coro(func(ctx context.Context) (int, error) {
				f.Await(ctx)
				return 0, errTest
			})
		}
		outer := tasks.Create(ctx, func(ctx context.Context) ([]int, error) {
			return tasks.Gather(ctx, inner(a), inner(b)).Await(ctx)
		})
		turns(ctx, 2)
		a.SetResult(0)
		turns(ctx, 1)
		b.SetResult(0)
		turns(ctx, 3)
		fails(t, "outer", outer.Err(), errTest.Error())
	})
}

// test_tasks.CoroutineGatherTests.test_duplicate_coroutines
func TestGatherRunsADuplicateOnce(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		calls := 0
		c := tasks.Coro(func(context.Context) (string, error) { calls++; return "abc", nil })
		d := tasks.Coro(after(0, "def"))
		v, err := tasks.Gather(ctx, c, c, d, c).Await(ctx)
		outcome(t, "the gather", v, err, []string{"abc", "abc", "def", "abc"})
		equal(t, "calls", calls, 1)
	})
}

// So it does with tasks and with awaitables of other kinds, done or not.
func TestGatherTakesADuplicateOnce(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		calls := 0
		custom := &counting{&calls}
		a, done := tasks.Create(ctx, after(time.Second, 1)), futures.New[int](ctx)
		done.SetResult(2)
		g := tasks.Gather[int](ctx, a, custom, done, a, custom, done)
		v, err := g.Await(ctx)
		outcome(t, "the gather", v, err, []int{1, 3, 2, 1, 3, 2})
		equal(t, "calls", calls, 1)
	})
}

// A counting is an awaitable of a kind that the library does not know.
type counting struct{ calls *int }

func (c *counting) Await(ctx context.Context) (int, error) {
	*c.calls++
	return 3, tasks.Sleep(ctx, 0)
}

// The first error completes the gather; the others go on.
func TestGatherLeavesTheOthersRunning(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		slow := tasks.Create(ctx, after(2*time.Second, 2))
		_, err := tasks.Gather(ctx, slow, tasks.Create(ctx, failing(time.Second, errTest))).Await(ctx)
		fails(t, "the gather", err, errTest.Error())
		equal(t, "time", now(ctx), time.Second)
		equal(t, "Cancelling of the other", slow.Cancelling(), 0)
		v, err := slow.Await(ctx)
		outcome(t, "the other", v, err, 2)
	})
}

func TestGatherOfNothingIsDone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		turn := false
		eventloop.FromContext(ctx).CallSoon(func() { turn = true })
		v, err := tasks.Gather[int](ctx).Await(ctx)
		outcome(t, "the gather", v, err, []int{})
		r, err := tasks.GatherSettled[int](ctx).Await(ctx)
		outcome(t, "the settled one", r, err, []tasks.Result[int]{})
		equal(t, "the task gave way", turn, false)
	})
}

// Children that are done count at once, within the call.
func TestGatherOfWhatIsDone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := fut(ctx), fut(ctx)
		a.SetResult(1)
		b.SetResult(2)
		v, err := tasks.Gather(ctx, b, a, b).Result()
		outcome(t, "the gather", v, err, []int{2, 1, 2})
		c := fut(ctx)
		c.SetError(errTest)
		_, err = tasks.Gather(ctx, fut(ctx), c).Result()
		fails(t, "the failed one", err, errTest.Error())
	})
}

// A sibling that refuses the cancellation does not keep a plain gather waiting,
// but does a settled one.
func TestCancelledGatherAndAChildThatRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		gather func(ctx context.Context, aws ...tasks.Awaitable[int]) futures.Like[int]
		at     time.Duration
	}{
		{"plain", func(ctx context.Context, aws ...tasks.Awaitable[int]) futures.Like[int] {
			return tasks.EnsureFuture(ctx, tasks.Coro(length(tasks.Gather(ctx, aws...).Await)))
		}, 0},
		{"settled", func(ctx context.Context, aws ...tasks.Awaitable[int]) futures.Like[int] {
			return tasks.EnsureFuture(ctx, tasks.Coro(length(tasks.GatherSettled(ctx, aws...).Await)))
		}, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				refuses := tasks.Create(ctx, func(ctx context.Context) (int, error) {
					tasks.Sleep(ctx, time.Hour)
					return 1, tasks.Sleep(ctx, time.Second)
				})
				gather := tt.gather(ctx, tasks.Create(ctx, after(time.Hour, 0)), refuses)
				turns(ctx, 2)
				gather.Cancel("all")
				_, err := gather.Await(ctx)
				equal(t, "IsCancelled", futures.IsCancelled(err), true)
				equal(t, "time", now(ctx), tt.at)
				v, err := refuses.Await(ctx)
				outcome(t, "the one that refused", v, err, 1)
			})
		})
	}
}

// length is f with the length of its result for the result.
func length[T any](f func(context.Context) ([]T, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		v, err := f(ctx)
		return len(v), err
	}
}
