package oplang

// The errors of programs: how they are made, named and matched.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

var (
	// errUnbound says that an op names a label that is not bound. It never
	// leaves the op.
	errUnbound = errors.New("oplang: label is not bound")

	// errOver is what every op returns once the run is over. No handler
	// matches it, and nothing of it is printed.
	errOver = errors.New("oplang: the run is over")

	// errKey is the error of a name that the program does not define.
	errKey = errors.New("oplang: name is not defined")

	// errAttribute is the error of an op on an object that cannot do it.
	errAttribute = errors.New("oplang: object cannot do this")

	// errType is the error of a with on an object that cannot be acquired.
	errType = errors.New("oplang: object cannot be entered")

	// errDeadlock leaves the loop when nothing can wake it.
	errDeadlock = errors.New("oplang: deadlock")
)

// userError is an error that a program raises: A, B or C.
type userError struct{ kind, msg string }

func (e *userError) Error() string { return e.kind + "(" + quote(e.msg) + ")" }

// newError makes the error that an op names.
func newError(o *op) error {
	switch o.exc {
	case "cancelled":
		return &futures.CancelledError{Msg: o.msg}
	case "timeout":
		return &timeouts.TimeoutError{}
	}
	return &userError{o.exc, o.msg}
}

// errorNames has the names that CPython gives to errors which are printed by
// their name alone. The first that matches counts.
var errorNames = []struct {
	err  error
	name string
}{
	{context.DeadlineExceeded, "TimeoutError"},
	{futures.ErrInvalidState, "InvalidStateError"},
	{tasks.ErrNothingToWaitFor, "ValueError"},
	{tasks.ErrSelfAwait, "RuntimeError"},
	{tasks.ErrNoOutcomeSetter, "RuntimeError"},
	{tasks.ErrReused, "RuntimeError"},
	{timeouts.ErrState, "RuntimeError"},
	{timeouts.ErrNoTask, "RuntimeError"},
	{eventloop.ErrForeignLoop, "RuntimeError"},
	{taskgroups.ErrClosed, "RuntimeError"},
	{locks.ErrNotAcquired, "RuntimeError"},
	{locks.ErrOverReleased, "ValueError"},
	{locks.ErrBrokenBarrier, "BrokenBarrierError"},
	{queues.ErrEmpty, "QueueEmpty"},
	{queues.ErrFull, "QueueFull"},
	{queues.ErrShutDown, "QueueShutDown"},
	{queues.ErrTaskDone, "ValueError"},
	{streams.ErrReaderBusy, "RuntimeError"},
	{streams.ErrNegativeCount, "ValueError"},
	{streams.ErrNoSeparator, "ValueError"},
	{errKey, "KeyError"},
	{errAttribute, "AttributeError"},
	{errType, "TypeError"},
}

// maxGroups is how many groups may stand in one another before they are cut
// short.
const maxGroups = 4

// errorText writes an error.
func errorText(err error) string { return errorIn(err, 1) }

func errorIn(err error, depth int) string {
	switch e := err.(type) {
	case *userError:
		return e.Error()
	case *streams.IncompleteReadError:
		return "IncompleteReadError(" + quoteBytes(e.Partial) + ")"
	case *streams.LimitOverrunError:
		return fmt.Sprintf("LimitOverrunError(%d)", e.Consumed)
	case *streams.LineTooLongError:
		return "ValueError"
	}
	if e := asCancelled(err); e != nil {
		if e.Msg == "" {
			return "CancelledError()"
		}
		return "CancelledError(" + quote(e.Msg) + ")"
	}
	if errs := group(err); errs != nil {
		if depth > maxGroups {
			return "Group[..]"
		}
		texts := make([]string, len(errs))
		for i, e := range errs {
			texts[i] = errorIn(e, depth+1)
		}
		return "Group[" + strings.Join(texts, ",") + "]"
	}
	for _, n := range errorNames {
		if errors.Is(err, n.err) {
			return n.name
		}
	}
	return fmt.Sprintf("?%T(%v)", err, err)
}

// asCancelled returns the cancellation that err is, or nil.
func asCancelled(err error) *futures.CancelledError {
	var e *futures.CancelledError
	if futures.IsCancelled(err) && errors.As(err, &e) {
		return e
	}
	return nil
}

// group returns the errors of a group of errors, nil for any other error.
func group(err error) []error {
	if g, ok := err.(*taskgroups.GroupError); ok {
		return g.Errors
	}
	return nil
}

// matches reports whether a handler for catch handles err. An error within a
// group does not count.
func matches(catch string, err error) bool {
	switch catch {
	case "any":
		return true
	case "cancelled":
		return asCancelled(err) != nil
	case "error":
		return asCancelled(err) == nil
	case "timeout":
		return group(err) == nil && errors.Is(err, context.DeadlineExceeded)
	case "group":
		return group(err) != nil
	}
	e, ok := err.(*userError)
	return ok && e.kind == catch
}
