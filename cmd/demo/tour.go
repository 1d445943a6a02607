package main

// The stops of the tour, in their order, and how one is shown.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
)

// A stop is one place of the tour.
type stop struct {
	name  string
	title string            // one line
	text  string            // paragraphs that say what to look at
	code  string            // the declarations to show, by their names
	run   func(*tour) error // the first of them
	read  []ref             // where to read on

	described bool // the code is shown, but not run
}

// A ref is a declaration of the library worth reading, and the name of what it
// mirrors in CPython.
type ref struct{ file, decl, mirrors string }

func (r ref) String() string { return r.file + ": " + r.decl }

// stops returns the tour in its order.
func stops() []stop {
	return []stop{
		generatorStop, coroutineStop, // what is stepped
		handlesStop, queuesStop, stoppingStop, // the loop
		futureStop, taskStop, sleepStop, gatherStop, // what stands on it
		cancelStop, timeoutStop,
		rawTaskStop,
		failureStop, panicStop,
		startStop, runnerStop, interruptStop,
	}
}

// A tour is what a stop writes to.
type tour struct {
	*page
	loop   *eventloop.Loop // the stop's, nil for none
	shown  string          // the time that stands in the margin
	inside bool            // what was written last came from the running loop
	blank  bool            // nothing was written yet
}

// follow makes the margin show the time of l.
func (t *tour) follow(l *eventloop.Loop) {
	t.loop = l
	t.shown = ""
}

// say writes what happens. While a loop runs, the margin has its time, if that
// has changed.
func (t *tour) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	running := t.loop != nil && t.loop.IsRunning()
	if running != t.inside {
		t.gap(running)
	}
	t.blank = false
	if running {
		head := t.margin("", t.loop.Time())
		t.hanging(head+t.in(accent, "› "), margin+2, plain, text)
	} else {
		t.hanging("    "+t.in(accent, "› "), 6, plain, text)
	}
}

// gap separates parts of the output by an empty line.
func (t *tour) gap(inside bool) {
	if !t.blank {
		t.line()
	}
	t.blank = false
	t.inside = inside
}

// margin returns the left margin of a line: the number of an iteration, if one
// begins, and the time, if it is new.
func (t *tour) margin(iteration string, now time.Duration) string {
	clock := brief(now.String())
	if clock == t.shown && iteration == "" {
		clock = ""
	} else {
		t.shown = clock
	}
	return "  " + t.in(bold, pad(iteration, 4)) + t.in(accent, fmt.Sprintf("%6s", clock)) + "  "
}

// visit shows one stop: what it is about, its code, what happens, and where to
// read on.
func (t *tour) visit(s stop) error {
	*t = tour{page: t.page, blank: true}
	t.rule(label(s), s.name)
	t.line()
	t.line("  ", t.in(bold, s.title))
	t.line()
	t.prose(s.text)
	for _, line := range excerpt(s.code) {
		t.line(t.in(dim, strings.TrimRight("  │ "+line, " ")))
	}
	t.line()
	if !s.described {
		if err := s.run(t); err != nil {
			return fmt.Errorf("stop %s: %w", s.name, err)
		}
		t.line()
	}
	t.references(s.read)
	t.line()
	return t.w.Flush()
}

// label says where in the tour a stop is.
func label(s stop) string {
	all := stops()
	i := slices.IndexFunc(all, func(o stop) bool { return o.name == s.name })
	return fmt.Sprintf("%d of %d", i+1, len(all))
}

// references lists places to read, with the names in CPython beside them.
func (t *tour) references(refs []ref) {
	col := 0
	for _, r := range refs {
		col = max(col, columns(r.String())+3)
	}
	t.line("  ", t.in(dim, pad("read", col)+"in CPython"))
	for _, r := range refs {
		t.line("  ", t.in(accent, pad(r.String(), col)), r.mirrors)
	}
}
