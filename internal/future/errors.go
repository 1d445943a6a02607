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

// IsCancelled reports whether err says that its task was cancelled: whether a
// CancelledError stands in its chain of single Unwraps. A panic ends the chain:
// panic(context.Canceled) is a bug and not a cancellation.
func IsCancelled(err error) bool {
	found, _ := cancelledIn(err, false)
	return found
}

// IsCancelledIn is IsCancelled for an error that came out of a task which has
// been asked to cancel: then a bare context.Canceled counts as well, because
// that is what libraries make of a closed ctx.
func IsCancelledIn(err error, cancelling bool) bool {
	found, bare := cancelledIn(err, cancelling)
	return found || bare
}

func cancelledIn(err error, bare bool) (found, canceled bool) {
	for err != nil {
		switch e := err.(type) {
		case *CancelledError:
			return true, false
		case *coro.PanicError:
			return false, false
		default:
			if bare && err == context.Canceled {
				return false, true
			}
			u, ok := e.(interface{ Unwrap() error })
			if !ok {
				return false, false
			}
			err = u.Unwrap()
		}
	}
	return false, false
}
