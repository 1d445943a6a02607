package coro_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A coroutine is an iterator that yields what it waits for. Send resumes it
// until its next yield; nil is a bare yield.
func ExampleFromSeq() {
	countdown := func(yield func(coro.Awaitable) bool) {
		for n := 3; n > 0; n-- {
			fmt.Println(n)
			yield(nil)
		}
	}
	c := coro.FromSeq(countdown)
	for _, more := c.Send(); more; _, more = c.Send() {
		fmt.Println("...")
	}
	// Output:
	// 3
	// ...
	// 2
	// ...
	// 1
	// ...
}

// Two coroutines run in turns: this loop is a scheduler.
func ExampleCoroutine_Send_turns() {
	say := func(words ...string) *coro.Coroutine {
		return coro.New(func(c *coro.Coroutine) error {
			for _, w := range words {
				fmt.Print(w, " ")
				if err := c.Yield(nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	ready := []*coro.Coroutine{say("one", "three", "five"), say("two", "four", "six")}
	for len(ready) > 0 {
		c := ready[0]
		ready = ready[1:]
		if _, more := c.Send(); more {
			ready = append(ready, c)
		}
	}
	// Output: one two three four five six
}

// What is thrown in is what the yield returns. The body may take it and go on.
func ExampleCoroutine_Throw() {
	c := coro.New(func(c *coro.Coroutine) error {
		fmt.Println("first:", c.Yield(nil))
		fmt.Println("second:", c.Yield(nil))
		return errors.New("the body's own")
	})
	c.Send()
	c.Throw(errors.New("stop"))
	c.Send()
	fmt.Println("ended with:", c.Err())
	// Output:
	// first: stop
	// second: <nil>
	// ended with: the body's own
}

// A suspended coroutine is a parked stack. Close gives it back: the body
// returns, and what it has deferred runs.
func ExampleCoroutine_Close() {
	c := coro.New(func(c *coro.Coroutine) error {
		defer fmt.Println("file closed")
		return c.Yield(nil)
	})
	c.Send()
	fmt.Println("Close:", c.Close())
	// Output:
	// file closed
	// Close: <nil>
}

// A body that goes on awaiting while it is closed is unwound in the end.
func ExampleCoroutine_Close_ignored() {
	c := coro.New(func(c *coro.Coroutine) error {
		defer fmt.Println("unwound")
		for {
			_ = c.Yield(nil) // an error that nobody looks at
		}
	})
	c.Send()
	fmt.Println(c.Close())
	// Output:
	// unwound
	// asyncio: coroutine ignored Close; return when an await gives ErrClosed
}

// In a raw generator Wait tells which error was thrown in.
func ExampleWait() {
	c := coro.FromSeq(func(yield func(coro.Awaitable) bool) {
		if err := coro.Wait(yield, nil); err != nil {
			fmt.Println("cleaning up after:", err)
		}
	})
	c.Send()
	c.Throw(errors.New("stop"))
	fmt.Println("ended with:", c.Err())
	// Output:
	// cleaning up after: stop
	// ended with: <nil>
}

// A generator delegates by calling another with its own yield, as Python's yield
// from does. A throw then reaches the inner one, whose cleanup may yield again.
func ExampleFromSeq_delegation() {
	inner := func(yield func(coro.Awaitable) bool) {
		if !yield(nil) {
			fmt.Println("inner: cleaning up")
			yield(nil)
			fmt.Println("inner: clean")
		}
	}
	c := coro.FromSeq(func(yield func(coro.Awaitable) bool) {
		inner(yield)
		fmt.Println("outer: ends")
	})
	c.Send()
	c.Throw(errors.New("stop"))
	c.Send()
	fmt.Println("ended with:", c.Err())
	// Output:
	// inner: cleaning up
	// inner: clean
	// outer: ends
	// ended with: stop
}

// A panic becomes the coroutine's outcome, with the stack of its origin.
func ExamplePanicError() {
	c := coro.New(func(c *coro.Coroutine) error {
		words := strings.Fields("one two")
		fmt.Println(words[len(words)])
		return nil
	})
	c.Send()
	var p *coro.PanicError
	if errors.As(c.Err(), &p) {
		fmt.Println(p.Value)
		fmt.Println("the stack shows where:", strings.Contains(string(p.Stack), "ExamplePanicError"))
	}
	// Output:
	// runtime error: index out of range [2] with length 2
	// the stack shows where: true
}

// A pool keeps the stacks of coroutines that have ended for new ones.
func ExamplePool() {
	pool := coro.NewPool(context.Background())
	defer pool.Close()
	for range 3 {
		var c coro.Coroutine
		c.Init(coro.BodyFunc(func(c *coro.Coroutine) error { return nil }), pool)
		c.Send()
	}
	fmt.Println(pool.Idle(), "stack for three coroutines")
	// Output: 1 stack for three coroutines
}

// In a task, Await suspends it until an awaitable is done; nil gives way once.
func ExampleAwait() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		other := tasks.Go(ctx, func(ctx context.Context) error {
			fmt.Println("other")
			return nil
		})
		fmt.Println("main")
		if err := coro.Await(ctx, nil); err != nil {
			return err
		}
		fmt.Println("main again")
		return coro.Await(ctx, other)
	})
	fmt.Println(err)
	// Output:
	// main
	// other
	// main again
	// <nil>
}
