package main

// The panel: what a loop has before it in an iteration.

import (
	"fmt"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/graph"
)

// margin is how many columns stand left of what happens on a loop: the number
// of the iteration and the time.
const margin = 14

// most is how many callbacks a row of a panel lists.
const most = 12

// A watcher is a loop's selector and virtual clock in one. A loop calls Select
// once in every iteration, between looking at its queues and running what is
// ready: the moment to show them.
type watcher struct {
	eventloop.VirtualClock
	t    *tour
	loop *eventloop.Loop
	n    int // iterations so far
}

// watch makes a loop run in virtual time and shows its queues in every
// iteration.
func (t *tour) watch() eventloop.Option {
	return func(l *eventloop.Loop) {
		w := &watcher{t: t, loop: l}
		eventloop.WithClock(w)(l)
		eventloop.WithSelector(w)(l)
		t.follow(l)
	}
}

// virtual makes a loop run in virtual time.
func (t *tour) virtual() eventloop.Option {
	return func(l *eventloop.Loop) {
		eventloop.WithClock(new(eventloop.VirtualClock))(l)
		t.follow(l)
	}
}

// Select moves the clock on to the next timer and shows the iteration.
func (w *watcher) Select(timeout time.Duration) error {
	if timeout == eventloop.Forever {
		return deadlock(w.loop)
	}
	w.Advance(timeout)
	w.n++
	s := w.loop.Snapshot()
	for len(s.Timers) > 0 && s.Timers[0].When <= s.Time {
		// It is due: the loop is about to move it to the queue.
		s.Ready = append(s.Ready, s.Timers[0])
		s.Timers = s.Timers[1:]
	}
	w.t.panel(w.loop, w.n, s)
	return nil
}

// Wake has nothing to do: no other goroutine posts to the loop.
func (w *watcher) Wake() {}

// Close has nothing to free.
func (w *watcher) Close() error { return nil }

// deadlock says who waits, in a loop that has nothing left to do.
func deadlock(l *eventloop.Loop) error {
	return &eventloop.DeadlockError{Graph: graph.Of(l)}
}

// panel shows an iteration: what it will run, what is to come, and which tasks
// wait for something else.
func (t *tour) panel(l *eventloop.Loop, n int, s eventloop.Snapshot) {
	t.gap(true)
	head := t.margin(fmt.Sprintf("#%d", n), s.Time)
	t.row(head, "ready", names(s.Ready))
	head = strings.Repeat(" ", margin)
	t.row(head, "timers", names(s.Timers))
	if waiting := waits(l, s.Ready); len(waiting) > 0 {
		t.row(head, "waiting", waiting)
	}
}

// row is one line of a panel.
func (t *tour) row(head, label string, items []string) {
	if len(items) == 0 {
		items = []string{"-"}
	}
	if len(items) > most {
		items = append(items[:most:most], fmt.Sprintf("and %d more", len(items)-most))
	}
	label = pad(label, 9)
	indent := margin + len(label)
	head += t.in(dim, label)
	for i, line := range fill(items, " · ", width-indent) {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		t.line(head, line)
	}
}

// names lists callbacks, timers with their times.
func names(all []eventloop.Pending) []string {
	list := make([]string, len(all))
	for i, p := range all {
		list[i] = shorten(p.Name)
		if p.Cancelled {
			list[i] = "cancelled"
		}
		if p.When != 0 {
			list[i] = brief(p.When.String()) + " " + list[i]
		}
	}
	return list
}

// shorten drops from a callback's name what the panel says anyway.
func shorten(name string) string {
	if strings.HasPrefix(name, "a sleep until ") {
		return "sleep"
	}
	for _, pkg := range []string{"main.", "demo."} { // demo: in its test
		name = strings.TrimPrefix(name, pkg)
	}
	if strings.HasPrefix(name, "oplang.") {
		return "callback" // of a program; the trace says which
	}
	if outer, _, ok := strings.Cut(name, ".func"); ok {
		return "func in " + outer
	}
	if _, method, ok := strings.Cut(name, ".(*"); ok { // pkg.(*T).method
		return strings.Replace(method, ")", "", 1)
	}
	return name
}

// brief drops the zeros that a time.Duration in s is printed with.
func brief(s string) string { return zeros.Replace(s) }

var zeros = strings.NewReplacer("h0m0s", "h", "m0s", "m")

// waits lists the tasks that are not ready, with what they wait for.
func waits(l *eventloop.Loop, ready []eventloop.Pending) []string {
	isReady := make(map[string]bool)
	for _, p := range ready {
		isReady[p.Name] = true
	}
	var list []string
	g := graph.Of(l)
	for _, t := range g.Tasks {
		if t.State == graph.Waiting && !isReady["task "+t.Name] {
			list = append(list, t.Name+" for "+brief(g.Text(t.Waits)))
		}
	}
	return list
}
