// Package waits holds how the things that tasks wait for explain themselves to
// whoever draws who waits for whom.
package waits

import (
	"iter"
	"time"

	"github.com/goasyncio/asyncio/coro"
)

// An Explainer is an awaitable, or what will complete one, that can say more of
// itself than its String. An awaitable that is not one itself is explained by
// the first of its subscribers that is: the outer future of a shield by what
// follows the inner one.
type Explainer interface{ Explain() Reason }

// A Reason is why a task waits. The sequences are ranged over at once or never,
// on the loop's goroutine, and once for all who wait for the same reason.
type Reason struct {
	// Kind is what the task waits for, in a word or two: "lock", "sleep".
	Kind string

	// Part is what of that, if there is a choice: "room in" a queue.
	Part string

	// Object is the identity of the thing, comparable: those that wait for the
	// same one want the same thing. Nil is one that nobody else can wait for.
	Object any

	// Detail says more of what it is: "of main.fetch".
	Detail string

	// Until is the time of the loop's clock at which a sleep is over.
	Until time.Duration

	// State is what there is to say of the thing at the moment: "3 of 5 done".
	State string

	// Holder is the ctx of the task that has it, if one has.
	Holder *coro.Context

	// Line is those who wait for it, in the order in which they will get it,
	// nil if there is no line.
	Line iter.Seq[coro.Awaitable]

	// On is what must be done before, nil if nothing is known. If Any, one of
	// these is enough.
	On  iter.Seq[coro.Awaitable]
	Any bool
}

// Each ranges over awaitables of one type that are not done.
func Each[A coro.Awaitable](all []A) iter.Seq[coro.Awaitable] {
	return func(yield func(coro.Awaitable) bool) {
		for _, a := range all {
			if !a.Done() && !yield(a) {
				return
			}
		}
	}
}
