package eventloop

// How callbacks get into the ready queue and the timer heap.

import (
	"time"

	"github.com/goasyncio/asyncio/coro"
)

// Time returns the time of the loop's clock (asyncio: time).
func (l *Loop) Time() time.Duration { return l.clock.Now() }

// CallSoon arranges for fn to be called in the next iteration (asyncio:
// call_soon). On a closed loop it returns a handle that is cancelled and whose
// Err is [ErrLoopClosed].
func (l *Loop) CallSoon(fn func()) *Handle {
	l.check(fn, "CallSoon")
	h := &Handle{r: runFunc(fn)}
	if l.closed.Load() {
		h.refuse()
		return h
	}
	l.ready.push(h)
	return h
}

// CallLater arranges for fn to be called after d (asyncio: call_later). Even
// when d is zero or negative, fn goes through the timers, and runs behind what
// is ready now. On a closed loop it is as CallSoon.
func (l *Loop) CallLater(d time.Duration, fn func()) *TimerHandle {
	l.check(fn, "CallLater")
	h := new(TimerHandle)
	l.InitTimer(h, after(l.clock.Now(), d), runFunc(fn))
	return h
}

// CallAt arranges for fn to be called at a time of the loop's clock (asyncio:
// call_at). On a closed loop it is as CallSoon.
func (l *Loop) CallAt(when time.Duration, fn func()) *TimerHandle {
	l.check(fn, "CallAt")
	h := new(TimerHandle)
	l.InitTimer(h, when, runFunc(fn))
	return h
}

// InitTimer is CallAt for those who embed the handle in a structure of their
// own. A handle must not be used again while it is scheduled.
func (l *Loop) InitTimer(h *TimerHandle, when time.Duration, r coro.Runnable) {
	*h = TimerHandle{Handle: Handle{r: r}, when: when}
	if l.closed.Load() {
		h.refuse()
		return
	}
	l.timers.push(h)
}

// InitTimerLater is InitTimer with a delay.
func (l *Loop) InitTimerLater(h *TimerHandle, d time.Duration, r coro.Runnable) {
	l.InitTimer(h, after(l.clock.Now(), d), r)
}

// Ready puts r at the end of the ready queue: CallSoon without a handle. It
// implements [coro.Scheduler]. On a closed loop it does nothing.
func (l *Loop) Ready(r coro.Runnable) {
	if l.debug {
		l.checkGoroutine()
	}
	if !l.closed.Load() {
		l.ready.push(r)
	}
}

// Turn implements [coro.Scheduler].
func (l *Loop) Turn() *coro.Turn { return &l.tasks.Turn }

// CallSoonThreadsafe is CallSoon for other goroutines; it wakes the loop
// (asyncio: call_soon_threadsafe). Callbacks posted by one goroutine run in
// order. It returns [ErrLoopClosed] if the loop is closed. The handle may be
// cancelled from any goroutine.
func (l *Loop) CallSoonThreadsafe(fn func()) (*Handle, error) {
	if fn == nil {
		panic("asyncio: CallSoonThreadsafe of a nil function")
	}
	return l.post(runFunc(fn), true)
}

// Hold says that something outside the loop will wake it, so that it does not
// take waiting for a deadlock, nor let virtual time jump. Call release once
// when that is over. Any goroutine may call both.
func (l *Loop) Hold() (release func()) {
	l.holds.Add(1)
	released := false
	return func() {
		l.mu.Lock()
		was := released
		released = true
		l.mu.Unlock()
		if !was {
			l.holds.Add(-1)
			l.nudge()
		}
	}
}

// refuse makes h the handle of a callback that a closed loop did not take.
func (h *Handle) refuse() {
	h.state, h.r = refused, nil
}

// check panics for what is wrong in any loop.
func (l *Loop) check(fn func(), method string) {
	if fn == nil {
		panic("asyncio: " + method + " of a nil function")
	}
	if l.debug {
		l.checkGoroutine()
	}
}
