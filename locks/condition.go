package locks

import (
	"context"
	"fmt"
	"math"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A Condition is a lock, and a line of tasks that wait for a change of what the
// lock protects (asyncio: Condition). Its zero value has a lock of its own;
// [NewCondition] makes one that shares a lock with others.
//
// A task acquires the lock, looks, and waits until it likes what it sees:
//
//	err := cond.With(ctx, func(ctx context.Context) error {
//		return cond.WaitFor(ctx, func() bool { return len(items) > 0 })
//	})
//
// Whoever makes a change calls Notify, with the lock held.
type Condition struct {
	line   waitq.Line
	home   waitq.Home
	shared *Lock // nil for own
	own    Lock
	within fmt.Stringer // what it is a part of, nil for itself
}

// NewCondition returns a condition with the lock given, nil for one of its own.
func NewCondition(lock *Lock) *Condition { return &Condition{shared: lock} }

func (c *Condition) lock() *Lock {
	if c.shared != nil {
		return c.shared
	}
	return &c.own
}

// Acquire acquires the lock.
func (c *Condition) Acquire(ctx context.Context) error { return c.lock().Acquire(ctx) }

// TryAcquire takes the lock if it is free and nobody waits for it.
func (c *Condition) TryAcquire() bool { return c.lock().TryAcquire() }

// Release releases the lock.
func (c *Condition) Release() error { return c.lock().Release() }

// Locked reports whether the lock is held.
func (c *Condition) Locked() bool { return c.lock().Locked() }

// With calls fn with the lock held; see [Lock.With].
func (c *Condition) With(ctx context.Context, fn func(ctx context.Context) error) error {
	return c.lock().With(ctx, fn)
}

// Wait releases the lock, waits until it is notified, and acquires the lock
// again. It returns [ErrNotAcquired] if the lock is not held.
//
// Wait always returns with the lock held, also with an error. To get it back it
// waits on, though the task is cancelled or ctx has ended; of several
// cancellations it returns the last.
//
// It may return without a reason: a task that gives up after it was notified
// has another one woken, which is more often than need be. So look again after
// each Wait, as [Condition.WaitFor] does.
func (c *Condition) Wait(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil {
		return err
	}
	if !c.Locked() {
		return ErrNotAcquired
	}
	w, err := c.line.Join(ctx, &c.home, c)
	if err != nil {
		return err
	}
	c.Release()
	err = coro.Await(ctx, w)
	c.line.Leave(w)
	if late := c.reacquire(ctx); late != nil {
		err = late
	}
	if err != nil {
		c.notify(1)
	}
	return err
}

// reacquire acquires the lock on the task's own ctx, which only cancellations
// interrupt. It puts up with these and returns the last.
func (c *Condition) reacquire(ctx context.Context) (cancelled error) {
	own := coro.Own(ctx)
	for {
		err := c.Acquire(own)
		switch {
		case err == nil:
			return cancelled
		case !futures.IsCancelled(err):
			return err // the coroutine is being closed: it cannot wait
		}
		cancelled = err
	}
}

// WaitFor waits until pred returns true (asyncio: wait_for). It calls pred with
// the lock held, first of all at once; if that returns true there is no wait.
// Otherwise it is as [Condition.Wait], also in that it returns with the lock
// held. pred must not await.
func (c *Condition) WaitFor(ctx context.Context, pred func() bool) error {
	if pred == nil {
		panic("asyncio: WaitFor of a nil function")
	}
	if err := coro.Check(ctx); err != nil {
		return err
	}
	for !pred() {
		if err := c.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Notify wakes the first n who wait, or all if there are less. They go on one
// after the other, as each gets the lock, which Notify does not release. It
// returns [ErrNotAcquired] if the lock is not held.
func (c *Condition) Notify(n int) error {
	if !c.Locked() {
		return ErrNotAcquired
	}
	c.notify(n)
	return nil
}

// NotifyAll wakes all who wait; see [Condition.Notify].
func (c *Condition) NotifyAll() error { return c.Notify(math.MaxInt) }

func (c *Condition) notify(n int) {
	for n > 0 && c.line.WakeNext() {
		n--
	}
}

// String describes the condition in reports.
func (c *Condition) String() string {
	if c.within != nil {
		return c.within.String()
	}
	return fmt.Sprintf("a condition (%s)", waiting(&c.line))
}

// Explain implements [waits.Explainer].
func (c *Condition) Explain() waits.Reason {
	r := waits.Reason{Kind: "condition", Object: c, Line: c.line.All()}
	if b, ok := c.within.(*Barrier); ok {
		r.Kind, r.State = "barrier", fmt.Sprintf("%d of %d there", b.Waiting(), b.parties)
	}
	return r
}
