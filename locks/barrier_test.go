package locks_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
)

const parties = 5

// gather runs n tasks of fn and waits for them.
func gather(t *testing.T, ctx context.Context, n int, fn func(ctx context.Context) error) {
	t.Helper()
	all := make([]tasks.Awaitable[struct{}], n)
	for i := range all {
		all[i] = tasks.Go(ctx, fn)
	}
	_, err := tasks.Gather(ctx, all...).Await(ctx)
	waittest.Is(t, "the tasks", err, nil)
}

// pass waits at a barrier.
func pass(ctx context.Context, b *locks.Barrier) error {
	_, err := b.Wait(ctx)
	return err
}

// idle fails t unless nobody is in b, and it is broken or not.
func idle(t *testing.T, b *locks.Barrier, broken bool) {
	t.Helper()
	waittest.Equal(t, "waiting", b.Waiting(), 0)
	waittest.Equal(t, "broken", b.Broken(), broken)
	want := "a barrier (0 of 5 waiting)"
	if broken {
		want = "a broken barrier"
	}
	waittest.Equal(t, "what it says of itself", b.String(), want)
}

// Each task gets its own index, in the order of arrival. The last arrival does
// not wait; the others return in the order in which they came.
func TestBarrier(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(parties)
		waittest.Equal(t, "parties", b.Parties(), parties)
		var order, waiting []int
		gather(t, ctx, parties, func(ctx context.Context) error {
			for range 2 {
				waiting = append(waiting, b.Waiting())
				i, err := b.Wait(ctx)
				if err != nil {
					return err
				}
				order = append(order, i)
			}
			return nil
		})
		waittest.Equal(t, "order of the first round", order[:parties], []int{4, 0, 1, 2, 3})
		slices.Sort(order[parties:])
		waittest.Equal(t, "indices of the second", order[parties:], []int{0, 1, 2, 3, 4})
		waittest.Equal(t, "waiting at the first arrivals", waiting[:parties], []int{0, 1, 2, 3, 4})
		idle(t, b, false)
	})
}

func TestBarrierOfOne(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(1)
		for range 3 {
			gaveWay := false
			loopOf(ctx).CallSoon(func() { gaveWay = true })
			i, err := b.Wait(ctx)
			waittest.Is(t, "Wait", err, nil)
			waittest.Equal(t, "index", i, 0)
			waittest.Equal(t, "it gave way", gaveWay, false)
		}
	})
}

// BarrierTests.test_filling_tasks_cancel_one: a waiter that is
// cancelled leaves, and does not break the barrier. Two tasks then have the same
// index.
func TestBarrierFillingCancelOne(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(3)
		var got []int
		enter := func(want int) *tasks.Task[struct{}] {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				i, err := b.Wait(ctx)
				if err == nil {
					got = append(got, i)
				} else {
					waittest.Equal(t, "index with an error", i, -1)
				}
				return err
			})
			waittest.Turns(ctx, 1)
			waittest.Equal(t, "waiting", b.Waiting(), want)
			return task
		}
		t1, t2 := enter(1), enter(2)
		t1.Cancel()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "waiting after the cancel", b.Waiting(), 1)
		waittest.Equal(t, "cancelled", t1.Cancelled(), true)
		t3, t4 := enter(2), enter(0)
		_, err := tasks.Gather(ctx, tasks.Awaitable[struct{}](t2), t3, t4).Await(ctx)
		waittest.Is(t, "the others", err, nil)
		slices.Sort(got)
		waittest.Equal(t, "indices", got, []int{1, 1, 2})
		waittest.Equal(t, "waiting, broken", []any{b.Waiting(), b.Broken()}, []any{0, false})
	})
}

// BarrierTests.test_reset_barrier_when_tasks_half_draining_half_blocking: a reset
// while some are still to leave and others already wait for the next round
// breaks the wait of the former alone.
func TestBarrierResetHalfDrainingHalfBlocking(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(parties)
		broken, brokenAgain, count := 0, 0, 0
		gather(t, ctx, parties, func(ctx context.Context) error {
			err := pass(ctx, b)
			if errors.Is(err, locks.ErrBrokenBarrier) {
				broken++
				return pass(ctx, b)
			}
			must(err)
			count++
			if count > parties/2 {
				must(b.Reset(ctx))
				return pass(ctx, b)
			}
			if errors.Is(pass(ctx, b), locks.ErrBrokenBarrier) {
				brokenAgain++
			}
			return nil
		})
		waittest.Equal(t, "broken, broken again", []int{broken, brokenAgain}, []int{parties / 2, 0})
		idle(t, b, false)
	})
}

