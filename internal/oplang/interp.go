package oplang

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Options are how a program is run.
type Options struct {
	// Iterations puts the number of the loop's iteration before each line.
	Iterations bool

	// Unmodified runs the program on the loop as users have it, with its own
	// clock and its own way to sleep, instead of a virtual clock. It is for a
	// synctest bubble: elsewhere a unit of time is a real second. The program's
	// clock_resolution has no effect then, and iterations are not counted.
	Unmodified bool

	// MaxSteps, if not 0, replaces the program's own cap on executed ops.
	MaxSteps int

	// Observe, if not nil, is called before each line is written, with the
	// loop and the number of its iteration.
	Observe func(l *eventloop.Loop, iteration int, line string)
}

// Run runs a program and writes its trace to w, one event a line. A run that
// ends early, by its cap on steps or by a deadlock, says so in the trace; an
// error is one of w, or a bug of this module. Run leaves no goroutine behind.
func Run(p *Program, w io.Writer, opts Options) error {
	in := &interp{
		prog:      p,
		out:       w,
		opts:      opts,
		maxSteps:  p.options.maxSteps,
		labels:    make(map[string]awaited),
		names:     make(map[awaited]string),
		taskLabel: make(map[*tasks.Task[any]]string),
		uses:      make(map[string]int),
		callbacks: make(map[subscription][]*futures.Callback),
		handles:   make(map[string]handle),
		timeouts:  make(map[string]*timeouts.Timeout),
		groups:    make(map[string]*taskgroups.Group),
		objects:   make(map[string]any),
		variables: make(map[string]int),

		selfAwaited: make(map[awaited]bool),
	}
	if opts.MaxSteps != 0 {
		in.maxSteps = opts.MaxSteps
	}
	in.start()
	in.drive()
	in.over = true // for what runs while the loop is closed
	return errors.Join(in.failed, in.loop.Close())
}

// awaited is a future, a task, or the future of a gather or shield.
type awaited = futures.Like[any]

// interp is one run of a program.
type interp struct {
	prog   *Program
	out    io.Writer
	opts   Options
	failed error // why the run cannot be trusted

	loop  *eventloop.Loop
	world world
	base  context.Context // has the loop and no task

	steps    int
	maxSteps int
	over     bool   // nothing is printed any more, and every op fails
	shutdown bool   // the main task is done
	callback string // the callback of the program that runs

	labels    map[string]awaited
	names     map[awaited]string // the first label of each; for tasks, their name
	recorded  []awaited          // every one of them, in the order of names
	taskLabel map[*tasks.Task[any]]string
	uses      map[string]int // tasks created with a label

	callbacks map[subscription][]*futures.Callback
	handles   map[string]handle
	timeouts  map[string]*timeouts.Timeout
	groups    map[string]*taskgroups.Group
	objects   map[string]any // those that are no futures
	variables map[string]int

	selfAwaited map[awaited]bool // tasks, see checkAwait
}

// start makes the loop and the objects of the program.
func (in *interp) start() {
	opts := []eventloop.Option{eventloop.WithExceptionHandler(in.onError)}
	if in.prog.options.eager {
		opts = append(opts, eventloop.WithEagerTasks())
	}
	if in.opts.Unmodified {
		in.world = bubble{}
		opts = append(opts, eventloop.WithDeadlockError())
	} else {
		v := newVirtual(in)
		in.world = v
		opts = append(opts, eventloop.WithClock(v), eventloop.WithSelector(v))
	}
	in.loop = eventloop.New(opts...)
	in.loop.Tasks().Created = in.created
	in.base = withCell(in.loop.Context(context.Background()), new(cell))
	for _, o := range in.prog.objects {
		o.make(in, o)
	}
}

// drive runs the main task and the shutdown, as asyncio.run does.
func (in *interp) drive() {
	main := tasks.Create(in.base, in.coroutine(in.base, "main"), tasks.WithName("main"), tasks.Eager(false))
	for {
		err := in.loop.RunUntilComplete(main)
		if in.left(err) {
			return
		}
		if err == nil {
			break
		}
		in.emitLoop("stopped")
		if in.step() != nil {
			return
		}
	}
	_ = main.Err() // has been seen: run_until_complete returns it
	in.shutdown = true
	in.emitLoop("main " + statusText(main))
	in.emitLoop("shutdown " + in.liveTasks())
	err := runners.CancelAll(in.loop)
	if in.left(err) {
		return
	}
	if err != nil {
		in.emitLoop("stopped in shutdown")
	}
	if len(tasks.AllOf(in.loop)) > 0 {
		in.emitLoop("leftover " + in.liveTasks())
	}
	for _, f := range in.recorded {
		if f.Core().Unretrieved() {
			in.emitLoop("unretrieved " + in.names[f] + " " + errorText(f.Core().Peek()))
		}
	}
	in.emitLoop("end")
}

// left reports whether the run is over because the loop returned err. A loop
// that was stopped can be run again.
func (in *interp) left(err error) bool {
	var deadlock *eventloop.DeadlockError
	switch {
	case in.over:
		return true
	case err == nil || errors.Is(err, eventloop.ErrLoopStopped):
		return false
	case errors.Is(err, errDeadlock) || errors.As(err, &deadlock):
		in.emitLoop("deadlock " + in.liveTasks())
	default:
		in.fail(err)
	}
	return true
}

// step counts an op that is about to be executed. It returns errOver if the run
// is over.
func (in *interp) step() error {
	if in.over {
		return errOver
	}
	in.steps++
	if in.steps > in.maxSteps {
		return in.abort()
	}
	return nil
}

// abort ends the run at its cap on steps.
func (in *interp) abort() error {
	in.emitLoop("steplimit")
	return in.end()
}

// fail ends the run because of a bug.
func (in *interp) fail(err error) error {
	if in.failed == nil {
		in.failed = err
	}
	return in.end()
}

// end ends the run: what is ready still runs, but fails at once.
func (in *interp) end() error {
	in.over = true
	in.loop.Stop()
	return errOver
}

// onError is the exception handler of the loop.
func (in *interp) onError(_ *eventloop.Loop, e eventloop.Event) {
	if in.over {
		return
	}
	what, err := "other", e.Err
	switch e.Reason {
	case eventloop.ReasonUnretrieved:
		return // its moment depends on the garbage collector
	case eventloop.ReasonCallback:
		what = "callback"
		var p *coro.PanicError
		if errors.As(err, &p) {
			raised, ok := p.Value.(error)
			if _, bug := raised.(runtime.Error); bug || !ok {
				in.fail(fmt.Errorf("oplang: in a callback: %w", p))
				return
			}
			err = raised
		}
	case eventloop.ReasonShield:
		what = "shield " + in.nameOf(e.Source)
	case eventloop.ReasonShutdown:
		what = "shutdown " + in.nameOf(e.Source)
	case eventloop.ReasonOrphan:
		what = "orphan " + in.nameOf(e.Source)
	case eventloop.ReasonTaskPanic, eventloop.ReasonHandler:
		in.fail(e.Err)
		return
	}
	in.emitLoop("error " + what + " " + errorText(err))
}
