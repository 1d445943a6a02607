// Package timeouts limits the time of a part of a task (asyncio: timeouts.py).
//
// [Run] is the usual form. When the time is over, the task is cancelled at the
// await it stands at; the CancelledError travels out of the function, past its
// deferred cleanup, and Run returns it as a [*TimeoutError]. If the task is
// cancelled from outside as well, or a cancel scope around it (package scopes),
// that wins, and the cancellation goes on.
//
// A [Timeout] can be moved or asked while it is active.
package timeouts

import (
	"context"
	"math"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
)

// Never is the delay of a timeout that does not expire.
const Never time.Duration = math.MaxInt64

// Run calls fn with a ctx that is cancelled after d, and returns what fn
// returns, or a [*TimeoutError] if the time was over and fn ended with the
// cancellation. With a d of zero or less, the first await in fn fails.
func Run(ctx context.Context, d time.Duration, fn func(ctx context.Context) error) error {
	return After(ctx, d).Do(ctx, fn)
}

// A Timeout is a limit on the time of one call of [Timeout.Do].
type Timeout struct {
	loop       *eventloop.Loop
	when       time.Duration
	state      state
	task       task
	cancelling int // the task's count when the timeout was entered
	scope      *coro.Context
	timer      interface{ Cancel() } // armed, or nil
}

type state uint8

const (
	created state = iota
	active
	expiring
	expired
	exited
)

// task is what a timeout needs of the task that enters it.
type task interface {
	Cancelling() int
	Uncancel() int
	CancelScope(scope *coro.Context)
	IsCancelled(err error) bool
}

// After returns a timeout that expires d from now, not at all if d is [Never]
// (asyncio: timeout).
func After(ctx context.Context, d time.Duration) *Timeout {
	l := loopOf(ctx)
	when := l.Time() + d
	if d > 0 && when < d {
		when = Never
	}
	return &Timeout{loop: l, when: when}
}

// At returns a timeout that expires at a time of the loop's clock, not at all
// if when is [Never] (asyncio: timeout_at).
func At(ctx context.Context, when time.Duration) *Timeout {
	return &Timeout{loop: loopOf(ctx), when: when}
}

func loopOf(ctx context.Context) *eventloop.Loop {
	return coro.TurnOf(ctx).Scheduler.(*eventloop.Loop)
}

// When returns the time of the loop's clock at which the timeout expires, and
// false if it never does.
func (t *Timeout) When() (time.Duration, bool) { return t.when, t.when != Never }

// Expired reports whether the time was over while the timeout was active.
func (t *Timeout) Expired() bool { return t.state == expiring || t.state == expired }

// Reschedule moves the timeout to another time of the loop's clock, [Never] for
// none; a time that has passed expires it in the next iteration. It returns
// [ErrState] if the timeout is not active.
func (t *Timeout) Reschedule(when time.Duration) error {
	if t.state != active {
		return ErrState
	}
	t.when = when
	t.disarm()
	switch {
	case when == Never:
	case when <= t.loop.Time():
		t.timer = t.loop.CallSoon(t.expire)
	default:
		t.timer = t.loop.CallAt(when, t.expire)
	}
	return nil
}

// Do calls fn within the timeout, once (asyncio: async with), and returns what
// [Run] would. It does not call fn, and returns [ErrState], if the timeout was
// entered before, and [ErrNoTask] outside a task. It panics if fn is nil.
func (t *Timeout) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	if fn == nil {
		panic("asyncio: timeout of a nil function")
	}
	if err := t.enter(ctx); err != nil {
		return err
	}
	returned := false
	defer func() {
		if !returned { // a panic, or runtime.Goexit
			t.exit(nil)
		}
		t.scope.End()
	}()
	err := fn(t.scope)
	returned = true
	return t.exit(err)
}

func (t *Timeout) enter(ctx context.Context) error {
	if t.state != created {
		return ErrState
	}
	c, _ := coro.MustFromContext(ctx)
	tk, ok := c.Driver().(task)
	switch {
	case !ok:
		return ErrNoTask
	case c.Driver().Scheduler() != coro.Scheduler(t.loop):
		return eventloop.ErrForeignLoop
	}
	// With another task's ctx it would cancel that one in the end.
	if err := coro.Check(coro.Own(ctx)); err != nil {
		return err
	}
	t.state = active
	t.task = tk
	t.cancelling = tk.Cancelling()
	t.scope = coro.NewScope(ctx)
	return t.Reschedule(t.when)
}

// exit ends the timeout and returns the error of Do for the error of fn.
func (t *Timeout) exit(err error) error {
	t.disarm()
	if t.state != expiring {
		t.state = exited
		return err
	}
	t.state = expired
	// Asked first, because a bare context.Canceled counts only while the
	// task's count is up.
	cancelled := t.task.IsCancelled(err)
	if t.task.Uncancel() <= t.cancelling && cancelled {
		if l := coro.LevelOf(t.scope); l != nil && future.IsScoped(l.Err(), false) {
			return l.Err() // the cancel scope around the timeout does
		}
		return &TimeoutError{} // nobody else wants the task cancelled
	}
	return err
}

// expire cancels the task when the time is over (asyncio: _on_timeout).
func (t *Timeout) expire() {
	t.timer = nil
	t.state = expiring
	t.task.CancelScope(t.scope)
}

func (t *Timeout) disarm() {
	if t.timer != nil {
		t.timer.Cancel()
		t.timer = nil
	}
}
