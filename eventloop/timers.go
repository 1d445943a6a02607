package eventloop

// timers are those that wait for their time (asyncio: _scheduled), in two heaps: the
// young ones in a small one, which the processor's caches hold, until it is full. Most
// timers are cancelled young, as those of timeouts are, and cost no more in a loop that
// has a million others than in one that has few.
type timers struct {
	young, old timerHeap
	seq        uint64
}

// maxYoung is how many there are in the small heap at most.
const maxYoung = 1024

func (q *timers) push(h *TimerHandle) {
	if len(q.young.a) == maxYoung {
		q.age()
	}
	q.seq++
	q.young.push(timer{h.when, q.seq, h})
}

// age makes the young ones old, but for those that are cancelled.
func (q *timers) age() {
	for _, t := range q.young.a {
		if t.h.Cancelled() {
			t.h.heap = nil
		} else {
			q.old.push(t)
		}
	}
	clear(q.young.a)
	q.young = timerHeap{a: q.young.a[:0]}
}

// any reports whether there is a timer, were it a cancelled one.
func (q *timers) any() bool { return len(q.young.a)|len(q.old.a) != 0 }

// first returns the heap at whose head the first timer is. There must be one.
func (q *timers) first() *timerHeap {
	if len(q.young.a) == 0 || len(q.old.a) > 0 && q.old.a[0].before(&q.young.a[0]) {
		return &q.old
	}
	return &q.young
}

// trim drops cancelled timers from the heads.
func (q *timers) trim() {
	q.young.trim()
	q.old.trim()
}

// all returns the timers in no particular order, cancelled ones among them.
func (q *timers) all() []timer {
	return append(append(make([]timer, 0, len(q.young.a)+len(q.old.a)), q.young.a...), q.old.a...)
}
