package future

import (
	"context"
	"errors"

	"github.com/goasyncio/asyncio/coro"
)

var (
	ErrCancelled    = errors.New("asyncio: cancelled")
	ErrInvalidState = errors.New("asyncio: future is not done; await it, or ask Done first")
	ErrAlreadyDone  = &stateError{"asyncio: future is already done; set its outcome once, or ask Done first"}
)

// stateError is an ErrInvalidState with a text of its own.
type stateError struct{ text string }

func (e *stateError) Error() string        { return e.text }
func (e *stateError) Is(target error) bool { return target == ErrInvalidState }

// CancelledError is documented in package futures.
type CancelledError struct {
	Msg string
	Err error
}

func (e *CancelledError) Error() string {
	if e.Msg == "" {
		return ErrCancelled.Error()
	}
	return ErrCancelled.Error() + ": " + e.Msg
}

func (e *CancelledError) Is(target error) bool {
	return target == ErrCancelled || target == context.Canceled
}

func (e *CancelledError) Unwrap() error { return e.Err }

// A ScopeError is the cancellation by a scope (package scopes), in contrast to that
// of a task or future. It is as good as a [CancelledError] for errors.Is and
// errors.As, and wherever the question is whether to go on; but a request to
// cancel the task is not answered by it, nor does a timeout take it for its own.
type ScopeError struct {
	Cause error // nil for none
}

func (e *ScopeError) Error() string {
	if e.Cause == nil {
		return "asyncio: cancelled by a scope"
	}
	return "asyncio: cancelled by a scope: " + e.Cause.Error()
}

func (e *ScopeError) Is(target error) bool {
	return target == ErrCancelled || target == context.Canceled
}

func (e *ScopeError) As(target any) bool {
	c, ok := target.(**CancelledError)
	if ok {
		*c = &CancelledError{Err: e.Cause}
	}
	return ok
}

func (e *ScopeError) Unwrap() error { return e.Cause }

// IsScoped reports whether err is the cancellation by a scope, or, with bare, a
// bare context.Canceled.
func IsScoped(err error, bare bool) bool {
	found := find(err, bare)
	_, asked := found.(*CancelledError)
	return found != nil && !asked
}

// find returns the first cancellation in err's chain of single Unwraps, nil for
// none. A panic ends the chain: panic(context.Canceled) is a bug and not a
// cancellation. With bare, a bare context.Canceled is a cancellation as well.
func find(err error, bare bool) error {
	for err != nil {
		switch err.(type) {
		case *CancelledError, *ScopeError:
			return err
		case *coro.PanicError:
			return nil
		}
		if bare && err == context.Canceled {
			return err
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return nil
		}
		err = u.Unwrap()
	}
	return nil
}

// CauseOf returns what led to the cancellation that err is, if that is known.
func CauseOf(err error) error {
	switch c := find(err, false).(type) {
	case *CancelledError:
		return c.Err
	case *ScopeError:
		return c.Cause
	}
	return nil
}

// MessageOf returns the message of the cancellation that err is.
func MessageOf(err error) string {
	if c, ok := find(err, false).(*CancelledError); ok {
		return c.Msg
	}
	return ""
}

// IsCancelled reports whether err says that its task was cancelled.
func IsCancelled(err error) bool { return find(err, false) != nil }

// IsCancelledIn is IsCancelled for an error that came out of a task which has
// been asked to cancel: then a bare context.Canceled counts as well, because
// that is what libraries make of a closed ctx.
func IsCancelledIn(err error, cancelling bool) bool { return find(err, cancelling) != nil }
