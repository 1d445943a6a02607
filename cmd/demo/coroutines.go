package main

// What is stepped: a generator, and a function that can be suspended.

import (
	"errors"

	"github.com/goasyncio/asyncio/coro"
)

var generatorStop = stop{
	name:  "generator",
	title: "A generator, stepped by hand",
	text: `
A coroutine is a function that stops in the middle and goes on later. The
plainest one is a Go iterator over what it waits for: each yield hands that out
and suspends the body.

No loop is needed to step it. Send resumes it up to the next yield; Throw makes
the yield return false, and its error becomes the outcome; Close ends it. A loop
does nothing else with its tasks. Here the generator waits for nothing in
particular: nil is the bare yield, which just gives way.`,
	code: "generator",
	run:  generator,
	read: []ref{
		{"coro/seq.go", "FromSeq", "types.coroutine"},
		{"coro/coroutine.go", "Throw", "generator.send, throw"},
		{"coro/coroutine.go", "Close", "generator.close"},
	},
}

func generator(t *tour) error {
	countdown := func(yield func(coro.Awaitable) bool) {
		for n := 3; n > 0; n-- {
			t.say("%d", n)
			if !yield(nil) {
				t.say("stopped at %d", n)
				return
			}
		}
		t.say("lift-off")
	}

	c := coro.FromSeq(countdown)
	for _, more := c.Send(); more; _, more = c.Send() {
		t.say("  (suspended)")
	}

	c = coro.FromSeq(countdown)
	c.Send()
	c.Throw(errors.New("a cloud in the way"))
	t.say("done: %t, outcome: %v", c.Done(), c.Err())

	c = coro.FromSeq(countdown)
	c.Send()
	t.say("closed: %v, outcome: %v", c.Close(), c.Err())
	return nil
}

var coroutineStop = stop{
	name:  "coroutine",
	title: "A function that can be suspended",
	text: `
A generator can only yield in its own body. Most code is functions that call
functions, so coro.New makes a coroutine of one: Yield suspends it from any
depth of calls, because the whole stack is parked. It returns nil after a Send,
and the error after a Throw.

So nothing is needed on the way down, no async and no await. An await in a task
ends in such a Yield.`,
	code: "coroutine dive",
	run:  coroutine,
	read: []ref{
		{"coro/coroutine.go", "New", "coroutine objects"},
		{"coro/coroutine.go", "Yield", "await, Future.__await__"},
		{"coro/pool.go", "worker", "frames of the interpreter"},
	},
}

func coroutine(t *tour) error {
	c := coro.New(func(c *coro.Coroutine) error {
		t.say("first dive: %v", dive(c, 100))
		t.say("second dive: %v", dive(c, 1000))
		return errors.New("out of air")
	})
	c.Send()
	t.say("suspended 100 calls deep")
	c.Send()
	t.say("suspended 1000 calls deep")
	c.Throw(errors.New("a shark"))
	t.say("outcome: %v", c.Err())
	return nil
}

func dive(c *coro.Coroutine, depth int) error {
	if depth == 0 {
		return c.Yield(nil)
	}
	return dive(c, depth-1)
}
