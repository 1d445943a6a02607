package coro

import (
	"errors"
	"fmt"
	"runtime/debug"
)

var (
	// ErrClosed is what an await returns in a coroutine that is being closed
	// (asyncio: GeneratorExit).
	ErrClosed = errors.New("asyncio: coroutine closed; return from it without awaiting")

	// ErrIgnoredClose is returned by [Coroutine.Close] for a body that went on
	// awaiting after [ErrClosed] and was unwound by force.
	ErrIgnoredClose = errors.New("asyncio: coroutine ignored Close; return when an await gives ErrClosed")

	// ErrGoexit is the outcome of a coroutine whose body called
	// runtime.Goexit, as t.FailNow does.
	ErrGoexit = errors.New("asyncio: coroutine called runtime.Goexit")

	// ErrNoTask is what an await returns on a ctx that has a loop but no task:
	// in a callback, a protocol, or a job on another goroutine.
	ErrNoTask = errors.New("asyncio: await outside a task; create a task for it")
)

// A PanicError is the outcome of a coroutine that panicked.
type PanicError struct {
	Value any    // what it panicked with
	Stack []byte // the stack at that point, as debug.Stack gives it
}

// Error holds the value and the stack of the panic's origin, so that the stack
// survives when the error is raised as a panic again.
func (e *PanicError) Error() string {
	return fmt.Sprintf("asyncio: panic: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns the value of the panic if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// NewPanicError returns the error for a value that recover gave; call it in the
// deferred function, where the stack of the panic is still there.
func NewPanicError(value any) *PanicError {
	if e, ok := value.(*PanicError); ok {
		return e // raised a second time: the first stack is the one to show
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}
