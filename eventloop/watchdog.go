package eventloop

// Steps that take too long.

import (
	"math"
	"sync"
	"time"

	"github.com/goasyncio/asyncio/internal/frames"
)

// slowCallback is asyncio's slow_callback_duration.
const slowCallback = 100 * time.Millisecond

// A watchdog tells of callbacks that take too long: when they have returned, and
// while they do not. Its timer is set once for an iteration and not for each
// callback; when it fires early for the one that runs, it is set for the rest. No
// timer is set while the loop waits, so that it does not keep the time of a
// synctest bubble going.
type watchdog struct {
	l     *Loop
	limit time.Duration

	mu      sync.Mutex
	timer   *time.Timer // calls check on a goroutine of its own
	armed   bool        // in an iteration
	late    bool        // the timer is set for longer than the limit
	step    subject
	running bool          // step is
	number  uint64        // of the step
	since   time.Time     // it began
	next    time.Duration // how long it may take until it is told of
	telling sync.WaitGroup
}

// arm begins an iteration.
func (d *watchdog) arm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed, d.late = true, false
	if d.timer == nil {
		d.timer = time.AfterFunc(d.limit, d.check)
	} else {
		d.timer.Reset(d.limit)
	}
}

// disarm ends an iteration.
func (d *watchdog) disarm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed = false
	if d.timer != nil {
		d.timer.Stop()
	}
}

// stop ends a run, and waits for a report that is being made.
func (d *watchdog) stop() {
	d.disarm()
	d.telling.Wait()
}

// begin notes the callback that is about to run.
func (d *watchdog) begin(s subject) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.step, d.running = s, true
	d.number++
	d.since, d.next = time.Now(), d.limit
	if d.late {
		d.late = false
		d.timer.Reset(d.limit)
	}
}

// end tells of the callback if it took too long.
func (d *watchdog) end() {
	d.mu.Lock()
	took := time.Since(d.since)
	slow := d.running && took >= d.limit
	s := d.step
	d.step, d.running = subject{}, false
	d.mu.Unlock()
	if slow {
		d.l.Warn("asyncio: a step took long", s.attrs("took", took)...)
	}
}

// check is called by the timer: it tells of the step that runs if its time has
// come, and sets the timer for the next time.
func (d *watchdog) check() {
	d.mu.Lock()
	if !d.armed {
		d.mu.Unlock()
		return
	}
	if !d.running {
		d.timer.Reset(d.limit)
		d.mu.Unlock()
		return
	}
	took := time.Since(d.since)
	due := took >= d.next
	if due {
		d.next = longer(d.next)
		d.late = true
		d.telling.Add(1)
		defer d.telling.Done()
	}
	d.timer.Reset(d.next - took)
	s, number := d.step, d.number
	d.mu.Unlock()
	if due {
		d.tell(s, number, took)
	}
}

// longer returns when to tell of a step again that was told of after t.
func longer(t time.Duration) time.Duration {
	if t > math.MaxInt64/10 {
		return math.MaxInt64
	}
	return 10 * t
}

// tell logs the stack of a step, unless the step has ended meanwhile.
func (d *watchdog) tell(s subject, number uint64, took time.Duration) {
	stack, _ := d.l.stack()
	d.mu.Lock()
	ended := !d.running || d.number != number
	d.mu.Unlock()
	if !ended {
		d.l.Warn("asyncio: a step blocks the loop", append(s.attrs("running", took), "stack", stack)...)
	}
}

// look returns the step that runs.
func (d *watchdog) look() (s Step, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.running {
		return Step{}, false
	}
	return Step{Name: d.step.name(), Running: time.Since(d.since), Created: d.step.created()}, true
}

// attrs returns what a log says of a step.
func (s *subject) attrs(what string, took time.Duration) []any {
	args := []any{"name", s.name(), what, took}
	if f, ok := frames.First(s.label.Site); ok {
		args = append(args, "created", frames.String(f))
	}
	return args
}
