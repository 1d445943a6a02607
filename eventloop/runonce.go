package eventloop

// One iteration of the loop.

import (
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// runOnce runs one iteration (asyncio: _run_once).
func (l *Loop) runOnce() error {
	l.timers.trim()
	l.collect()
	timeout := Forever
	if l.ready.n > 0 || l.stopping {
		timeout = 0
		if l.turns%maxStale == 0 {
			l.look()
		}
	} else if l.timers.any() {
		timeout = max(0, after(l.timers.first().a[0].when, -l.look()))
	}
	if err := l.wait(timeout); err != nil {
		return err
	}
	if l.takePosts() && l.watches.n > 0 {
		l.watches.poll() // the wake-up may have been for one of them
	}
	if l.files.fresh {
		l.dispatch()
	}
	if timeout != 0 || l.timers.any() {
		due := after(l.look(), l.resolution-1)
		for l.timers.any() {
			heap := l.timers.first()
			if heap.a[0].when > due {
				break
			}
			if h := heap.pop(); h.Cancelled() {
				heap.cancelled--
			} else {
				l.ready.push(h)
			}
		}
	}
	// The snapshot: what these callbacks schedule waits for the next iteration.
	l.observed = l.observe()
	if l.watchdog != nil {
		l.watchdog.arm()
	}
	for l.todo = l.ready.n; l.todo > 0; {
		l.runReady()
	}
	if l.watchdog != nil {
		l.watchdog.disarm()
	}
	return nil
}

// maxStale is how many iterations without timers or sleep the loop lets go by
// before it looks at the clock, which takes as long as half a step of a task.
const maxStale = 64

// look returns the time of the loop's clock, and notes it.
func (l *Loop) look() time.Duration {
	l.tasks.Now = l.clock.Now()
	return l.tasks.Now
}

// runReady runs what is left of the snapshot. If a callback panics, that is
// reported and runReady returns early: one recover serves all of them.
func (l *Loop) runReady() {
	defer l.recovered()
	if l.observed {
		l.runObserved()
		return
	}
	for {
		lend := l.lends()
		for l.todo > 0 {
			l.todo--
			r := l.next()
			s, ok := r.(coro.Stepper)
			if !ok {
				r.Run()
				continue
			}
			co, err := s.Begin()
			if co == nil {
				continue
			}
			if lend {
				l.tasks.Pool.Host.Lend(co)
				l.lent = s
			}
			a := co.Resume(err)
			if lend && l.tasks.Pool.Host.Asked() {
				l.tasks.Pool.Host.Settle()
				if l.todo == 0 {
					return // the host has looked whether the next iteration begins here
				}
				continue
			}
			if a == nil && co.Suspended() { // a bare yield: all that End would do
				l.tasks.Current = nil
				l.ready.push(r)
			} else {
				s.End(a)
			}
		}
		if !l.goesOn() {
			return
		}
	}
}

// goesOn begins the next iteration within this one, which is complete, if all that it
// would find is what is ready: that takes a tenth of the time. Now and then it does not,
// so that the loop looks at the clock.
func (l *Loop) goesOn() bool {
	l.turns++
	if l.ready.n == 0 || l.turns%maxStale == 0 || !l.undisturbed() || l.timers.any() && l.due() || l.distract && !l.undistracted() {
		return false
	}
	l.todo = l.ready.n
	return true
}

// due looks at the clock, and reports whether the time of the first timer has come. There
// must be one.
func (l *Loop) due() bool {
	return l.timers.first().a[0].when <= after(l.look(), l.resolution-1)
}

// recovered is deferred around callbacks.
func (l *Loop) recovered() {
	v := recover()
	if v == nil {
		return
	}
	err := coro.NewPanicError(v)
	if l.observed {
		l.end()
	}
	current := l.tasks.Current
	l.tasks.Current = nil
	if current == nil || !current.Driver().(taskset.Member).Threw(err) {
		l.CallExceptionHandler(Event{Reason: ReasonCallback, Err: err})
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
	files := len(l.files.table) > 0
	if l.parker == nil {
		l.files.fresh = files
		return l.selector.Select(timeout)
	}
	if timeout == 0 {
		if files {
			return l.glance()
		}
		return nil // a wake-up is kept for the next sleep
	}
	virtual, isVirtual := l.clock.(Advancer)
	// Posts are asked for last: whoever holds the loop posts before it lets go.
	held := l.holds.Load() > 0 || l.mail.any() || files
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
	if files {
		return l.files.sleep(timeout)
	}
	return l.selector.Select(timeout)
}

// checkDeadlock is called when only the unknown could wake the loop.
func (l *Loop) checkDeadlock(virtual bool) error {
	if l.deadlocked || l.tasks.Len() == 0 && !virtual {
		return nil
	}
	err := &DeadlockError{Graph: graph.Of(l)}
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
	if !l.mail.any() {
		return false
	}
	l.mail.moveTo(&l.ready)
	return true
}
