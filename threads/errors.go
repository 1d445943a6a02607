package threads

import (
	"errors"
	"reflect"

	"github.com/goasyncio/asyncio/coro"
)

var (
	// ErrShutdown is the error of a call for the default executor after that
	// was shut down, and of every call while the loop is being closed.
	ErrShutdown = errors.New("asyncio: the executor was shut down; make the call before, or await it in the task that shuts down")

	// ErrWaitInTask is returned by [Job.Wait] for the ctx of a task.
	ErrWaitInTask = errors.New("asyncio: Job.Wait with the ctx of a task would block the loop; use Job.Await in a task, and a plain ctx on another goroutine")
)

// died returns the error of a function that has ended without returning, for
// what recover gave.
func died(value any) error {
	if value == nil {
		return coro.ErrGoexit // recover gives nil for nothing else since Go 1.21
	}
	return coro.NewPanicError(value)
}

// isDeath reports whether err is such an error.
func isDeath(err error) bool {
	_, panicked := err.(*coro.PanicError)
	return panicked || err == coro.ErrGoexit
}

// differ reports whether a and b are certainly not the same error. Not every error
// can be compared.
func differ(a, b error) bool {
	t := reflect.TypeOf(a)
	return t != reflect.TypeOf(b) || t.Kind() == reflect.Pointer && a != b
}
