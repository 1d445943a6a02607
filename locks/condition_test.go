package locks_test

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// waiter starts a task that waits for c with the lock held. saw is called with
// what Wait returned.
func waiter(ctx context.Context, c *locks.Condition, saw func(err error)) *tasks.Task[struct{}] {
	task := tasks.Go(ctx, func(ctx context.Context) error {
		return c.With(ctx, func(ctx context.Context) error {
			err := c.Wait(ctx)
			if saw != nil {
				saw(err)
			}
			return err
		})
	})
	waittest.Turns(ctx, 1)
	return task
}

func TestConditionNotify(t *testing.T) {
	for _, tc := range []struct {
		name   string
		notify func(c *locks.Condition) error
		want   []int
	}{
		{"none", func(c *locks.Condition) error { return c.Notify(0) }, nil},
		{"less than none", func(c *locks.Condition) error { return c.Notify(-1) }, nil},
		{"one", func(c *locks.Condition) error { return c.Notify(1) }, []int{0}},
		{"three", func(c *locks.Condition) error { return c.Notify(3) }, []int{0, 1, 2}},
		{"more than wait", func(c *locks.Condition) error { return c.Notify(9) }, []int{0, 1, 2, 3}},
		{"all", (*locks.Condition).NotifyAll, []int{0, 1, 2, 3}},
		{"one, twice", func(c *locks.Condition) error { must(c.Notify(1)); return c.Notify(1) }, []int{0, 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				var c locks.Condition
				var got []int
				for i := range 4 {
					waiter(ctx, &c, func(err error) {
						if err == nil {
							waittest.Equal(t, "locked after Wait", c.Locked(), true)
							got = append(got, i)
						}
					})
				}
				must(c.Acquire(ctx))
				must(tc.notify(&c))
				waittest.Turns(ctx, 5)
				waittest.Equal(t, "woken before the lock is free", got, nil)
				must(c.Release())
				waittest.Turns(ctx, 10)
				waittest.Equal(t, "woken", got, tc.want)
				waittest.Equal(t, "waiters", c.Waiters(), 4-len(tc.want))
			})
		})
	}
}

func TestConditionWaitFor(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		items, asked := 0, 0
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				return c.WaitFor(ctx, func() bool {
					waittest.Equal(t, "locked in the predicate", c.Locked(), true)
					asked++
					return items >= 2
				})
			})
		})
		for range 3 {
			waittest.Turns(ctx, 2)
			must(c.With(ctx, func(context.Context) error { items++; return c.Notify(1) }))
		}
		waittest.Turns(ctx, 3)
		waittest.Equal(t, "done", task.Done(), true)
		waittest.Equal(t, "the predicate was asked", asked, 3)
	})
}

// WaitFor with a predicate that is true does not need the lock, as in asyncio.
func TestConditionWaitForTrue(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		waittest.Is(t, "WaitFor of true without the lock", c.WaitFor(ctx, func() bool { return true }), nil)
		waittest.Is(t, "WaitFor of false without the lock",
			c.WaitFor(ctx, func() bool { return false }), locks.ErrNotAcquired)
	})
}

// Two conditions on one lock: what protects them both is the lock.
func TestConditionsOnOneLock(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		a, b := locks.NewCondition(&l), locks.NewCondition(&l)
		must(a.Acquire(ctx))
		waittest.Equal(t, "all locked", []bool{l.Locked(), a.Locked(), b.Locked()}, []bool{true, true, true})
		waittest.Equal(t, "TryAcquire of the other", b.TryAcquire(), false)
		must(b.Release())
		waittest.Equal(t, "all locked", []bool{l.Locked(), a.Locked(), b.Locked()}, []bool{false, false, false})
		ta, tb := waiter(ctx, a, nil), waiter(ctx, b, nil)
		must(l.With(ctx, func(context.Context) error { return b.NotifyAll() }))
		waittest.Turns(ctx, 2)
		waittest.Equal(t, "a done, b done", []bool{ta.Done(), tb.Done()}, []bool{false, true})
	})
}

// ConditionTests.test_wait_cancel_contested: cancelled after it
// was notified, while the lock is taken, Wait has the lock when it returns.
func TestConditionWaitCancelContested(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		must(c.Acquire(ctx))
		task := tasks.Go(ctx, c.Wait)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "locked while it waits", c.Locked(), false)
		must(c.Acquire(ctx))
		must(c.Notify(1))
		loopOf(ctx).CallSoon(func() { task.Cancel() })
		loopOf(ctx).CallSoon(func() { must(c.Release()) })
		_, err := task.Await(ctx)
		waittest.Is(t, "Wait", err, futures.ErrCancelled)
		waittest.Equal(t, "locked after it", c.Locked(), true)
	})
}

// ConditionTests.test_wait_cancel_after_notify (bpo-32841):
// cancelled while it gets the lock back, Wait still gets it, and With can
// release it.
func TestConditionWaitCancelAfterNotify(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		task := waiter(ctx, &c, nil)
		must(c.Acquire(ctx))
		must(c.Notify(1))
		waittest.Turns(ctx, 1) // get to the re-acquire
		task.Cancel()
		waittest.Turns(ctx, 1) // deliver the cancellation
		waittest.Equal(t, "done before the lock was free", task.Done(), false)
		must(c.Release())
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "cancelled", task.Cancelled(), true)
		waittest.Equal(t, "locked", c.Locked(), false)
	})
}

