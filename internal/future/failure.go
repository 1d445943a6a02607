package future

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// An Owner says what to call a future in a report.
type Owner interface{ String() string }

// A Watcher is a loop that wants to hear of errors that nobody saw.
type Watcher interface{ Failures() *Failures }

// A Failure is the record of an error until somebody has seen it. It holds
// nothing of the future, so that the future can be collected while the record
// is kept.
type Failure struct {
	Err  error
	Name string
	Site []uintptr // see Core.Site
	Do   func()    // to be called in place of a report, see Later

	list       *Failures
	prev, next *Failure // among those not seen; the loop's goroutine only
	seen       atomic.Bool
}

// Failures is a loop's list of errors that nobody has seen yet. A future that
// is collected with its error unseen moves its record to the lost ones; the
// loop reports these on its next turn, and what else is left when it closes.
type Failures struct {
	head *Failure // linked through next and prev

	pending atomic.Bool // lost is not empty
	mu      sync.Mutex
	lost    []*Failure
	closed  bool
}

// watch starts a record for c, which has just failed with err.
func watch(c *Core, err error, owner Owner) *Failure {
	w, ok := c.Scheduler().(Watcher)
	if !ok {
		return &Failure{Err: err, list: new(Failures)}
	}
	l := w.Failures()
	f := &Failure{Err: err, Name: owner.String(), Site: c.Site(), list: l, next: l.head}
	if l.head != nil {
		l.head.prev = f
	}
	l.head = f
	// The cleanup runs on a goroutine of the runtime's: it may append to the
	// list but not wake the loop, which would be fatal in a synctest bubble.
	runtime.AddCleanup(c, (*Failure).lose, f)
	return f
}

// retrieve ends the record.
func (f *Failure) retrieve() {
	f.seen.Store(true)
	f.unlink()
}

func (f *Failure) unlink() {
	if f.prev != nil {
		f.prev.next = f.next
	} else if f.list.head == f {
		f.list.head = f.next
	}
	if f.next != nil {
		f.next.prev = f.prev
	}
	f.prev, f.next = nil, nil
}

// lose notes that the future is gone.
func (f *Failure) lose() {
	if f.seen.Load() {
		return
	}
	f.list.mu.Lock()
	defer f.list.mu.Unlock()
	if !f.list.closed {
		f.list.lost = append(f.list.lost, f)
		f.list.pending.Store(true)
	}
}

// Later makes the loop call do on its next turn, without waking it; not if that has
// no turn any more. Any goroutine may call it: it is for cleanups, which must not wake
// the loop either.
func (l *Failures) Later(do func()) { (&Failure{Do: do, list: l}).lose() }

// Pending reports whether Lost would return any.
func (l *Failures) Pending() bool { return l.pending.Load() }

// Lost returns the errors whose futures were collected since the last call.
func (l *Failures) Lost() []*Failure {
	if !l.pending.Load() {
		return nil
	}
	l.mu.Lock()
	lost := l.lost
	l.lost = nil
	l.pending.Store(false)
	l.mu.Unlock()
	for _, f := range lost {
		f.retrieve()
	}
	return lost
}

// Close returns every error that is still unseen, oldest first.
func (l *Failures) Close() []*Failure {
	l.mu.Lock()
	l.closed = true
	l.lost = nil
	l.mu.Unlock()
	var all []*Failure
	for f := l.head; f != nil; f = f.next {
		all = append(all, f)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	for _, f := range all {
		f.retrieve()
	}
	return all
}
