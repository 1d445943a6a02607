package eventloop

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrLoopClosed is returned by calls on a loop that was closed.
	ErrLoopClosed = errors.New("asyncio: the event loop is closed; start a new one with Run")

	// ErrLoopRunning is returned by calls that need a loop which is not
	// running, among them Run from inside a task.
	ErrLoopRunning = errors.New("asyncio: the event loop is running; inside a task, await instead")

	// ErrLoopStopped is returned by [Loop.RunUntilComplete] if Stop was called
	// before the future was done.
	ErrLoopStopped = errors.New("asyncio: the event loop was stopped before the future was done")

	// ErrForeignLoop is thrown into a task that awaits a future of another
	// loop.
	ErrForeignLoop = errors.New("asyncio: the future belongs to another event loop; await it there and post the result with CallSoonThreadsafe")
)

// A DeadlockError says that a loop cannot go on: tasks wait, nothing is ready,
// there is no timer, and nothing outside is known that might wake the loop.
type DeadlockError struct {
	Waiting []string // a line for each task: its name and what it waits for
}

func (e *DeadlockError) Error() string {
	return fmt.Sprintf("asyncio: deadlock: %d tasks wait, and nothing can wake them:\n\t%s\n"+
		"If something outside the loop will, hold the loop with Loop.Hold meanwhile.",
		len(e.Waiting), strings.Join(e.Waiting, "\n\t"))
}
