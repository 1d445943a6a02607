package asyncio

import (
	"context"
	"io"

	"github.com/goasyncio/asyncio/graph"
)

// A CallGraph is who waits for whom on a loop: its Tasks and the Objects that they
// wait for. WriteTable, WriteTree and WriteTo write it, Cycles finds those who
// wait for each other, and it can be sent as JSON.
type CallGraph = graph.Graph

// CaptureCallGraph returns the graph of the loop of ctx, in a task or a callback
// (asyncio: capture_call_graph).
func CaptureCallGraph(ctx context.Context) *CallGraph { return graph.Capture(ctx) }

// RequestCallGraph asks a loop for its graph from another goroutine, and waits for
// that until ctx ends.
func RequestCallGraph(ctx context.Context, l *Loop) (*CallGraph, error) {
	return graph.Request(ctx, l)
}

// PrintCallGraph writes the stack of the task that is running, and of the tasks
// that wait for it (asyncio: print_call_graph).
func PrintCallGraph(ctx context.Context, w io.Writer) error { return graph.PrintCallGraph(ctx, w) }

// Dump writes every task of the loop of ctx with its stack and what it waits for,
// as a dump of goroutines does, and who waits for each other; see
// [eventloop.Loop.Dump]. ctx may be that of a task, of a callback, or of a function
// on another goroutine.
func Dump(ctx context.Context, w io.Writer) error {
	return RunningLoop(ctx).Dump(ctx, w)
}
