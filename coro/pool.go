package coro

import (
	"context"
	"iter"
	"runtime/pprof"
	"sync"

	"github.com/goasyncio/asyncio/internal/goid"
)

// maxIdle caps the stacks a pool keeps: 1024 of about 3 KB each.
const maxIdle = 1024

// A Pool keeps the stacks of coroutines that have returned for new ones: running a
// coroutine on a pooled stack takes about a seventh of the time of making one. One
// that has panicked takes its stack along.
//
// A pool belongs to one loop. Sharing it between loops would resume a stack in
// a synctest bubble that it was not made in, which corrupts the runtime.
type Pool struct {
	idle   []*worker
	closed bool
	labels context.Context // whose pprof labels a fresh coroutine has

	// Next, if not nil, is called on the stack of each coroutine that has returned,
	// and may return one that has not started, to run there without a switch.
	// The call of Send or Throw that resumed the first then returns when the
	// second yields or ends.
	Next func(ended *Coroutine) *Coroutine

	Host Host // the coroutine that resumes others, if there is one

	// Track makes the pool record the goroutine of each stack, for checks of
	// debug mode that ask Runs. Set it before the pool is used.
	Track   bool
	tracked sync.Map // of ids; the goroutine that is asked about may be a wrong one
}

// NewPool returns an empty pool. Coroutines on its stacks start with the pprof
// labels of ctx.
func NewPool(ctx context.Context) *Pool { return &Pool{labels: ctx} }

// Idle reports how many stacks wait for a coroutine.
func (p *Pool) Idle() int { return len(p.idle) }

// Close frees the idle stacks and keeps no more.
func (p *Pool) Close() {
	p.closed = true
	for _, w := range p.idle {
		w.stop()
	}
	p.idle = nil
}

// Runs reports whether the goroutine with this id is one of the pool's stacks.
func (p *Pool) Runs(id uint64) bool {
	_, ok := p.tracked.Load(id)
	return ok
}

// track notes the calling goroutine as one of the pool's.
func (p *Pool) track(w *worker) {
	w.id = goid.Get()
	p.tracked.Store(w.id, true)
}

// get returns an idle worker or makes one.
func (p *Pool) get() *worker {
	if p != nil && len(p.idle) > 0 {
		last := len(p.idle) - 1
		w := p.idle[last]
		p.idle[last] = nil
		p.idle = p.idle[:last]
		return w
	}
	w := &worker{pool: p}
	w.next, w.stop = iter.Pull(w.loop)
	return w
}

// put takes back a worker that is about to park, unless there are enough.
func (p *Pool) put(w *worker) bool {
	if p == nil || p.closed || len(p.idle) >= maxIdle {
		return false
	}
	pprof.SetGoroutineLabels(p.labels) // a job may have left its own
	p.idle = append(p.idle, w)
	return true
}

// A worker is an iter.Pull that runs one coroutine's body after another.
// Between two bodies it is parked in the pool.
type worker struct {
	next  func() (Awaitable, bool)
	stop  func()
	yield func(Awaitable) bool // how the coroutine suspends itself: back, unless it may host
	back  func(Awaitable) bool // the Pull's own yield, to whoever has resumed it
	pool  *Pool
	c     *Coroutine
	id    uint64 // of the goroutine, if the pool tracks it

	pcs   []uintptr // where a look at the stack is to go
	found int       // how many there were
}

// loop is the iterator under the Pull. Each body that it runs is called by loop itself, as
// the collector looks at every frame of every stack that is suspended.
func (w *worker) loop(yield func(Awaitable) bool) {
	w.yield, w.back = yield, yield
	if w.pool != nil {
		pprof.SetGoroutineLabels(w.pool.labels) // rather than those of the job that starts this one
	}
	if w.pool != nil && w.pool.Track {
		w.pool.track(w)
		defer w.pool.tracked.Delete(w.id)
	}
	defer func() {
		// A panic is recovered here, inside the coroutine, because iter.Pull would
		// raise it again without its stack.
		if c := w.c; c != nil { // its body has not returned
			c.finish(died(recover()))
			if c.err == ErrGoexit {
				w.leave()
			}
		}
	}()
	for {
		c := w.c
		c.finish(c.body.Body(c))
		if !w.takeNext() && (!w.pool.put(w) || !yield(nil)) {
			return
		}
	}
}

// takeNext makes the worker's next coroutine the one that the pool's owner wants
// to run on the stack of the last.
func (w *worker) takeNext() bool {
	ended := w.c
	w.c = nil
	if w.pool == nil || w.pool.Next == nil {
		return false
	}
	c := w.pool.Next(ended)
	if c == nil {
		return false
	}
	pprof.SetGoroutineLabels(w.pool.labels)
	c.w, w.c = w, c
	c.state = running
	return true
}

// died tells why a body ended without returning.
func died(value any) error {
	switch value.(type) {
	case nil:
		return ErrGoexit // recover gives nil for nothing else since Go 1.21
	case unwind:
		return ErrIgnoredClose
	}
	return NewPanicError(value)
}
