package tasks

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// Current returns the task that is running on the loop of ctx, nil in a callback
// (asyncio: current_task). It panics if ctx has no loop.
func Current(ctx context.Context) Any {
	if t := running(loopOf(ctx)); t != nil {
		return t.self.(Any)
	}
	return nil
}

// All returns the tasks of the loop of ctx that are not done (asyncio:
// all_tasks): in the order in which they were created, and then those that are
// in their eager first step, outermost first. It panics if ctx has no loop.
func All(ctx context.Context) []Any { return AllOf(loopOf(ctx)) }

// AllOf returns the tasks of l that are not done, as [All] does.
func AllOf(l *eventloop.Loop) []Any {
	var all []Any
	for m := range l.Tasks().All() {
		all = append(all, m.(*core).self.(Any))
	}
	return all
}

// running returns the task that runs on l, nil for none.
func running(l *eventloop.Loop) *core {
	if c := l.Tasks().Current; c != nil {
		return c.Driver().(*core)
	}
	return nil
}

func loopOf(ctx context.Context) *eventloop.Loop {
	return coro.TurnOf(ctx).Scheduler.(*eventloop.Loop)
}
