package taskset

// How tasks appear in profiles, and in the traces of runtime/trace.

import (
	"context"
	"runtime/pprof"
	"runtime/trace"

	"github.com/goasyncio/asyncio/coro"
)

// Spans is what a loop keeps while runtime/trace is tracing: each task is a task
// of the trace, each of its steps a region in it, and what it waits for then is
// logged there.
type Spans struct {
	tasks  map[*coro.Context]*trace.Task
	of     Member        // whose step runs, nil for none
	over   bool          // which has ended in it
	region *trace.Region // of that, or of a callback; nil if nothing runs
}

// Trace says whether runtime/trace is tracing. It must have changed.
func (s *Set) Trace(on bool) {
	s.Spans = nil
	if on {
		s.Spans = &Spans{tasks: make(map[*coro.Context]*trace.Task)}
	}
}

// Dress gives the ctx of m, which was created with creator, what profiles and
// traces know it by. A task that is created with that ctx does not get it. With
// no creator, the task has no parent but what is in the ctx of the loop.
func (s *Set) Dress(m Member, creator context.Context) {
	name := m.Label().String()
	m.Own().Decorate(func(ctx context.Context) context.Context {
		if s.Labels {
			ctx = pprof.WithLabels(ctx, pprof.Labels("task", name))
		}
		if s.Spans != nil {
			ctx = s.Spans.add(m, ctx, creator, name)
		}
		return ctx
	})
}

// A stand stands in for the parent of a ctx.
type stand struct{ context.Context }

// add makes m a task of the trace. The ctx returned has the values of ctx.
func (s *Spans) add(m Member, ctx, creator context.Context, name string) context.Context {
	// NewTask looks for the task's parent in its ctx, and keeps that: it must not
	// be the creator's, or a chain of tasks keeps every ancestor alive.
	parent := &stand{ctx}
	if creator != nil {
		parent.Context = creator
	}
	ctx2, task := trace.NewTask(parent, name)
	parent.Context = ctx
	s.tasks[m.Own()] = task
	return ctx2
}

// Begin is called before a step of m.
func (s *Set) Begin(m Member) {
	own := m.Own()
	if s.Spans.tasks[own] == nil {
		s.Dress(m, nil) // it has lived when the trace began
	}
	s.Spans.of = m
	s.Spans.region = trace.StartRegion(own, "step")
}

// BeginCallback is called before a callback that is not a step.
func (s *Spans) BeginCallback(name string) {
	s.region = trace.StartRegion(context.Background(), name)
}

// End is called after a step or callback, on the same goroutine as before it.
func (s *Spans) End() {
	if s.region == nil {
		return
	}
	if s.of != nil && !s.over {
		s.Suspended(s.of)
	}
	s.region.End()
	if s.over {
		s.remove(s.of)
	}
	s.of, s.over, s.region = nil, false, nil
}

// Suspended logs what m waits for.
func (s *Spans) Suspended(m Member) {
	what := m.Awaits()
	if what == "" {
		what = "its next turn"
	}
	trace.Log(m.Own(), "await", what)
}

// Ended is called when m is done. If it is its step that runs, that ends first.
func (s *Spans) Ended(m Member) {
	if s.of == m {
		s.over = true
		return
	}
	s.remove(m)
}

// remove ends the trace's task of m.
func (s *Spans) remove(m Member) {
	if task := s.tasks[m.Own()]; task != nil {
		task.End()
		delete(s.tasks, m.Own())
	}
}
