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
// A loop belongs to the goroutine that runs it. Only
// [Loop.CallSoonThreadsafe], [Loop.Hold] and [Loop.IsClosed] may be called from
// others. Debug mode checks that.
package eventloop

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/goid"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// A Loop is an event loop. Make one with [New], and Close it.
type Loop struct {
	ready  ring      // asyncio: _ready
	timers timerHeap // asyncio: _scheduled
	todo   int       // what is left of this iteration's snapshot of ready

	clock      Clock
	resolution time.Duration
	selector   Selector
	parker     *parker // the selector, unless one was injected
	choose     func(n int) int
	injected   bool // any of clock, selector and choose

	tasks    taskset.Set
	failures future.Failures
	watches  watchList

	mu     sync.Mutex
	posts  []coro.Runnable // from CallSoonThreadsafe
	spare  []coro.Runnable // the last batch of posts, to be used again
	posted atomic.Bool     // posts is not empty, or a watched ctx may have ended
	closed atomic.Bool     // written with mu held
	holds  atomic.Int64

	expected   atomic.Int64
	extensions []extension // guarded by mu until the loop is closed

	handler       ExceptionHandler
	log           *slog.Logger
	values        context.Context
	deadlockError bool
	deadlocked    bool // and has been reported
	debug         bool
	owner         uint64 // in debug mode, the id of the goroutine that runs

	running  atomic.Bool // other goroutines may ask
	stopping bool
}

// New returns a loop that is not running.
func New(opts ...Option) *Loop {
	l := &Loop{values: context.Background(), debug: os.Getenv("ASYNCIO_DEBUG") == "1"}
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
	l.tasks.Pool = coro.NewPool(l.values)
	l.tasks.Pool.Track = l.debug
	l.tasks.Queued = &l.ready.n
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
	l.running.Store(true)
	if l.debug {
		l.owner = goid.Get()
	}
	return nil
}

// leave is deferred, because a task that calls runtime.Goexit takes the
// goroutine of the loop along, in the middle of its step. That task is
// completed here; the loop can then run again to finish the others.
func (l *Loop) leave() {
	l.running.Store(false)
	l.stopping = false
	if c := l.tasks.Current; c != nil {
		l.tasks.Current = nil
		c.Driver().(taskset.Member).Died()
	}
}

// runOnce runs one iteration (asyncio: _run_once).
func (l *Loop) runOnce() error {
	l.timers.trim()
	l.collect()
	timeout := Forever
	if l.ready.n > 0 || l.stopping {
		timeout = 0
	} else if len(l.timers.a) > 0 {
		timeout = max(0, after(l.timers.a[0].when, -l.clock.Now()))
	}
	if err := l.wait(timeout); err != nil {
		return err
	}
	if l.takePosts() && l.watches.n > 0 {
		l.watches.poll() // the wake-up may have been for one of them
	}
	if len(l.timers.a) > 0 {
		due := after(l.clock.Now(), l.resolution-1)
		for len(l.timers.a) > 0 && l.timers.a[0].when <= due {
			if h := l.timers.pop(); h.Cancelled() {
				l.timers.cancelled--
			} else {
				l.ready.push(h)
			}
		}
	}
	// The snapshot: what these callbacks schedule waits for the next iteration.
	for l.todo = l.ready.n; l.todo > 0; {
		l.runReady()
	}
	return nil
}

// runReady runs what is left of the snapshot. If a callback panics, that is
// reported and runReady returns early: one recover serves all of them.
func (l *Loop) runReady() {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		err := coro.NewPanicError(v)
		current := l.tasks.Current
		l.tasks.Current = nil
		if current == nil || !current.Driver().(taskset.Member).Threw(err) {
			l.CallExceptionHandler(Event{Reason: ReasonCallback, Err: err})
		}
	}()
	for l.todo > 0 {
		l.todo--
		l.next().Run()
	}
}

// next takes the callback to run out of the ready queue.
func (l *Loop) next() coro.Runnable {
	if l.choose == nil {
		return l.ready.pop()
	}
	n := l.todo + 1
	i := l.choose(n)
	if i < 0 || i >= n {
		i = 0
	}
	return l.ready.remove(i)
}

