package eventloop

import "context"

// A Watch ends a task's wait when a ctx that is not the loop's own ends. The
// loop asks the ctx itself, at moments that do not depend on other goroutines:
// before it sleeps or advances time, and in every iteration if its clock, its
// selector or its order was injected. The goroutine of context.AfterFunc only
// wakes the loop; for a ctx that is cancelled on the loop it comes too late to
// go by.
type Watch struct {
	ctx        context.Context
	ended      func(err error)
	stop       func() bool
	list       *watchList
	prev, next *Watch
}

// watchList keeps the order in which the waits began.
type watchList struct {
	head, tail *Watch
	n          int
}

// Watch arranges for ended to be called, once, with the error of ctx when it
// has ended, unless [Watch.Stop] is called first.
func (l *Loop) Watch(ctx context.Context, ended func(err error)) *Watch {
	w := &Watch{ctx: ctx, ended: ended, list: &l.watches, prev: l.watches.tail}
	if w.prev != nil {
		w.prev.next = w
	} else {
		w.list.head = w
	}
	w.list.tail = w
	w.list.n++
	w.stop = context.AfterFunc(ctx, l.nudge)
	return w
}

// Stop ends the watch. Stopping twice does nothing.
func (w *Watch) Stop() {
	if w.list == nil {
		return
	}
	w.stop()
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		w.list.head = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	} else {
		w.list.tail = w.prev
	}
	w.list.n--
	w.list = nil
}

// PollWatches has every watched ctx asked in the next iteration. It is for the
// packages of this module that end a ctx on the loop.
func (l *Loop) PollWatches() {
	if l.watches.n > 0 {
		l.mail.mark()
	}
}

// poll calls ended for each ctx that has.
func (q *watchList) poll() {
	for w := q.head; w != nil; {
		next := w.next
		if err := w.ctx.Err(); err != nil && w.list != nil { // nil if one before has stopped it
			w.Stop()
			w.ended(err)
		}
		w = next
	}
}
