// Package staggered runs attempts that begin one after the other, and takes the
// first that succeeds (asyncio: staggered.py). It is what RFC 8305, happy eyeballs,
// connects with.
package staggered

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/tasks"
)

// An Attempt returns what it has achieved, or why it has not.
type Attempt[T any] func(ctx context.Context) (T, error)

// Race starts the first attempt, and the next when the last one that was started has
// failed, or delay has passed since. When one succeeds, the others are cancelled, and
// Race returns when they have ended: the result, its index, and the errors of the
// attempts that were started, nil for the one that has won. If none succeeds the index
// is -1.
//
// When ctx ends or its task is cancelled, all attempts are, and Race returns that
// error after they have ended. What one achieves too late is given to discard.
func Race[T any](ctx context.Context, attempts []Attempt[T], delay time.Duration, discard func(T)) (v T, winner int, errs []error, err error) {
	r := &race[T]{attempts: attempts, discard: discard, winner: -1}
	defer func() {
		// Those that have not ended are being closed with their loop.
		r.over = true
		if err != nil && r.winner >= 0 {
			discard(r.value)
			v, winner = *new(T), -1
		}
	}()
	err = r.run(ctx, delay)
	return r.value, r.winner, r.errs, err
}

type race[T any] struct {
	attempts []Attempt[T]
	discard  func(T)
	running  []*tasks.Task[struct{}]
	errs     []error // by attempt
	value    T
	winner   int
	over     bool // nobody waits for a result any more
}

// run returns why the race was given up, if it was.
func (r *race[T]) run(ctx context.Context, delay time.Duration) error {
	l := eventloop.FromContext(ctx)
	var last *tasks.Task[struct{}] // that was started
	var since time.Duration
	for r.winner < 0 {
		more := len(r.errs) < len(r.attempts)
		if more && (last == nil || last.Done() || l.Time()-since >= delay) {
			last, since = r.start(ctx), l.Time()
			continue
		}
		r.forget()
		if len(r.running) == 0 {
			return nil
		}
		timeout := tasks.NoTimeout
		if more {
			timeout = delay - (l.Time() - since)
		}
		if _, _, err := tasks.Wait(ctx, r.running, tasks.FirstCompleted, timeout); err != nil {
			r.over = true
			r.cancel(ctx)
			return err
		}
	}
	return r.cancel(ctx)
}

// start starts the next attempt.
func (r *race[T]) start(ctx context.Context) *tasks.Task[struct{}] {
	i := len(r.errs)
	r.errs = append(r.errs, nil)
	t := tasks.Go(ctx, func(ctx context.Context) error {
		// The result is kept here rather than the task's: a task that is cancelled
		// in its last step loses its own.
		defer func() {
			if p := recover(); p != nil {
				r.errs[i] = coro.NewPanicError(p)
			}
		}()
		v, err := r.attempts[i](ctx)
		switch {
		case err != nil:
			r.errs[i] = err
		case r.over || r.winner >= 0:
			r.discard(v)
		default:
			r.value, r.winner = v, i
		}
		return nil
	})
	r.running = append(r.running, t)
	return t
}

// forget drops the attempts that have ended.
func (r *race[T]) forget() {
	running := r.running[:0]
	for _, t := range r.running {
		if !t.Done() {
			running = append(running, t)
		}
	}
	clear(r.running[len(running):])
	r.running = running
}

// cancel cancels what is left and waits until that has ended. It waits on the task's
// own ctx, so that nothing is left behind, and returns the last cancellation that
// came meanwhile.
func (r *race[T]) cancel(ctx context.Context) (err error) {
	for _, t := range r.running {
		t.Cancel()
	}
	for {
		r.forget()
		if len(r.running) == 0 {
			return err
		}
		_, _, e := tasks.Wait(coro.Own(ctx), r.running, tasks.AllCompleted, tasks.NoTimeout)
		if e == coro.ErrClosed {
			return e
		}
		if e != nil {
			err = e
			for _, t := range r.running {
				t.Cancel()
			}
		}
	}
}
