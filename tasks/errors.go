package tasks

import (
	"errors"
	"fmt"
)

var (
	// ErrSelfAwait is, for errors.Is, the error thrown into a task that awaits
	// itself.
	ErrSelfAwait = errors.New("asyncio: a task cannot await itself")

	// ErrNoOutcomeSetter is returned by SetResult and SetError of a task.
	ErrNoOutcomeSetter = errors.New("asyncio: a task's outcome is what its function returns; use a Future to set one")

	// ErrReused is returned by the second Await of a coroutine object.
	ErrReused = errors.New("asyncio: cannot await a coroutine twice; make it a task to await it more than once")

	// ErrNothingToWaitFor is returned by Wait without futures.
	ErrNothingToWaitFor = errors.New("asyncio: Wait needs at least one future")
)

// selfAwaitError is an ErrSelfAwait that names the task.
type selfAwaitError struct{ task string }

func (e *selfAwaitError) Error() string {
	return fmt.Sprintf("asyncio: a task cannot await itself: %[1]s awaits %[1]s", e.task)
}

func (e *selfAwaitError) Is(target error) bool { return target == ErrSelfAwait }

// A WrongTaskError is returned by an await on the ctx of a task that is not the
// one running: a task must await with the ctx that its own function received.
type WrongTaskError struct {
	Owner   string // the task that the ctx belongs to
	Running string // the task that used it; empty for none
}

func (e *WrongTaskError) Error() string {
	if e.Running == "" {
		return fmt.Sprintf("asyncio: await with the ctx of %s, which is not running; use the ctx of the task that awaits", e.Owner)
	}
	return fmt.Sprintf("asyncio: await in %s with the ctx of %s; use the ctx that the running task's function received", e.Running, e.Owner)
}
