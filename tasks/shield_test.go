package tasks_test

// Shield: test_tasks.BaseTaskTests.test_shield*.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// test_tasks.BaseTaskTests.test_shield_cancel_inner
func TestShieldFollowsItsCancelledInner(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := futures.New[int](ctx)
		outer := tasks.Shield(ctx, inner)
		inner.Cancel()
		turns(ctx, 1)
		equal(t, "outer cancelled", outer.Cancelled(), true)
	})
}

// test_tasks.BaseTaskTests.test_shield_cancel_outer
func TestShieldKeepsACancellationFromItsInner(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := futures.New[int](ctx)
		outer := tasks.Shield(ctx, inner)
		equal(t, "Cancel", outer.Cancel(), true)
		turns(ctx, 1)
		equal(t, "outer cancelled", outer.Cancelled(), true)
		equal(t, "outer still has subscribers", outer.Core().Subscribed(), false)
		equal(t, "inner done", inner.Done(), false)
		inner.SetResult(1)
	})
}

// test_tasks.BaseTaskTests.test_shield_shortcut
func TestShieldOfWhatIsDoneIsThat(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		fut.SetResult(42)
		shielded := tasks.Shield(ctx, fut)
		equal(t, "is the future itself", shielded == futures.Like[int](fut), true)
		v, err := shielded.Await(ctx)
		outcome(t, "the shield", v, err, 42)
	})
}

// test_tasks.BaseTaskTests.test_shield_gather
func TestShieldOfAGather(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		child1, child2 := futures.New[int](ctx), futures.New[int](ctx)
		parent := tasks.Gather(ctx, child1, child2)
		outer := tasks.Shield(ctx, parent)
		turns(ctx, 1)
		outer.Cancel()
		turns(ctx, 1)
		equal(t, "outer cancelled", outer.Cancelled(), true)
		child1.SetResult(1)
		child2.SetResult(2)
		turns(ctx, 1)
		v, err := parent.Result()
		outcome(t, "the gather", v, err, []int{1, 2})
	})
}

// test_tasks.BaseTaskTests.test_gather_shield
func TestGatherOfShields(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		child1, child2 := futures.New[int](ctx), futures.New[int](ctx)
		inner1, inner2 := tasks.Shield(ctx, child1), tasks.Shield(ctx, child2)
		parent := tasks.Gather(ctx, inner1, inner2)
		turns(ctx, 1)
		equal(t, "Cancel", parent.Cancel(), true)
		turns(ctx, 1)
		fails(t, "the gather", parent.Err(), "cancelled()")
		equal(t, "shields cancelled", []bool{inner1.Cancelled(), inner2.Cancelled()}, []bool{true, true})
		equal(t, "children done", []bool{child1.Done(), child2.Done()}, []bool{false, false})
		child1.SetResult(1)
		child2.SetResult(2)
	})
}

// The task that awaits a shield is cancelled; what it shields goes on.
func TestTaskCancelledAtAShield(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := tasks.Create(ctx, after(time.Second, 3))
		waiting := tasks.Create(ctx, func(ctx context.Context) (int, error) { return tasks.Shield(ctx, inner).Await(ctx) })
		turns(ctx, 2)
		waiting.Cancel("enough")
		_, err := waiting.Await(ctx)
		fails(t, "the waiting task", err, "cancelled(enough)")
		v, err := inner.Await(ctx)
		outcome(t, "the shielded task", v, err, 3)
		equal(t, "Cancelling of it", inner.Cancelling(), 0)
	})
}

// Results and errors pass through, and count as seen once the shield's are.
func TestShieldPassesOutcomesOn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		v, err := tasks.Shield(ctx, tasks.Coro(after(time.Second, 3))).Await(ctx)
		outcome(t, "success", v, err, 3)
		_, err = tasks.Shield(ctx, tasks.Coro(failing(time.Second, errTest))).Await(ctx)
		fails(t, "failure", err, errTest.Error())
	})
}

// An error that comes after all shields of a task were cancelled is reported,
// and once only.
func TestErrorBehindACancelledShieldIsReportedOnce(t *testing.T) {
	leak.Check(t)
	var r reports
	err := runErr(func(ctx context.Context) error {
		inner := tasks.Create(ctx, failing(time.Second, errTest), tasks.WithName("inner"))
		for range 3 {
			tasks.Shield(ctx, inner).Cancel()
		}
		return tasks.Sleep(ctx, 2*time.Second)
	}, r.option())
	fails(t, "the run", err, "nil")
	equal(t, "reports", r.lines, []string{"error in a shielded future: inner: an error"})
}

// A shield that is still awaited hears of the error, whatever became of others.
func TestErrorBehindALiveShield(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := tasks.Create(ctx, failing(time.Second, errTest))
		_, err := tasks.Shield(ctx, inner).Await(ctx)
		fails(t, "the shield", err, errTest.Error())
	})
}
