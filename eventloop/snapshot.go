package eventloop

// A look into the queues, for those who explain a loop or search a fault in one.

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// A Snapshot is what a loop has before it at one moment. It is a copy, and
// stays as it is while the loop goes on.
type Snapshot struct {
	Time   time.Duration // of the loop's clock
	Ready  []Pending     // the ready queue, oldest first
	Timers []Pending     // the timers, in the order in which they will fire
}

// A Pending is a callback that has not run yet.
type Pending struct {
	// Name says what it is, for people to read: "task main" for the next step
	// of a task, the name of a function without the path of its package
	// ("main.tick", "eventloop.(*Loop).Stop"), what a value with a String
	// method says of itself, or else its type ("futures.Callback"). A
	// cancelled one that has let go of its function is called "cancelled".
	Name string

	// When is the time of the loop's clock that a timer is due at, and zero
	// for what is not a timer.
	When time.Duration

	// Cancelled says that the loop will skip it. It keeps its place until
	// then.
	Cancelled bool
}

// Snapshot returns what the loop has before it. It is for the loop's goroutine:
// called from a callback or a task, it shows what is left of the current
// iteration and what has been scheduled since; called from the Select of an
// injected [Selector], what the iteration begins with, before the timers that
// are due have joined the queue. Posts by [Loop.CallSoonThreadsafe] that the
// loop has not taken yet are not in it.
//
// It copies both queues and looks up names: it is not for the hot path.
func (l *Loop) Snapshot() Snapshot {
	if l.debug {
		l.checkGoroutine()
	}
	timers := l.timers.all()
	s := Snapshot{
		Time:   l.clock.Now(),
		Ready:  make([]Pending, l.ready.n),
		Timers: make([]Pending, len(timers)),
	}
	for i := range s.Ready {
		s.Ready[i] = describe(l.ready.buf[(l.ready.head+i)&(len(l.ready.buf)-1)])
	}
	slices.SortFunc(timers, func(a, b timer) int {
		if a.before(&b) {
			return -1
		}
		return 1
	})
	for i, t := range timers {
		s.Timers[i] = describe(t.h)
	}
	return s
}

// describe looks through the handle, if there is one, at what it would call.
func describe(r coro.Runnable) Pending {
	switch r := r.(type) {
	case *TimerHandle:
		p := describe(&r.Handle)
		p.When = r.when
		return p
	case *Handle:
		if r.r == nil {
			return Pending{Name: "cancelled", Cancelled: true}
		}
		return Pending{Name: nameOf(r.r), Cancelled: r.Cancelled()}
	}
	return Pending{Name: nameOf(r)}
}

// nameOf says what r is.
func nameOf(r coro.Runnable) string {
	switch r := r.(type) {
	case runFunc:
		return funcName(r)
	case *stopper:
		return "stop: " + label(r.a) + " is done"
	case taskset.Member:
		return "task " + label(r)
	}
	return label(r)
}

// label is what v calls itself, or else its type.
func label(v any) string {
	if s, ok := v.(fmt.Stringer); ok {
		return s.String()
	}
	return typeName(reflect.TypeOf(v))
}

// typeName returns the name of t with its package.
func typeName(t reflect.Type) string { return strings.TrimPrefix(t.String(), "*") }

// funcName returns the name of a function as the runtime knows it.
func funcName(fn func()) string {
	f := runtime.FuncForPC(reflect.ValueOf(fn).Pointer())
	if f == nil {
		return "func"
	}
	return strings.TrimSuffix(path.Base(f.Name()), "-fm") // the compiler's mark of a method value
}
