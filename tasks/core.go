package tasks

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// core is the untyped part of a [Task]: everything but the function's result.
//
// It is always in one of three states. It is suspended, and subscribed to
// waiter. Or it stands in the ready queue, once, with waiter set if that has
// become done, else with throw as what its await is to return. Or it runs.
type core struct {
	// What each step looks at comes first: with many tasks a step costs what the
	// processor's cache misses of it.
	loop       *eventloop.Loop
	waiter     coro.Awaitable // asyncio: _fut_waiter
	since      time.Duration  // when that wait began, or the task was created
	throw      error
	number     int32  // names the task if it has no name
	cancels    int32  // asyncio: _num_cancels_requested
	id         uint32 // tells the tasks of a loop apart
	mustCancel bool   // asyncio: _must_cancel
	passing    bool   // a request to cancel on to the waiter
	co         coro.Coroutine
	ctx        coro.Context

	fut    future.Core
	node   taskset.Node
	self   coro.Awaitable         // the Task around this core, an Any
	passed *future.CancelledError // the last request that the waiter accepted
	name   *string                // nil for a task that has a number
}

// init makes a task of body and schedules its first step.
func (t *core) init(ctx context.Context, self Any, body coro.Body, o options) {
	turn := coro.TurnOf(ctx)
	t.loop = turn.Scheduler.(*eventloop.Loop)
	t.self = self
	t.fut.BindNew(turn)
	set := t.loop.Tasks()
	if t.loop.Debug() {
		t.ctx.Init(ctx, t, &t.co, nil) // each await is to be checked
	} else {
		t.ctx.Init(ctx, t, &t.co, &set.Turn)
	}
	t.node.Member = t
	t.id = set.NextID()
	t.since = set.Now
	if o.name != "" {
		name := o.name // which escapes, where the options need not
		t.name = &name
	} else {
		t.number = int32(set.NextName())
	}
	if set.Labels || set.Spans != nil {
		set.Dress(t, ctx)
		if set.Labels {
			body = labelled{body, t}
		}
	}
	t.co.Init(body, set.Pool)
	if set.Pool.Next == nil {
		set.Pool.Next = handOver(t.loop)
	}
	switch {
	case t.loop.IsClosed():
		t.co.Close()
		t.fut.Finish(eventloop.ErrLoopClosed, t)
		return
	case o.eager(set.Eager) && t.loop.IsRunning():
		t.eagerStart(set)
	default:
		t.loop.Ready(t)
	}
	if !t.fut.Done() {
		set.Add(&t.node)
	}
	if set.Created != nil {
		set.Created(self)
	}
}

// eagerStart takes the first step now, within the step of the creator
// (asyncio: __eager_start).
func (t *core) eagerStart(set *taskset.Set) {
	creator := set.Current
	set.EnterEager(t)
	var region *trace.Region
	if set.Spans != nil {
		region = trace.StartRegion(&t.ctx, "step")
	}
	defer func() {
		set.LeaveEager()
		set.Current = creator
		if t.co.Done() {
			t.Died() // if it did: the creator's stack is unwound too
		}
	}()
	set.Current = &t.ctx
	a, _ := t.co.Send()
	if region != nil {
		region.End()
	}
	t.stepResult(a)
	if region != nil && !t.fut.Done() {
		set.Spans.Suspended(t)
	}
}

// labelled is the body of a task whose goroutine gets the pprof labels of its ctx.
type labelled struct {
	body coro.Body
	t    *core
}

// Body implements [coro.Body].
func (l labelled) Body(c *coro.Coroutine) error {
	pprof.SetGoroutineLabels(&l.t.ctx)
	return l.body.Body(c)
}

// Scheduler implements [coro.Driver].
func (t *core) Scheduler() coro.Scheduler { return t.loop }

// String returns the task's name.
func (t *core) String() string { return t.Label().String() }
