package main

// The names of the stops, and what is said to who does not know them.

import (
	"fmt"
	"strings"
)

// find returns the stops with these names, in the order given.
func find(names []string) ([]stop, error) {
	var found []stop
	for _, name := range names {
		s, ok := byName(name)
		if !ok {
			return nil, &usageError{fmt.Sprintf("there is no stop %q; %s", name, suggest(name))}
		}
		found = append(found, s)
	}
	return found, nil
}

func byName(name string) (stop, bool) {
	for _, s := range stops() {
		if s.name == strings.ToLower(name) {
			return s, true
		}
	}
	return stop{}, false
}

// suggest says which names somebody may have meant.
func suggest(name string) string {
	name = strings.ToLower(name)
	var near []string
	best := 2 // more letters than that are not a slip
	for _, s := range stops() {
		d := distance(s.name, name)
		if len(name) > 1 && strings.HasPrefix(s.name, name) {
			d = 0
		}
		if d < best {
			near = nil
			best = d
		}
		if d == best {
			near = append(near, s.name)
		}
	}
	if len(near) == 0 {
		return "demo -list shows what there is"
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// distance is the Levenshtein distance of two words: how many letters must be
// put in, taken out or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// listStops writes the names of the stops.
func listStops(p *page) error {
	for _, s := range stops() {
		p.line(p.in(accent, pad(s.name, 12)), s.title)
	}
	return p.w.Flush()
}

// listNames writes where each name of CPython's asyncio is to be found.
func listNames(p *page) error {
	var refs []ref
	col := 0
	for _, s := range stops() {
		for _, r := range s.read {
			refs = append(refs, r)
			col = max(col, columns(r.mirrors)+1)
		}
	}
	for _, r := range refs {
		p.line(pad(r.mirrors, col), p.in(accent, r.String()))
	}
	return p.w.Flush()
}

// help writes how to use the demo.
func help(p *page) error {
	for line := range strings.Lines(usage) {
		p.line(strings.TrimSuffix(line, "\n"))
	}
	return p.w.Flush()
}

const usage = `A tour of asyncio in Go: code, what it does, and where to read on.

Usage:

  demo                the whole tour
  demo -pause         the same, waiting for Enter after each stop
  demo -list          the names of the stops
  demo -index         where the names of CPython's asyncio are to be found
  demo NAME...        some stops
  demo run FILE.json  run a program of the op language and watch the loop's
                      queues beside its trace; "-" reads standard input
  demo trace FILE     draw the tasks of a file of runtime/trace on a time axis:
                      when each runs, and what it waits for

Programs to begin with are in cmd/demo/testdata:

  kitchen.json        tasks, a future, a gather and a timeout
  timers.json         callbacks, timers and a cancelled task

Colour is used on a terminal, unless NO_COLOR is set. The exit code is 1 if
something failed and 2 if the command line was wrong.
`
