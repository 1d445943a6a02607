package scopes

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/timeouts"
)

// A Scope is a part of a task that can be cancelled by itself (Trio: CancelScope).
// Its zero value is ready to be entered, once, by [Scope.Do]. Until then it can be
// handed to those who are to cancel it. Its methods are for the loop's goroutine,
// in whatever task or callback.
type Scope struct {
	_ noCopy

	state    state
	shield   bool
	caught   bool
	timed    bool // when holds
	relative bool // when counts from the entry
	when     time.Duration
	timer    interface{ Cancel() } // armed, or nil
	called   *future.ScopeError    // its own cancellation

	// Of one that is or was active:
	loop    *eventloop.Loop
	task    task
	count   int // of the task's requests to cancel when the scope was entered
	ctx     *coro.Context
	end     context.CancelCauseFunc // of what a shield has put between
	waiting coro.Interruptible      // the task, while it waits directly in the scope

	parent  *Scope
	outside context.Context // in place of a parent: a derived ctx

	// What holds in the scope now, see refresh:
	cancelled *future.ScopeError
	reach     context.Context // the outside that is not behind a shield

	first, last *Scope // the scopes within, in the order of their entry
	prev, next  *Scope // among those of the parent
}

type state uint8

const (
	created state = iota
	active
	left
)

// task is what a scope needs of the task that enters it.
type task interface{ Cancelling() int }

// noCopy makes vet find copies of a scope.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// An Option configures a scope.
type Option func(*Scope)

// Shielded makes a scope a shield from the start; see [Scope.SetShield].
func Shielded(s *Scope) { s.shield = true }

// After cancels the scope when d has passed since it was entered, at once if d is
// zero or less, and not at all if it is [timeouts.Never].
func After(d time.Duration) Option {
	return func(s *Scope) { s.timed, s.relative, s.when = d != timeouts.Never, true, d }
}

// At cancels the scope at a time of the loop's clock; see [Scope.SetDeadline].
func At(when time.Duration) Option { return func(s *Scope) { s.SetDeadline(when) } }

// New returns a scope that is to be entered by [Scope.Do].
func New(opts ...Option) *Scope {
	s := new(Scope)
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// Cancel cancels what runs in the scope: each wait in it ends now, and every await
// until the scope is left fails, with an error that is context.Canceled, and
// cause, for errors.Is. nil is no cause. If the scope was not entered yet, its
// function runs, and its first await fails. Cancelling again changes nothing, not
// the cause either.
func (s *Scope) Cancel(cause error) {
	if s.called != nil {
		return
	}
	s.called = &future.ScopeError{Cause: cause}
	s.disarm()
	if s.state == active {
		s.spread()
	}
}

// CancelCalled reports whether the scope was cancelled: by Cancel, or because its
// deadline has passed (Trio: cancel_called).
func (s *Scope) CancelCalled() bool {
	if s.state == active && s.called == nil && s.timed && s.loop.Time() >= s.when {
		s.Cancel(&timeouts.TimeoutError{}) // the loop has been busy
	}
	return s.called != nil
}

// CancelledCaught reports whether the scope is left, and Do has kept a
// cancellation back that was the scope's (Trio: cancelled_caught). A scope that
// was cancelled too late, after its last await, has none to keep back.
func (s *Scope) CancelledCaught() bool { return s.caught }

// Shield reports whether the scope is a shield.
func (s *Scope) Shield() bool { return s.shield }

// SetShield says whether the scope keeps what ends around it from what runs in it:
// cancelled scopes, and derived ctxs that have ended. It does not keep off its own
// Cancel, nor Task.Cancel. The shield may be put up and taken down at any time; if
// there is something to keep off when it is taken down, the waits in the scope
// end now. For the Done channel of the scope's ctx it counts only whether the
// shield is up when the scope is entered: a channel cannot be opened again.
func (s *Scope) SetShield(up bool) {
	if s.shield != up {
		s.shield = up
		if s.state == active {
			s.spread()
		}
	}
}

// Deadline returns the time of the loop's clock at which the scope is cancelled,
// [timeouts.Never] if that is not settled: there is none, or it counts from the
// entry.
func (s *Scope) Deadline() time.Duration {
	if !s.timed || s.relative {
		return timeouts.Never
	}
	return s.when
}

// SetDeadline moves the deadline to another time of the loop's clock,
// [timeouts.Never] for none. A time that has passed cancels the scope at once.
// Nothing takes back a cancellation.
func (s *Scope) SetDeadline(when time.Duration) {
	s.timed, s.relative, s.when = when != timeouts.Never, false, when
	if s.state == active {
		s.arm()
	}
}

// arm sets the timer anew.
func (s *Scope) arm() {
	s.disarm()
	switch {
	case !s.timed || s.called != nil:
	case s.when <= s.loop.Time():
		s.expire()
	default:
		s.timer = s.loop.CallAt(s.when, s.expire)
	}
}

func (s *Scope) disarm() {
	if s.timer != nil {
		s.timer.Cancel()
		s.timer = nil
	}
}

// expire is called when the deadline has passed.
func (s *Scope) expire() {
	s.timer = nil
	s.Cancel(&timeouts.TimeoutError{})
}

// String describes the scope.
func (s *Scope) String() string {
	text := "cancel scope, " + [...]string{"not entered", "active", "left"}[s.state]
	switch {
	case s.called != nil:
		text += ", cancelled"
	case s.shield:
		text += ", a shield"
	}
	if d := s.Deadline(); s.called == nil && d != timeouts.Never {
		text += ", until " + d.String()
	}
	return text
}