// BarrierTests.test_reset_barrier_while_tasks_waiting.
func TestBarrierResetWhileWaiting(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(parties)
		must(b.Reset(ctx))
		idle(t, b, false)
		broken := 0
		for range parties - 1 {
			tasks.Go(ctx, func(ctx context.Context) error {
				if errors.Is(pass(ctx, b), locks.ErrBrokenBarrier) {
					broken++
				}
				return nil
			})
		}
		waittest.Turns(ctx, 1)
		must(b.Reset(ctx))
		waittest.Equal(t, "waiting while they leave", b.Waiting(), 0)
		must(b.Reset(ctx)) // changes nothing
		waittest.Turns(ctx, parties)
		waittest.Equal(t, "broken", broken, parties-1)
		idle(t, b, false)
		gather(t, ctx, parties, func(ctx context.Context) error { return pass(ctx, b) })
	})
}

// BarrierTests.test_abort_barrier_when_tasks_half_draining_half_blocking: an abort
// breaks every wait, now and later, until a reset.
func TestBarrierAbortHalfDrainingHalfBlocking(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(parties)
		broken, brokenAgain, count := 0, 0, 0
		gather(t, ctx, parties, func(ctx context.Context) error {
			if errors.Is(pass(ctx, b), locks.ErrBrokenBarrier) {
				broken++
				return nil
			}
			count++
			if count > parties/2 {
				return b.Abort(ctx)
			}
			if errors.Is(pass(ctx, b), locks.ErrBrokenBarrier) {
				brokenAgain++
			}
			return nil
		})
		waittest.Equal(t, "broken, broken again", []int{broken, brokenAgain},
			[]int{parties / 2, parties - parties/2 - 1})
		idle(t, b, true)
		waittest.Is(t, "Wait later", pass(ctx, b), locks.ErrBrokenBarrier)
		must(b.Reset(ctx))
		idle(t, b, false)
		gather(t, ctx, parties, func(ctx context.Context) error { return pass(ctx, b) })
	})
}

// BarrierTests.test_abort_barrier_when_exception_then_resetting.
func TestBarrierAbortThenReset(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b1, b2 := locks.NewBarrier(parties), locks.NewBarrier(parties)
		passed, broken, after := 0, 0, 0
		gather(t, ctx, parties, func(ctx context.Context) error {
			i, err := b1.Wait(ctx)
			if err == nil && i == parties/2 {
				must(b1.Abort(ctx))
			} else if err == nil {
				if err = pass(ctx, b1); err == nil {
					passed++
				}
			}
			if errors.Is(err, locks.ErrBrokenBarrier) {
				broken++
			}
			i, err = b2.Wait(ctx)
			must(err)
			if i == parties/2 {
				must(b1.Reset(ctx))
			}
			must(pass(ctx, b2))
			must(pass(ctx, b1))
			after++
			return nil
		})
		waittest.Equal(t, "passed, broken, after", []int{passed, broken, after}, []int{0, parties - 1, parties})
		idle(t, b1, false)
	})
}

// A task that comes while the others leave waits for these, and can be cancelled
// meanwhile without harm.
func TestBarrierCancelledWhileBlocking(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		b := locks.NewBarrier(2)
		first := tasks.Go(ctx, func(ctx context.Context) error { return pass(ctx, b) })
		waittest.Turns(ctx, 1)
		late := tasks.Go(ctx, func(ctx context.Context) error { return pass(ctx, b) })
		loopOf(ctx).CallSoon(func() {
			waittest.Equal(t, "waiting while the first is to leave", []int{b.Waiting(), b.Waiters()}, []int{0, 2})
			late.Cancel()
		})
		must(pass(ctx, b)) // wakes the first, which runs after late and the callback
		_, err := late.Await(ctx)
		waittest.Is(t, "the late one", err, futures.ErrCancelled)
		waittest.Is(t, "the first", first.Err(), nil)
		waittest.Equal(t, "waiting, broken", []any{b.Waiting(), b.Broken()}, []any{0, false})
		gather(t, ctx, 2, func(ctx context.Context) error { return pass(ctx, b) })
	})
}
