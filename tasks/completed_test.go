package tasks_test

// AsCompleted: test_tasks.BaseTaskTests.test_as_completed*.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// test_tasks.BaseTaskTests.test_as_completed_same_tasks_in_as_out
func TestAsCompletedFuturesAreTheTasksGiven(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		b := tasks.Create(ctx, after(2*time.Second, "b"))
		d := futures.New[string](ctx)
		d.SetResult("d")
		a := tasks.Coro(after(time.Second, "a"), tasks.WithName("task of a"))
		var got []string
		for f, err := range tasks.AsCompleted(ctx, tasks.NoTimeout, a, b, d, b).Futures(ctx) {
			fails(t, "the wait", err, "nil")
			v, _ := f.Result()
			switch f {
			case b, d:
				v += " itself"
			default:
				v += " in " + f.(*tasks.Task[string]).Name()
			}
			got = append(got, v)
		}
		equal(t, "futures", got, []string{"d itself", "a in task of a", "b itself"})
	})
}

// test_tasks.BaseTaskTests.test_as_completed_with_timeout
func TestAsCompletedTimeout(t *testing.T) {
	const ms = time.Millisecond
	for _, futuresToo := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			a := tasks.Create(ctx, after(100*ms, "a"))
			b := tasks.Create(ctx, after(150*ms, "b"))
			c := tasks.Create(ctx, after(160*ms, "c"))
			all := tasks.AsCompleted(ctx, 120*ms, a, b, c)
			equal(t, "Len", all.Len(), 3)
			var got []string
			want := []string{"a", "timeout", "timeout"} // each of the others
			if futuresToo {
				want = want[:2] // the range ends
				for f, err := range all.Futures(ctx) {
					if err != nil {
						got = append(got, describe(err))
						continue
					}
					v, _ := f.Result()
					got = append(got, v)
				}
			} else {
				for v, err := range all.Results(ctx) {
					if err != nil {
						v = describe(err)
					}
					got = append(got, v)
				}
			}
			equal(t, "items", got, want)
			equal(t, "time", now(ctx), 120*ms)
			equal(t, "anything was cancelled", b.Cancelling()+c.Cancelling(), 0)
			tasks.Wait(ctx, []*tasks.Task[string]{b, c}, tasks.AllCompleted, tasks.NoTimeout)
		})
	}
}

// test_tasks.BaseTaskTests.test_as_completed_resume_iterator
func TestAsCompletedCanBeResumed(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var aws []tasks.Awaitable[int]
		for i := range 4 {
			aws = append(aws, tasks.Coro(after(time.Duration(4-i)*time.Second, i)))
		}
		all := tasks.AsCompleted(ctx, tasks.NoTimeout, aws...)
		var got []int
		for v, err := range all.Results(ctx) {
			fails(t, "the item", err, "nil")
			if got = append(got, v); len(got) == 2 {
				break
			}
		}
		equal(t, "Len", all.Len(), 2)
		equal(t, "first items", got, []int{3, 2})
		for v := range all.Results(ctx) {
			got = append(got, v)
		}
		equal(t, "all items", got, []int{3, 2, 1, 0})
		equal(t, "Len", all.Len(), 0)
		for range all.Results(ctx) {
			t.Error("an item too many")
		}
	})
}

// test_tasks.BaseTaskTests.test_as_completed_concurrent: several tasks may take
// items of one AsCompleted.
func TestAsCompletedWithTwoConsumers(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		all := tasks.AsCompleted(ctx, tasks.NoTimeout,
			tasks.Coro(after(50*time.Millisecond, "a")), tasks.Coro(after(50*time.Millisecond, "b")))
		take := func(ctx context.Context) (string, error) {
			for v, err := range all.Results(ctx) {
				return v, err
			}
			return "", errTest
		}
		got, err := tasks.Gather(ctx, tasks.Coro(take), tasks.Coro(take)).Await(ctx)
		outcome(t, "the consumers", got, err, []string{"a", "b"})
	})
}

// The wake-up of a consumer that is cancelled meanwhile goes to the next.
func TestAsCompletedPassesAWakeUpOn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		f, g := futures.New[string](ctx), futures.New[string](ctx)
		all := tasks.AsCompleted(ctx, tasks.NoTimeout, f, g)
		take := func(ctx context.Context) (string, error) {
			for v, err := range all.Results(ctx) {
				return v, err
			}
			return "", errTest
		}
		one, two := tasks.Create(ctx, take), tasks.Create(ctx, take)
		turns(ctx, 1)
		f.SetResult("f")
		turns(ctx, 1) // one has been woken, and will run in the next turn
		one.Cancel()
		v, err := two.Await(ctx)
		outcome(t, "the second consumer", v, err, "f")
		_, err = one.Await(ctx)
		fails(t, "the first consumer", err, "cancelled()")
	})
}

func TestAsCompletedYieldsErrors(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var got []string
		for v, err := range tasks.AsCompleted(ctx, tasks.NoTimeout,
			tasks.Coro(failing(time.Second, errTest)),
			tasks.Coro(cancelled(2*time.Second)),
			tasks.Coro(after(3*time.Second, 3))).Results(ctx) {
			got = append(got, describe(err))
			equal(t, "has a value", v == 3, err == nil)
		}
		equal(t, "errors", got, []string{errTest.Error(), "cancelled()", "nil"})
	})
}

func TestAsCompletedOfNothing(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		all := tasks.AsCompleted[int](ctx, time.Second)
		equal(t, "Len", all.Len(), 0)
		for range all.Results(ctx) {
			t.Error("an item of nothing")
		}
		for range all.Futures(ctx) {
			t.Error("a future of nothing")
		}
	})
}

// Its timer ends with the last of its awaitables.
func TestAsCompletedLeavesNoTimer(t *testing.T) {
	leak.Check(t)
	equal(t, "time of the last timer", idleAt(t, func(ctx context.Context) {
		for range tasks.AsCompleted(ctx, time.Hour, tasks.Coro(after(time.Second, 1))).Results(ctx) {
		}
	}), time.Second)
}
