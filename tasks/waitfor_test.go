package tasks_test

// WaitFor: test_waitfor.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// test_waitfor.AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started
func TestWaitForWithoutTimeDoesNotStartACoroutine(t *testing.T) {
	for _, d := range []time.Duration{0, -1, -1 << 63} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			started := false
			_, err := tasks.WaitFor(ctx, tasks.Coro(func(context.Context) (int, error) {
				started = true
				return 0, nil
			}), d)
			fails(t, "WaitFor", err, "timeout")
			equal(t, "started", started, false)
		})
	}
}

// With eager tasks it does take its first step, and may be done by then.
func TestWaitForWithoutTimeInAnEagerLoop(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		v, err := tasks.WaitFor(ctx, tasks.Coro(func(context.Context) (int, error) { return 5, nil }), 0)
		outcome(t, "WaitFor", v, err, 5)
		_, err = tasks.WaitFor(ctx, tasks.Coro(after(time.Second, 5)), 0)
		fails(t, "WaitFor of one that waits", err, "timeout")
	}, runners.WithEagerTasks())
}

// test_waitfor.AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_future_done,
// test_wait_for_timeout_less_then_0_or_0
func TestWaitForWithoutTime(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[string](ctx)
		fut.SetResult("done")
		v, err := tasks.WaitFor(ctx, fut, 0)
		outcome(t, "WaitFor of what is done", v, err, "done")

		cleanedUp := false
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			err := tasks.Sleep(ctx, 10*time.Second)
			cleanedUp = true
			return 0, err
		})
		turns(ctx, 1)
		_, err = tasks.WaitFor(ctx, task, -1)
		fails(t, "WaitFor of what is not", err, "timeout")
		equal(t, "task cancelled", task.Cancelled(), true)
		equal(t, "cleaned up", cleanedUp, true)
	})
}

// test_waitfor.AsyncioWaitForTest.test_wait_for, test_wait_for_blocking
func TestWaitForCancelsWhatIsTooSlow(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		slow := tasks.Create(ctx, after(time.Hour, "slow"))
		_, err := tasks.WaitFor(ctx, slow, 100*time.Millisecond)
		fails(t, "WaitFor", err, "timeout")
		equal(t, "task cancelled", slow.Cancelled(), true)
		equal(t, "time", now(ctx), 100*time.Millisecond)
		v, err := tasks.WaitFor(ctx, tasks.Coro(after(time.Hour, "done")), tasks.NoTimeout)
		outcome(t, "WaitFor without a limit", v, err, "done")
	})
}

// test_waitfor.AsyncioWaitForTest.test_wait_for_race_condition
func TestWaitForSomethingQuick(t *testing.T) {
	leak.Check(t)
	equal(t, "time of the last timer", idleAt(t, func(ctx context.Context) {
		fut := futures.New[string](ctx)
		eventloop.FromContext(ctx).CallSoon(func() { fut.SetResult("ok") })
		v, err := tasks.WaitFor(ctx, fut, time.Second)
		outcome(t, "WaitFor", v, err, "ok")
	}), 0)
}

// A future that is completed in the very iteration in which the time is over
// comes too late.
func TestWaitForSomethingJustTooLate(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[string](ctx)
		eventloop.FromContext(ctx).CallLater(time.Second, func() { fut.SetResult("ok") })
		_, err := tasks.WaitFor(ctx, fut, time.Second)
		fails(t, "WaitFor", err, "timeout")
		equal(t, "fut cancelled", fut.Cancelled(), false)
	})
}

// test_waitfor.AsyncioWaitForTest.test_wait_for_cancellation_race_condition,
// test_wait_for_cancel_suppressed: what takes the cancellation and returns a
// value has its value returned.
func TestWaitForWhatSwallowsItsCancellation(t *testing.T) {
	for _, inTask := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			inner := func(ctx context.Context) (int, error) {
				fails(t, "inner's sleep", tasks.Sleep(ctx, time.Second), "cancelled()")
				return 42, nil
			}
			var aw tasks.Awaitable[int] = tasks.Coro(inner)
			if inTask {
				aw = tasks.Create(ctx, inner)
			}
			v, err := tasks.WaitFor(ctx, aw, 10*time.Millisecond)
			outcome(t, "WaitFor", v, err, 42)
			equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
		})
	}
}

// test_waitfor.AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation,
// test_wait_for_waits_for_task_cancellation_w_timeout_0
func TestWaitForWaitsForTheCleanup(t *testing.T) {
	for _, d := range []time.Duration{0, time.Second} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			cleanedUp := false
			inner := tasks.Create(ctx, func(ctx context.Context) (int, error) {
				err := tasks.Sleep(ctx, 10*time.Second)
				tasks.Sleep(ctx, time.Minute)
				cleanedUp = true
				return 0, err
			})
			turns(ctx, 1)
			_, err := tasks.WaitFor(ctx, inner, d)
			fails(t, "WaitFor", err, "timeout")
			equal(t, "cleaned up", cleanedUp, true)
			equal(t, "time", now(ctx), d+time.Minute)
		})
	}
}

