// Package eventloop holds the [Loop]: a queue of callbacks that are ready, a
// heap of timers, and a goroutine that runs them one at a time (asyncio:
// base_events.py and events.py).
//
// # One iteration
//
// The loop repeats one thing, [Loop.RunForever] calls it runOnce: wait until
// something is ready or a timer is due; move the due timers to the end of the
// ready queue; run what is in the queue now, and nothing that is added
// meanwhile. A callback that schedules another one therefore lets everything
// else run in between.
//
// Everything that happens in asyncio is such a callback. A task is one that
// resumes a coroutine until its next await; completing a future puts its
// subscribers on the ready queue; a sleep is a timer that completes a future.
//
// # Order
//
// The ready queue is first in, first out. Timers fire in the order of their
// times, those for one moment in the order of their creation, and go to the
// end of the ready queue, behind what was ready before. A program that does not
// depend on the outside world therefore runs the same way every time.
//
// # Who may call what
//
// A loop belongs to the goroutine that runs it. From others only
// [Loop.CallSoonThreadsafe] and [Loop.Hold] may be called, and what tells of the
// loop: [Loop.Dump], [Loop.Stuck], [Loop.Gone], [Loop.IsRunning] and
// [Loop.IsClosed]. Debug mode checks that.
//
// # To watch a loop
//
// [Loop.Dump] writes what every task is doing, see package graph. [WithDebug] and
// [WithSlowCallbackDuration] warn of what blocks a loop.
// [WithTaskLabels] makes profiles tell tasks apart. While runtime/trace is tracing,
// each task is a task of the trace with its name, a child of the one that created
// it, and each of its steps a region "step" on the loop's goroutine; what it waits
// for after a step is logged in the category "await". Logs and regions that the
// task makes with its ctx belong to it. Other callbacks are regions by themselves.
package eventloop

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/goid"
	"github.com/goasyncio/asyncio/internal/taskset"
	"github.com/goasyncio/asyncio/network"
)

// A Loop is an event loop. Make one with [New], and Close it.
type Loop struct {
	ready  ring         // asyncio: _ready
	timers timers       // asyncio: _scheduled
	todo   int          // what is left of this iteration's snapshot of ready
	turns  int          // iterations that something was ready for
	shy    int          // iterations to go by until a task may be a host
	lent   coro.Stepper // that was the last which may be one

	clock      Clock
	resolution time.Duration
	selector   Selector
	parker     *parker // the selector, unless one was injected
	choose     func(n int) int
	injected   bool // any of clock, selector and choose
	network    network.Network
	files      files

	tasks    taskset.Set
	failures future.Failures
	watches  watchList

	mail   mailbox // from CallSoonThreadsafe; or a watched ctx may have ended
	mu     sync.Mutex
	closed atomic.Bool   // written with mu held
	gone   chan struct{} // closed with it
	holds  atomic.Int64

	expected   atomic.Int64
	extensions []extension // guarded by mu until the loop is closed

	handler       ExceptionHandler
	log           *slog.Logger
	values        context.Context
	deadlockError bool
	deadlocked    bool // and has been reported
	debug         bool
	owner         atomic.Uint64 // the id of the goroutine that runs it

	slow     time.Duration // how long a callback may take, 0 for any time
	watchdog *watchdog     // nil if that is 0
	apart    bool          // injected, or watched: each step has an iteration to itself
	distract bool          // apart, or descriptors are watched: see undistracted
	observed bool          // this iteration runs step by step, see observe.go

	running  atomic.Bool // other goroutines may ask
	stopping bool
}

