package eventloop

// The iteration of a loop that somebody watches: the watchdog, or runtime/trace.
// What this costs is paid only then.

import (
	"reflect"
	"runtime"
	"runtime/trace"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/frames"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// observe reports whether the iteration that begins is to be observed.
func (l *Loop) observe() bool {
	if on := trace.IsEnabled(); on != (l.tasks.Spans != nil) {
		l.tasks.Trace(on)
	}
	return l.watchdog != nil || l.tasks.Spans != nil
}

// runObserved is the inner loop of runReady with a look before and after each
// callback. Stacks are not handed over meanwhile, so that each step of a task is
// a callback of its own.
func (l *Loop) runObserved() {
	for l.todo > 0 {
		l.todo--
		r := l.next()
		l.begin(r)
		r.Run()
		l.end()
	}
}

// begin is called before a callback runs.
func (l *Loop) begin(r coro.Runnable) {
	s := subjectOf(r)
	if spans := l.tasks.Spans; spans != nil {
		if s.task != nil {
			l.tasks.Begin(s.task)
		} else {
			spans.BeginCallback(s.name())
		}
	}
	if l.watchdog != nil {
		l.watchdog.begin(s)
	}
}

// end is called when the callback has returned or panicked.
func (l *Loop) end() {
	if l.watchdog != nil {
		l.watchdog.end()
	}
	if l.tasks.Spans != nil {
		l.tasks.Spans.End()
	}
}

// unobserve is called at the end of a run, which may be in the middle of a step.
func (l *Loop) unobserve() {
	if l.observed {
		l.end()
		l.observed = false
	}
	if l.watchdog != nil {
		l.watchdog.stop()
	}
}

// A subject is what a callback is for. It is looked up before the callback runs,
// so that another goroutine may ask for its name meanwhile.
type subject struct {
	r     coro.Runnable  // what a handle holds, not the handle
	task  taskset.Member // nil if it is not a task's step
	label taskset.Label  // of the task
}

func subjectOf(r coro.Runnable) subject {
	switch h := r.(type) {
	case *TimerHandle:
		r = h.r
	case *Handle:
		r = h.r
	}
	s := subject{r: r}
	if s.task, _ = r.(taskset.Member); s.task != nil {
		s.label = s.task.Label()
	}
	return s
}

// name says what it is, as [Pending] does; but it asks nothing of what belongs to
// the loop's goroutine.
func (s *subject) name() string {
	if s.task != nil {
		return "task " + s.label.String()
	}
	switch r := s.r.(type) {
	case nil:
		return "cancelled"
	case runFunc:
		return funcName(r)
	}
	return typeName(reflect.TypeOf(s.r))
}

// created returns where the task was created, in debug mode.
func (s *subject) created() []runtime.Frame { return frames.User(s.label.Site) }

// A Step is what a loop runs at one moment.
type Step struct {
	Name    string          // as in [Pending]; empty if nothing watches the loop
	Running time.Duration   // how long it has taken so far; zero if nothing watches the loop
	Stack   string          // of the goroutine, less the frames of this module
	Created []runtime.Frame // where the task was created, innermost first, in debug mode
}