// test_waitfor.AsyncioWaitForTest.test_wait_for_reraises_exception_during_cancellation
func TestWaitForReturnsAnErrorOfTheCleanup(t *testing.T) {
	for _, d := range []time.Duration{0, time.Second} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			inner := tasks.Create(ctx, func(ctx context.Context) (int, error) {
				tasks.Sleep(ctx, 10*time.Second)
				return 0, errTest
			})
			turns(ctx, 1)
			_, err := tasks.WaitFor(ctx, inner, d)
			fails(t, "WaitFor", err, errTest.Error())
		})
	}
}

// test_waitfor.AsyncioWaitForTest.test_cancel_blocking_wait_for, test_cancel_wait_for
func TestCancelledWaitForCancelsWhatItAwaits(t *testing.T) {
	for _, d := range []time.Duration{tasks.NoTimeout, time.Minute} {
		leak.Check(t)
		equal(t, "time of the last timer", idleAt(t, func(ctx context.Context) {
			task := tasks.Create(ctx, futures.New[int](ctx).Await)
			wait := tasks.Create(ctx, func(ctx context.Context) (int, error) { return tasks.WaitFor(ctx, task, d) })
			turns(ctx, 1)
			wait.Cancel("enough")
			_, err := wait.Await(ctx)
			fails(t, "the wait", err, "cancelled(enough)")
			equal(t, "task cancelled", task.Cancelled(), true)
		}), 0)
	}
}

// A WaitFor without time left still waits for what it has cancelled when it is
// cancelled itself: once.
func TestCancelledWaitForWithoutTime(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			tasks.Sleep(ctx, time.Hour)
			return 0, tasks.Sleep(ctx, time.Minute)
		})
		wait := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			turns(ctx, 1)
			return tasks.WaitFor(ctx, inner, 0)
		})
		turns(ctx, 3)
		wait.Cancel("enough")
		_, err := wait.Await(ctx)
		fails(t, "the wait", err, "cancelled(enough)")
		_, err = inner.Await(ctx)
		fails(t, "inner", err, "nil")
	})
}

// Nor does it leave that behind when its ctx ends meanwhile.
func TestWaitForWithoutTimeWhenItsContextEnds(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			err := tasks.Sleep(ctx, time.Hour)
			tasks.Sleep(ctx, time.Minute)
			return 0, err
		})
		turns(ctx, 1)
		derived, cancel := context.WithCancel(ctx)
		eventloop.FromContext(ctx).CallLater(time.Second, cancel)
		_, err := tasks.WaitFor(derived, inner, 0)
		fails(t, "WaitFor", err, "timeout")
		equal(t, "inner cancelled", inner.Cancelled(), true)
		equal(t, "time", now(ctx), time.Minute)
	})
}

// test_waitfor.AsyncioWaitForTest.test_wait_for_issue86296
func TestWaitForDoesNotLoseACancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := tasks.Create(ctx, func(context.Context) (string, error) { return "done", nil })
		reachedEnd := false
		task := tasks.Go(ctx, func(ctx context.Context) error {
			if _, err := tasks.WaitFor(ctx, inner, 100*time.Second); err != nil {
				return err
			}
			if err := tasks.Sleep(ctx, time.Second); err != nil {
				return err
			}
			reachedEnd = true
			return nil
		})
		turns(ctx, 1)
		task.Cancel() // inner is done by now, but task has not seen it
		_, err := task.Await(ctx)
		fails(t, "task", err, "cancelled()")
		v, err := inner.Await(ctx)
		outcome(t, "inner", v, err, "done")
		equal(t, "reached the end", reachedEnd, false)
	})
}

// test_waitfor.WaitForShieldTests.test_shielded_timeout, test_zero_timeout
func TestWaitForAShield(t *testing.T) {
	for _, d := range []time.Duration{0, 10 * time.Millisecond} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			task := tasks.Create(ctx, after(100*time.Millisecond, "done"))
			shielded := tasks.Shield(ctx, task)
			_, err := tasks.WaitFor(ctx, shielded, d)
			fails(t, "WaitFor", err, "timeout")
			equal(t, "shield cancelled", shielded.Cancelled(), true)
			equal(t, "task done", task.Done(), false)
			v, err := task.Await(ctx)
			outcome(t, "the task", v, err, "done")
		})
	}
}

// A coroutine runs within the waiting task.
func TestWaitForRunsACoroutineInline(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		v, err := tasks.WaitFor(ctx, tasks.Coro(func(ctx context.Context) (string, error) {
			return tasks.Current(ctx).Name(), tasks.Sleep(ctx, time.Second)
		}), time.Minute)
		outcome(t, "the task it ran in", v, err, "Task-1")
	})
}