// New returns a loop that is not running.
func New(opts ...Option) *Loop {
	l := &Loop{gone: make(chan struct{}), values: context.Background(), debug: os.Getenv("ASYNCIO_DEBUG") == "1", slow: -1}
	for _, opt := range opts {
		opt(l)
	}
	if l.clock == nil {
		l.clock = systemClock{time.Now()}
	}
	if l.selector == nil {
		l.parker = newParker()
		l.selector = l.parker
	}
	l.resolution = 1
	if c, ok := l.clock.(interface{ Resolution() time.Duration }); ok {
		l.resolution = max(1, c.Resolution())
	}
	l.mail.init()
	l.tasks.Pool = coro.NewPool(l.values)
	l.tasks.Pool.Host.Suspend = l.hosting()
	if l.debug && l.slow < 0 {
		l.slow = slowCallback
	}
	if l.slow > 0 {
		l.watchdog = &watchdog{l: l, limit: l.slow}
	}
	if l.debug {
		future.Debugging(1)
	}
	l.apart = l.injected || l.watchdog != nil
	l.distracted()
	l.tasks.Pool.Track = l.debug || l.watchdog != nil
	l.tasks.Queued, l.tasks.Scheduler = &l.ready.n, l
	l.tasks.Base = new(coro.Context)
	l.tasks.Base.Init(l.values, loopDriver{l}, nil, nil)
	return l
}

// RunForever runs the loop until [Loop.Stop] is called (asyncio: run_forever).
// It returns nil then, an error of the selector or a [*DeadlockError], and
// [ErrLoopRunning] or [ErrLoopClosed] if it cannot run.
func (l *Loop) RunForever() error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	for {
		if err := l.runOnce(); err != nil {
			return err
		}
		if l.stopping {
			return nil
		}
	}
}

// enter makes the loop run.
func (l *Loop) enter() error {
	switch {
	case l.closed.Load():
		return ErrLoopClosed
	case l.running.Load():
		return ErrLoopRunning
	}
	l.owner.Store(goid.Get())
	l.running.Store(true)
	l.look()
	return nil
}

// leave is deferred, because a task that calls runtime.Goexit takes the
// goroutine of the loop along, in the middle of its step. That task is
// completed here; the loop can then run again to finish the others.
func (l *Loop) leave() {
	defer l.unobserve()
	l.running.Store(false)
	l.stopping = false
	if c := l.tasks.Current; c != nil {
		l.tasks.Current = nil
		c.Driver().(taskset.Member).Died()
	}
}

// RunUntilComplete runs the loop until a is done (asyncio: run_until_complete)
// and returns nil then; the outcome is a's to tell. It returns [ErrLoopStopped]
// if the loop was stopped before, and the errors of [Loop.RunForever].
func (l *Loop) RunUntilComplete(a coro.Awaitable) error {
	switch {
	case l.closed.Load():
		return ErrLoopClosed
	case l.running.Load():
		return ErrLoopRunning
	case a.Scheduler() != coro.Scheduler(l):
		return ErrForeignLoop
	}
	stop := &stopper{l: l, a: a}
	a.Subscribe(stop)
	unwound := true // by runtime.Goexit: the next run is none of this one's business
	defer func() {
		a.Unsubscribe(stop)
		stop.off = unwound
	}()
	err := l.RunForever()
	unwound = false
	if err != nil {
		return err
	}
	if !a.Done() {
		return ErrLoopStopped
	}
	return nil
}

// stopper stops a loop when a future is done (asyncio: _run_until_complete_cb).
type stopper struct {
	l   *Loop
	a   coro.Awaitable
	off bool
}

func (s *stopper) Run() {
	if !s.off {
		s.l.Stop()
	}
}

// Stop makes the loop stop when the current iteration is complete (asyncio:
// stop). If the loop is not running, the next run is one iteration long.
func (l *Loop) Stop() { l.stopping = true }

// IsRunning reports whether the loop is running. Any goroutine may ask.
func (l *Loop) IsRunning() bool { return l.running.Load() }

// IsClosed reports whether Close was called. Any goroutine may ask.
func (l *Loop) IsClosed() bool { return l.closed.Load() }

// Gone returns a channel that is closed by Close, for goroutines that wait for
// something of the loop.
func (l *Loop) Gone() <-chan struct{} { return l.gone }

// Network returns what [WithNetwork] gave the loop, nil for the system's network.
func (l *Loop) Network() network.Network { return l.network }
