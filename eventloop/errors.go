package eventloop

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goasyncio/asyncio/graph"
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
	Graph *graph.Graph // who waits for whom
}

// Waiting returns a line for each task: its name and what it waits for.
func (e *DeadlockError) Waiting() []string {
	var lines []string
	if e.Graph == nil {
		return nil
	}
	for _, t := range e.Graph.Tasks {
		switch t.State {
		case graph.Waiting:
			lines = append(lines, t.Name+" waits for "+e.Graph.Text(t.Waits))
		case graph.Done:
		default:
			lines = append(lines, t.Name+" is "+string(t.State))
		}
	}
	return lines
}

func (e *DeadlockError) Error() string {
	lines := e.Waiting()
	var b strings.Builder
	if len(lines) == 1 {
		b.WriteString("asyncio: deadlock: a task waits, and nothing can wake it:\n")
	} else {
		fmt.Fprintf(&b, "asyncio: deadlock: %d tasks wait, and nothing can wake them:\n", len(lines))
	}
	if e.Graph != nil {
		for _, c := range e.Graph.Cycles() {
			fmt.Fprintf(&b, "\tcycle: %s\n", e.Graph.CycleText(c))
		}
	}
	for _, line := range lines {
		fmt.Fprintf(&b, "\t%s\n", line)
	}
	b.WriteString("If something outside the loop will, hold the loop with Loop.Hold meanwhile.")
	return b.String()
}
