package eventloop

import "time"

// timerHeap is a 4-ary heap of timers ordered by (when, seq), so that those for one
// moment keep the order of their creation. The keys lie in the heap's own array,
// because chasing them through the handles is what makes container/heap half as fast.
//
// A cancelled timer stays until it reaches the head, or until more than half
// of the timers are cancelled; then all of these are dropped at once. That is
// cheaper than keeping every handle's index up to date, and bounds the heap by
// twice the live timers.
type timerHeap struct {
	a         []timer
	cancelled int
}

type timer struct {
	when time.Duration
	seq  uint64
	h    *TimerHandle
}

func (t *timer) before(u *timer) bool {
	return t.when < u.when || t.when == u.when && t.seq < u.seq
}

// minCompact keeps small heaps from being compacted over and over.
const minCompact = 100

func (q *timerHeap) push(t timer) {
	t.h.heap = q
	q.a = append(q.a, t)
	q.up(len(q.a) - 1)
}

// pop removes the first timer. The heap must not be empty.
func (q *timerHeap) pop() *TimerHandle {
	h := q.a[0].h
	h.heap = nil
	last := len(q.a) - 1
	q.a[0] = q.a[last]
	q.a[last].h = nil
	q.a = q.a[:last]
	if last > 1 {
		q.down(0)
	}
	return h
}

// noteCancelled counts a timer of the heap that was cancelled.
func (q *timerHeap) noteCancelled() {
	q.cancelled++
	if q.cancelled > minCompact && q.cancelled > len(q.a)/2 {
		q.compact()
	}
}

// trim drops cancelled timers from the head.
func (q *timerHeap) trim() {
	for len(q.a) > 0 && q.a[0].h.Cancelled() {
		q.cancelled--
		q.pop()
	}
}

// compact drops all cancelled timers.
func (q *timerHeap) compact() {
	live := q.a[:0]
	for _, t := range q.a {
		if t.h.Cancelled() {
			t.h.heap = nil
		} else {
			live = append(live, t)
		}
	}
	clear(q.a[len(live):])
	q.a = live
	q.cancelled = 0
	for i := (len(q.a) - 2) / 4; i >= 0 && len(q.a) > 1; i-- {
		q.down(i)
	}
}

func (q *timerHeap) up(i int) {
	t := q.a[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !t.before(&q.a[parent]) {
			break
		}
		q.a[i] = q.a[parent]
		i = parent
	}
	q.a[i] = t
}

func (q *timerHeap) down(i int) {
	t := q.a[i]
	n := len(q.a)
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, n); c++ {
			if q.a[c].before(&q.a[least]) {
				least = c
			}
		}
		if !q.a[least].before(&t) {
			break
		}
		q.a[i] = q.a[least]
		i = least
	}
	q.a[i] = t
}
