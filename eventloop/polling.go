package eventloop

// When the loop looks at the descriptors that it watches.

import (
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop/selectors"
)

// files are the descriptors that a loop watches. To ask the system which are ready
// takes as long as several steps of a task, so a loop that is busy does not ask in every
// iteration, but about every 20 microseconds. As the clock takes a while too, it counts
// iterations in between, as many as would have taken that long at the pace of the last;
// at most twice as many as before, so that it is not far off when the pace changes, and
// at most 128. Before it sleeps it asks in any case.
type files struct {
	selector FileSelector // nil until there was one to watch
	table    map[uintptr]*File

	quota int           // iterations from one look to the next
	left  int           // of them
	since time.Duration // the time of the last look, -1 if the loop has slept after it
	fresh bool          // the selector has looked, and found what was not dispatched yet
}

const (
	pollEvery = 20 * time.Microsecond
	maxQuota  = 128
	minQuota  = 4 // after a sleep
)

// distracted notes whether iterations have to look at descriptors.
func (l *Loop) distracted() { l.distract = l.apart || len(l.files.table) > 0 }

// mayGoOn is for the iterations that are not run by runOnce: it counts one, and reports
// whether it may be run without a look at the descriptors.
func (f *files) mayGoOn() bool {
	f.left--
	return f.left > 0
}

// glance looks at the descriptors if it is time to.
func (l *Loop) glance() error {
	f := &l.files
	if f.mayGoOn() && !l.injected && !l.stopping {
		return nil
	}
	now := l.look()
	f.pace(now)
	f.since, f.left = now, f.quota
	f.fresh = true
	return f.selector.Select(0)
}

// pace sets how many iterations there are to be until the next look.
func (f *files) pace(now time.Duration) {
	if f.since < 0 {
		return
	}
	// The quota is used up, or about to be for another reason to look.
	want := f.quota - max(f.left, 0)
	if took := now - f.since; took > 0 {
		want = int(min(int64(want)*int64(pollEvery)/int64(took), maxQuota))
	} else {
		want = maxQuota
	}
	f.quota = max(1, min(want, 2*f.quota, maxQuota))
}

// sleep waits in the selector of descriptors.
func (f *files) sleep(timeout time.Duration) error {
	f.quota, f.left, f.since = minQuota, minQuota, -1
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
