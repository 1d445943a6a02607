package eventloop

// When the loop looks at the descriptors that it watches.

import (
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop/selectors"
)

// files are the descriptors that a loop watches. To ask the system which are ready
// takes as long as many steps of a task, so a loop that is busy does not ask in every
// iteration, but about every 20 microseconds. As the clock takes a while too, it counts
// iterations in between, as many as would have taken that long at the pace of the last;
// at most twice as many as before and at most 128, so that it is not far off when the
// pace changes. Before it sleeps it asks in any case.
type files struct {
	selector FileSelector // nil until there was one to watch
	table    map[uintptr]*File

	quota  int           // iterations from one look at the clock to the next
	left   int           // of them
	looked time.Duration // when that was
	asked  time.Duration // when the system was asked; long ago if the loop has slept since
	fresh  bool          // it was in this iteration
}

const (
	askEvery = 20 * time.Microsecond
	maxQuota = 128
	minQuota = 4 // after a sleep
)

// distracted notes whether an iteration has more to look at than what is ready and the
// timers: descriptors; or it is one that others look at, as they do when the order of
// callbacks, the clock or the selector was injected, or each step is observed.
func (l *Loop) distracted() { l.distract = l.apart || len(l.files.table) > 0 }

// mayGoOn counts an iteration, and reports whether it need not ask.
func (l *Loop) mayGoOn() bool {
	l.files.left--
	return l.files.left > 0 || l.early()
}

// early looks at the clock, and reports whether it is too early to ask.
func (l *Loop) early() bool {
	f := &l.files
	if f.looked-f.asked < askEvery/2 { // or whoever is to ask was told already
		f.look(l.look())
	}
	return f.looked-f.asked < askEvery/2
}

// look sets how many iterations there are to be until the next look at the clock.
func (f *files) look(now time.Duration) {
	want := 2 * f.quota
	if took := now - f.looked; took > 0 {
		want = int(min(int64(f.quota)*int64(askEvery)/int64(took), int64(want)))
	}
	f.quota = max(1, min(want, maxQuota))
	f.looked, f.left = now, f.quota
}

// undistracted is for a loop that is distracted: it reports whether that is for the
// descriptors alone, and there is no need to ask for these yet.
func (l *Loop) undistracted() bool { return !l.apart && l.mayGoOn() }

// glance asks which descriptors are ready if it is time to.
func (l *Loop) glance() error {
	if !l.injected && !l.stopping && l.mayGoOn() {
		return nil
	}
	f := &l.files
	f.looked = l.look()
	f.asked, f.left, f.fresh = f.looked, f.quota, true
	return f.selector.Select(0)
}

// sleep waits in the selector of descriptors.
func (f *files) sleep(timeout time.Duration) error {
	f.quota, f.left, f.looked, f.asked = minQuota, minQuota, 0, -askEvery
	f.fresh = true
	return f.selector.Select(timeout)
}

// dispatch moves the callbacks of the descriptors that are ready to the ready queue
// (asyncio: _process_events).
func (l *Loop) dispatch() {
	l.files.fresh = false
	for _, e := range l.files.selector.Ready() {
		f := l.files.table[e.FD]
		if f == nil {
			continue
		}
		if e.Events&selectors.Read != 0 {
			f.dispatch(selectors.Read, f.reader)
		}
		if e.Events&selectors.Write != 0 {
			f.dispatch(selectors.Write, f.writer)
		}
	}
}

func (f *File) dispatch(e selectors.Events, r coro.Runnable) {
	if r == nil {
		return
	}
	if h, ok := r.(*Handle); ok && f.shared && h.Cancelled() {
		_ = f.set(e, nil)
		return
	}
	f.loop.ready.push(r)
}
