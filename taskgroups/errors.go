package taskgroups

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrClosed is what a group that takes no tasks returns for errors.Is: one
	// that has not been entered, that is shutting down, or that is finished.
	ErrClosed = errors.New("asyncio: the task group takes no tasks; create them while it runs")

	// ErrEntered is returned when a group is entered a second time.
	ErrEntered = errors.New("asyncio: the task group was entered before; make a new one for each Do")
)

var (
	errNotEntered = &closedError{"asyncio: the task group has not been entered; create its tasks inside Do"}
	errAborting   = &closedError{"asyncio: the task group is shutting down; return, its tasks are being cancelled"}
	errFinished   = &closedError{"asyncio: the task group is finished; make a new one"}
)

// closedError is an ErrClosed that says why.
type closedError struct{ text string }

func (e *closedError) Error() string        { return e.text }
func (e *closedError) Is(target error) bool { return target == ErrClosed }

// A GroupError holds the errors of a group's tasks, in the order in which they
// came, and then the error of its body (asyncio: ExceptionGroup). errors.Is and
// errors.As look into it. It never counts as a cancellation, whatever it holds.
type GroupError struct{ Errors []error }

// Error lists the errors, those of nested groups indented.
func (e *GroupError) Error() string {
	var b strings.Builder
	if len(e.Errors) == 1 {
		b.WriteString("asyncio: a task group failed:")
	} else {
		fmt.Fprintf(&b, "asyncio: a task group failed with %d errors:", len(e.Errors))
	}
	for _, err := range e.Errors {
		b.WriteString("\n\t")
		b.WriteString(strings.ReplaceAll(err.Error(), "\n", "\n\t"))
	}
	return b.String()
}

// Unwrap returns the errors.
func (e *GroupError) Unwrap() []error { return e.Errors }
