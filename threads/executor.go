package threads

import (
	"runtime"
	"sync"
)

// An Executor runs functions on other goroutines (asyncio:
// concurrent.futures.Executor).
type Executor interface {
	// Execute arranges for job to be called, once, on another goroutine, and
	// returns without waiting for that: it is called on the loop's. If it
	// returns an error, job must never be called.
	Execute(job func()) error
}

// An ExecutorFunc is a function as an [Executor]. One that bounds nothing is
//
//	ExecutorFunc(func(job func()) error { go job(); return nil })
type ExecutorFunc func(job func()) error

// Execute calls f.
func (f ExecutorFunc) Execute(job func()) error { return f(job) }

// A Pool is an [Executor] that runs a limited number of functions at a time,
// first come, first served (asyncio: ThreadPoolExecutor). Its zero value has the
// limit that ThreadPoolExecutor has, GOMAXPROCS plus 4 and at most 32.
//
// A pool keeps no idle goroutines, as starting one costs no more than waking one:
// it need not be closed. It may serve several loops.
type Pool struct {
	mu    sync.Mutex
	limit int
	busy  int // how many goroutines there are
	queue []func()
}

// NewPool returns a pool that runs at most limit functions at a time. It panics if
// limit is less than 1.
func NewPool(limit int) *Pool {
	if limit < 1 {
		panic("asyncio: NewPool with a limit below 1")
	}
	return &Pool{limit: limit}
}

// Execute implements [Executor]. It never returns an error. Any goroutine may
// call it. A panic in job is the process's, as in a plain goroutine; the functions
// of [ToThread] and [RunInExecutor] do not let one get that far.
func (p *Pool) Execute(job func()) error {
	if job == nil {
		panic("asyncio: Execute of a nil function")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit == 0 {
		p.limit = min(32, runtime.GOMAXPROCS(0)+4)
	}
	if p.busy == p.limit {
		p.queue = append(p.queue, job)
		return nil
	}
	p.busy++
	go p.work(job)
	return nil
}

// work runs job, and then what is in the queue.
func (p *Pool) work(job func()) {
	defer func() {
		if job != nil { // it called runtime.Goexit, which ends this goroutine
			if job = p.next(); job != nil {
				go p.work(job)
			}
		}
	}()
	for job != nil {
		job()
		job = p.next()
	}
}

// next takes the oldest of the queue. If there is none, the goroutine that asks is
// not busy any more.
func (p *Pool) next() func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.busy--
		return nil
	}
	job := p.queue[0]
	p.queue[0] = nil
	p.queue = p.queue[1:]
	return job
}