// wait waits for the outside world for as long as timeout says.
func (l *Loop) wait(timeout time.Duration) error {
	if l.parker == nil {
		return l.selector.Select(timeout)
	}
	if timeout == 0 {
		return nil // a wake-up is kept for the next sleep
	}
	virtual, isVirtual := l.clock.(Advancer)
	// Posts are asked for last: whoever holds the loop posts before it lets go.
	held := l.holds.Load() > 0 || l.posted.Load()
	if timeout < 0 && !held && l.watches.n == 0 && l.expected.Load() == 0 {
		if err := l.checkDeadlock(isVirtual); err != nil {
			return err
		}
	}
	if isVirtual {
		// A watched ctx was asked just now. That somebody may end it some day
		// keeps a loop from being deadlocked, but does not hold up time.
		if !held && timeout > 0 {
			virtual.Advance(timeout)
			return nil
		}
		timeout = Forever // the clock stands still while the world works
	}
	return l.selector.Select(timeout)
}

// checkDeadlock is called when only the unknown could wake the loop.
func (l *Loop) checkDeadlock(virtual bool) error {
	if l.deadlocked || l.tasks.Len() == 0 && !virtual {
		return nil
	}
	err := &DeadlockError{}
	for m := range l.tasks.All() {
		err.Waiting = append(err.Waiting, m.Describe())
	}
	if virtual || l.deadlockError {
		return err
	}
	l.deadlocked = true
	l.CallExceptionHandler(Event{Reason: ReasonDeadlock, Err: err})
	return nil
}

// collect looks at what has come from outside since the last iteration: posts,
// ends of contexts, errors that nobody saw.
func (l *Loop) collect() {
	posted := l.takePosts()
	if l.watches.n > 0 && (posted || l.injected || l.ready.n == 0) {
		l.watches.poll()
	}
	for _, f := range l.failures.Lost() {
		l.reportFailure(f)
	}
}

// takePosts moves the callbacks that other goroutines have posted to the ready
// queue.
func (l *Loop) takePosts() bool {
	if !l.posted.Load() {
		return false
	}
	l.mu.Lock()
	l.posted.Store(false)
	posts := l.posts
	l.posts = l.spare
	l.mu.Unlock()
	for i, r := range posts {
		l.ready.push(r)
		posts[i] = nil
	}
	l.spare = posts[:0]
	return true
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

// Close ends the loop for good (asyncio: close): scheduled callbacks are
// dropped, coroutines still suspended are closed, errors that nobody has seen
// are reported. It returns [ErrLoopRunning] if the loop is running, and nil if
// it is closed already.
func (l *Loop) Close() (err error) {
	if l.running.Load() {
		return ErrLoopRunning
	}
	l.mu.Lock()
	was := l.closed.Swap(true)
	l.posts = nil
	l.mu.Unlock()
	if was {
		return nil
	}
	// Deferred, because a task may call runtime.Goexit even now.
	defer func() {
		l.closeExtensions()
		l.ready = ring{}
		l.timers = timerHeap{}
		for _, f := range l.failures.Close() {
			l.reportFailure(f)
		}
		l.tasks.Pool.Close()
		err = l.selector.Close()
	}()
	destroyAll(slices.Collect(l.tasks.All()))
	return nil
}

// destroyAll ends tasks that are not done. If one calls runtime.Goexit, the
// others are ended while that unwinds the goroutine.
func destroyAll(left []taskset.Member) {
	i := 0
	defer func() {
		if i < len(left) {
			destroyAll(left[i:])
		}
	}()
	for i < len(left) {
		i++
		left[i-1].Destroy()
	}
}

func (l *Loop) reportFailure(f *future.Failure) {
	if future.IsCancelled(f.Err) {
		return // of a gather, whose cancellation is an error: no news to anybody
	}
	l.CallExceptionHandler(Event{Reason: ReasonUnretrieved, Err: f.Err, Name: f.Name})
}
