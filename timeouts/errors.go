package timeouts

import (
	"context"
	"errors"

	"github.com/goasyncio/asyncio/coro"
)

var (
	// ErrState is returned by a call that a timeout is not in the state for:
	// one entered twice, or rescheduled before it is entered or after it has
	// expired or ended.
	ErrState = errors.New("asyncio: timeout is not active; enter each once, and reschedule it only inside")

	// ErrNoTask is returned when a timeout is entered outside a task. It is
	// [coro.ErrNoTask].
	ErrNoTask = coro.ErrNoTask
)

// A TimeoutError is returned when a timeout has expired (asyncio: TimeoutError).
// It is context.DeadlineExceeded for errors.Is. It does not wrap the
// cancellation that it came from, so it does not count as cancelled.
type TimeoutError struct{}

func (*TimeoutError) Error() string { return "asyncio: timeout" }

// Is makes the error a context.DeadlineExceeded.
func (*TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout says yes, as a net.Error does.
func (*TimeoutError) Timeout() bool { return true }

// Temporary says yes, as a net.Error does.
func (*TimeoutError) Temporary() bool { return true }
