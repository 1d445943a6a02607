package futures

import "github.com/goasyncio/asyncio/internal/future"

var (
	// ErrCancelled is what every cancellation is, for errors.Is.
	ErrCancelled = future.ErrCancelled

	// ErrInvalidState is returned when a future is not in the state that a
	// call needs: asked for its outcome while pending, or given a second one
	// (asyncio: InvalidStateError).
	ErrInvalidState = future.ErrInvalidState
)

// A CancelledError is what an await returns in a task that is cancelled, and
// the outcome of a cancelled future (asyncio: CancelledError). It is
// [ErrCancelled] and context.Canceled for errors.Is.
//
//	type CancelledError struct {
//		Msg string // the message given to Cancel, if any
//		Err error  // what led to the cancellation, if it is known
//	}
type CancelledError = future.CancelledError

// IsCancelled reports whether err says that its task was cancelled, so that it
// is to be passed on after cleaning up. It follows single Unwraps to a
// [*CancelledError], not into groups of errors nor into a panic's value.
func IsCancelled(err error) bool { return future.IsCancelled(err) }
