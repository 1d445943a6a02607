package locks

import (
	"context"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A Lock is held by one at a time (asyncio: Lock). Its zero value is unlocked.
type Lock struct {
	line   waitq.Line
	home   waitq.Home
	holder *coro.Context // of the task that acquired it, for reports alone
	locked bool
}

// Acquire waits until the lock is free and takes it. It returns at once if the
// lock is free and nobody waits for it.
func (l *Lock) Acquire(ctx context.Context) error {
	co := coro.Running(ctx)
	if co == nil {
		if err := coro.Check(ctx); err != nil {
			return err
		}
	}
	if !l.TryAcquire() {
		w, err := l.line.Join(ctx, &l.home, l)
		if err != nil {
			return err
		}
		if co == nil {
			err = coro.Await(ctx, w)
		} else if co.Suspend(w) != nil { // written out here, see there
			err = co.Thrown()
		}
		l.line.Leave(w)
		if err != nil {
			// A lock that is free must have a waiter on its way to it, if
			// there is any: it may have been this one.
			if !l.locked {
				l.line.WakeFirst()
			}
			return err
		}
		l.locked = true
	}
	l.holder = coro.Own(ctx)
	return nil
}

// TryAcquire takes the lock if it is free and nobody waits for it, and reports
// whether it did.
func (l *Lock) TryAcquire() bool {
	if l.locked || l.line.Live() {
		return false
	}
	l.locked = true
	return true
}

// Release frees the lock and wakes the first who waits for it. It returns
// [ErrNotAcquired] if the lock is not locked. Any task may release it.
func (l *Lock) Release() error {
	if !l.locked {
		return ErrNotAcquired
	}
	l.locked = false
	l.holder = nil
	l.line.WakeFirst()
	return nil
}

// Locked reports whether the lock is held. Between a Release and the run of the
// task that it woke, it is not.
func (l *Lock) Locked() bool { return l.locked }

// With calls fn with the lock held, and releases it, even if fn panics (asyncio:
// async with). It returns the error of Acquire, or else what fn returns, or
// [ErrNotAcquired] if fn has released the lock itself.
func (l *Lock) With(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	if fn == nil {
		panic("asyncio: With of a nil function")
	}
	if err := l.Acquire(ctx); err != nil {
		return err
	}
	defer func() { err = join(err, l.Release()) }()
	return fn(ctx)
}

// String describes the lock in reports, and says which task has acquired it.
func (l *Lock) String() string {
	state := "that is free"
	if l.locked {
		state = "that is held"
	}
	if l.holder != nil {
		if s, ok := l.holder.Driver().(fmt.Stringer); ok {
			state = "held by " + s.String()
		}
	}
	return fmt.Sprintf("a lock %s (%s)", state, waiting(&l.line))
}

// Explain implements [waits.Explainer].
func (l *Lock) Explain() waits.Reason {
	r := waits.Reason{Kind: "lock", Object: l, Holder: l.holder, Line: l.line.All()}
	switch {
	case !l.locked:
		r.State = "free" // and the first in line is about to take it
	case l.holder == nil:
		r.State = "held" // by TryAcquire
	}
	return r
}

// waiting says how many stand in a line.
func waiting(l *waitq.Line) string { return fmt.Sprintf("%d waiting", l.Len()) }
