package coro

import "iter"

// An Awaitable is what a coroutine yields when it must wait: a future, a task,
// or anything else that becomes done once. A nil Awaitable is the bare yield,
// which gives way for one iteration of the loop.
//
// All methods are for the goroutine of the loop alone.
type Awaitable interface {
	// Done reports whether there is an outcome.
	Done() bool

	// Err returns the outcome's error, nil for success, and marks it as seen.
	// It is an error to ask before Done.
	Err() error

	// Cancel asks the awaitable to end early and reports whether it may.
	Cancel(msg ...string) bool

	// Subscribe puts w on the ready queue once the awaitable is done, at
	// once if it is done already. Values of w must be comparable.
	Subscribe(w Runnable)

	// Unsubscribe takes back every Subscribe of w that has not come true.
	Unsubscribe(w Runnable) int

	// Scheduler is the loop that the awaitable belongs to.
	Scheduler() Scheduler
}

// A CauseCanceler is an [Awaitable] that keeps what led to its cancellation: the
// errors that come of it, and what it cancels in its turn, are to have cause.
type CauseCanceler interface {
	CancelCause(cause error, msg ...string) bool
}

// Cancel asks a to end early, as its method does, and tells it the cause if there
// is one and a is a [CauseCanceler].
func Cancel(a Awaitable, cause error, msg ...string) bool {
	if cause != nil {
		if c, ok := a.(CauseCanceler); ok {
			return c.CancelCause(cause, msg...)
		}
	}
	return a.Cancel(msg...)
}

// A Runnable stands in a loop's ready queue.
type Runnable interface{ Run() }

// A Stepper is a Runnable whose Run resumes a coroutine. Begin and End are what Run
// does before and after, so that a loop can resume the coroutine in its own frame:
// each frame between a loop and its coroutines is one more return that the processor
// does not predict when the stacks have switched.
type Stepper interface {
	Runnable

	// Suspended reports whether the coroutine has started, and is suspended.
	Suspended() bool

	// Begin returns the coroutine, which is suspended, and what to resume it with;
	// no coroutine if Begin has done all that Run does.
	Begin() (*Coroutine, error)

	// End is told what the coroutine has yielded.
	End(a Awaitable)
}

// A Scheduler runs what is ready, in order: an event loop, as far as
// coroutines and futures need to know it.
type Scheduler interface {
	// Ready puts r at the end of the ready queue.
	Ready(r Runnable)

	// Turn says whose turn it is, and has the Scheduler itself.
	Turn() *Turn
}

// Seq is a generator-based coroutine: an iterator over what it waits for.
type Seq = iter.Seq[Awaitable]
