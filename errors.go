package asyncio

import (
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Errors for errors.Is.
var (
	ErrCancelled    = futures.ErrCancelled     // every cancellation; so is context.Canceled
	ErrInvalidState = futures.ErrInvalidState  // a future is not in the state that a call needs
	ErrLoopClosed   = eventloop.ErrLoopClosed  // a call on a loop that was closed
	ErrLoopRunning  = eventloop.ErrLoopRunning // Run inside a task
	ErrInterrupted  = runners.ErrInterrupted   // a keyboard interrupt ended the run
	ErrNoTask       = coro.ErrNoTask           // an await outside a task
)

// Errors for errors.As.
type (
	// A CancelledError is a cancellation, with its message.
	CancelledError = futures.CancelledError
	// A TimeoutError is context.DeadlineExceeded for errors.Is.
	TimeoutError = timeouts.TimeoutError
	// A PanicError is the outcome of a task that panicked, with its stack.
	PanicError = coro.PanicError
	// A DeadlockError says which tasks wait for what when nothing can wake the loop.
	DeadlockError = eventloop.DeadlockError
	// A WrongTaskError is an await with the ctx of another task.
	WrongTaskError = tasks.WrongTaskError
)
