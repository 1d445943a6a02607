package locks

import (
	"errors"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
)

var (
	// ErrNotAcquired is returned by Release of a lock that is not locked, and
	// by Wait and Notify of a condition whose lock is not (asyncio:
	// RuntimeError).
	ErrNotAcquired = errors.New("asyncio: lock is not acquired; acquire it first")

	// ErrOverReleased is returned by Release of a bounded semaphore that has
	// the value it began with (asyncio: ValueError).
	ErrOverReleased = errors.New("asyncio: bounded semaphore released more often than acquired; release once for each Acquire")

	// ErrBrokenBarrier is returned by Wait of a barrier that was aborted, or
	// that was reset while the task waited (asyncio: BrokenBarrierError).
	ErrBrokenBarrier = errors.New("asyncio: barrier is broken; Reset it, and let all parties start over")
)

// join returns the error of a With from that of its function and that of the
// release. The latter is a bug in the function and takes the place of what it
// returned, as an exception does that is raised in __aexit__.
func join(err, release error) error {
	switch {
	case release == nil || errors.Is(err, coro.ErrClosed):
		return err // closed while it waited to get the lock back: no bug
	case err == nil:
		return release
	}
	return fmt.Errorf("%w (in place of: %v)", release, err)
}
