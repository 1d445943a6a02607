package eventloop

// What the tests see of the two queues.

import "github.com/goasyncio/asyncio/coro"

// Ring is the ready queue.
type Ring = ring

func (r *ring) Push(x coro.Runnable)       { r.push(x) }
func (r *ring) Pop() coro.Runnable         { return r.pop() }
func (r *ring) Remove(i int) coro.Runnable { return r.remove(i) }
func (r *ring) Len() int                   { return r.n }
func (r *ring) Cap() int                   { return len(r.buf) }
func (r *ring) Holds() (n int) {
	for _, x := range r.buf {
		if x != nil {
			n++
		}
	}
	return n
}

// Timers reports how many timers the heaps have, cancelled ones included.
func (l *Loop) Timers() int { return len(l.timers.young.a) + len(l.timers.old.a) }

// CheckTimers tells what is wrong with the heaps, "" if nothing is.
func (l *Loop) CheckTimers() string {
	if text := l.timers.young.check(); text != "" {
		return text
	}
	if len(l.timers.young.a) > maxYoung {
		return "too many are young"
	}
	return l.timers.old.check()
}

func (q *timerHeap) check() string {
	cancelled := 0
	for i := range q.a {
		if i > 0 && q.a[i].before(&q.a[(i-1)/4]) {
			return "a timer stands below a later one"
		}
		if q.a[i].h.heap != q {
			return "a handle in the heap does not know it"
		}
		if q.a[i].h.Cancelled() {
			cancelled++
		}
	}
	for _, t := range q.a[len(q.a):cap(q.a)] {
		if t.h != nil {
			return "a timer that has left the heap is kept alive"
		}
	}
	if cancelled != q.cancelled {
		return "the count of cancelled timers is wrong"
	}
	return ""
}

// PostSlowly posts fn, and calls meanwhile between taking a slot and filling it.
func (l *Loop) PostSlowly(fn func(), meanwhile func()) {
	c := l.mail.tail.Load()
	p := &c.posts[c.taken.Add(1)-1]
	l.nudge()
	meanwhile()
	p.r = runFunc(fn)
	p.full.Store(true)
}

// Posted reports whether another goroutine has left something.
func (l *Loop) Posted() bool { return l.mail.any() }
