// Package coro holds coroutines: functions that can be suspended in the
// middle and resumed later, as Python's coroutine objects (PEP 342, PEP 492).
//
// # A coroutine is an iterator that yields what it waits for
//
// In Python, await is a yield: the coroutine hands the thing it waits for to
// whoever drives it, and sleeps until it is sent a value or an error is
// thrown into it. A Go range-over-func iterator can do the same. A [Seq] is an
// iter.Seq of [Awaitable] values, and [iter.Pull] steps it: each call of next
// runs the body up to its next yield.
//
//	countdown := func(yield func(coro.Awaitable) bool) {
//		for n := 3; n > 0; n-- {
//			fmt.Println(n)
//			yield(nil) // a bare yield: give way once
//		}
//	}
//	c := coro.FromSeq(countdown)
//	for _, more := c.Send(); more; _, more = c.Send() {
//	}
//
// [Coroutine.Send] resumes the body, [Coroutine.Throw] makes its yield return
// an error, [Coroutine.Close] ends it. The loop's tasks do just that with what
// a coroutine yields: subscribe to it, and Send again when it is done.
//
// # Generators and functions
//
// A raw generator ([FromSeq]) sees errors thrown into it as a yield that
// returns false; [Wait] tells which error. A function made a coroutine by
// [New] suspends itself with [Coroutine.Yield], from any depth of calls,
// because a suspended coroutine is a parked stack.
//
// # What a stack costs
//
// A coroutine takes its stack when it is first resumed and gives it back when
// its body ends; a [Pool] keeps such stacks for the next coroutine. One
// dropped while it is suspended would keep its stack for ever, so each
// coroutine that was started must run to its end or be closed.
//
// # Whose stack runs what
//
// Whoever steps a coroutine waits on its own stack until that yields. For a loop that
// is its goroutine's. But a coroutine that is suspended may be the one that steps others:
// see [Host]. Two that take turns need half the switches that way.
//
// # The context of a task
//
// [Context] is how an await finds its task: the ctx that a task's function
// receives is one, and [Await] asks the nearest one in any ctx derived from it
// to suspend the task.
package coro