// ConditionTests.test_cancelled_error_re_aquire: a cancellation
// that comes while Wait gets the lock back is returned as it is, and so is one
// that comes while it waits to be notified (test_cancelled_error_wakeup).
func TestConditionCancelledErrorIsTheSame(t *testing.T) {
	for _, notified := range []bool{false, true} {
		waittest.Run(t, func(ctx context.Context) {
			var c locks.Condition
			var raised error
			task := waiter(ctx, &c, func(err error) { raised = err })
			if notified {
				must(c.Acquire(ctx))
				must(c.Notify(1))
				waittest.Turns(ctx, 1)
				task.Cancel("foo")
				must(c.Release())
			} else {
				task.Cancel("foo")
			}
			_, err := task.Await(ctx)
			waittest.Equal(t, "error", waittest.Describe(err), "cancelled(foo)")
			waittest.Equal(t, "it is the very one", err == raised, true)
		})
	}
}

// ConditionTests.test_cancelled_wakeup_relock: a consumer that
// was notified and is cancelled while it gets the lock back hands the wake-up
// on, so that the item is consumed. Without the pause it is cancelled before it
// runs (test_cancelled_wakeup).
func TestConditionCancelledWakeup(t *testing.T) {
	for _, pause := range []int{0, 1} {
		waittest.Run(t, func(ctx context.Context) {
			var c locks.Condition
			state := 0
			consumer := func(ctx context.Context) error {
				return c.With(ctx, func(ctx context.Context) error {
					for {
						if err := c.WaitFor(ctx, func() bool { return state != 0 }); err != nil {
							return err
						}
						if state < 0 {
							return nil
						}
						state--
					}
				})
			}
			c0, c1 := tasks.Go(ctx, consumer), tasks.Go(ctx, consumer)
			waittest.Turns(ctx, 1)
			must(c.With(ctx, func(ctx context.Context) error {
				state++
				must(c.Notify(1))
				waittest.Turns(ctx, pause)
				c0.Cancel()
				err := timeouts.Run(ctx, 10*time.Millisecond, func(ctx context.Context) error {
					return c.WaitFor(ctx, func() bool { return state == 0 })
				})
				waittest.Is(t, "nobody tells that it was consumed", err, context.DeadlineExceeded)
				waittest.Equal(t, "state", state, 0)
				state = -1
				return c.NotifyAll()
			}))
			_, err := c1.Await(ctx)
			waittest.Is(t, "the second consumer", err, nil)
			waittest.Equal(t, "the first is cancelled", c0.Cancelled(), true)
		})
	}
}

// While it gets the lock back Wait puts up with any number of cancellations, and
// returns the last; the task's count has them all.
func TestConditionManyCancels(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		var raised error
		task := waiter(ctx, &c, func(err error) { raised = err })
		must(c.Acquire(ctx))
		for _, msg := range []string{"one", "two", "three"} {
			task.Cancel(msg)
			waittest.Turns(ctx, 1)
			waittest.Equal(t, "done without the lock", task.Done(), false)
		}
		must(c.Release())
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "error of Wait", waittest.Describe(raised), "cancelled(three)")
		waittest.Equal(t, "requests", task.Cancelling(), 3)
	})
}

// A ctx that ends does not keep Wait from getting the lock back, however long
// that takes; then the error comes out. The wake-up, if there was one, goes on.
func TestConditionCtxEndsBeforeTheLockIsFree(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		var cancel context.CancelFunc
		task := tasks.Go(ctx, func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				var inner context.Context
				inner, cancel = context.WithCancel(ctx)
				err := c.Wait(inner)
				waittest.Equal(t, "locked after Wait", c.Locked(), true)
				waittest.Is(t, "another Wait", c.Wait(inner), context.Canceled)
				waittest.Equal(t, "locked after another", c.Locked(), true)
				return err
			})
		})
		waittest.Turns(ctx, 1)
		second := waiter(ctx, &c, nil)
		must(c.Acquire(ctx))
		cancel()
		must(tasks.Sleep(ctx, time.Second))
		waittest.Equal(t, "done without the lock", task.Done(), false)
		must(c.Release())
		waittest.Turns(ctx, 3)
		waittest.Is(t, "Wait", task.Err(), context.Canceled)
		waittest.Equal(t, "the second was woken instead", second.Done(), true)
	})
}

// Wait on a ctx that has ended does not let go of the lock.
func TestConditionWaitKeepsTheLock(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var c locks.Condition
		ended, cancel := context.WithCancel(ctx)
		cancel()
		must(c.Acquire(ctx))
		other := tasks.Go(ctx, c.Acquire)
		waittest.Turns(ctx, 1)
		waittest.Is(t, "Wait", c.Wait(ended), context.Canceled)
		waittest.Turns(ctx, 3)
		waittest.Equal(t, "the other has the lock", other.Done(), false)
		must(c.Release())
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "the other has the lock", other.Done(), true)
	})
}
