package main

// Programs of the op language, watched.

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/oplang"
)

// runProgram runs a program of the op language and shows its trace beside what
// the loop had before it in each iteration.
func runProgram(p *page, name string, in io.Reader) error {
	text, err := readProgram(name, in)
	if err != nil {
		return err
	}
	program, err := oplang.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if program.ID != "" {
		name = program.ID
	}
	p.rule("program", name)
	p.line()
	v := &viewer{t: &tour{page: p, blank: true}}
	err = oplang.Run(program, io.Discard, oplang.Options{Observe: v.observe})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.line()
	return p.w.Flush()
}

// readProgram reads a file; "-" is in.
func readProgram(name string, in io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(name)
}

// A viewer shows the run of a program.
type viewer struct {
	t         *tour
	loop      *eventloop.Loop
	iteration int
	left      int // callbacks of the iteration, with the one that runs
}

// observe is called with each line of the trace.
func (v *viewer) observe(l *eventloop.Loop, iteration int, line string) {
	v.iteration = iteration
	if v.loop == nil {
		v.begin(l)
	}
	_, event, _ := strings.Cut(line, " ") // the time stands in the margin
	v.t.say("%s", event)
}

// begin is called with the first line, from the first step of the main task.
func (v *viewer) begin(l *eventloop.Loop) {
	v.loop = l
	v.t.follow(l)
	s := l.Snapshot()
	s.Ready = append([]eventloop.Pending{{Name: "task main"}}, s.Ready...)
	v.left = len(s.Ready)
	v.t.panel(l, v.iteration, s)
	// The choice of what to run next is a moment at which the whole iteration
	// is still to be seen, with the timers that have just joined the queue. The
	// choice itself is the loop's own: the oldest.
	eventloop.WithChoose(v.choose)(l)
}

// choose is called by the loop before each callback, with the number of those
// that are left of the iteration.
func (v *viewer) choose(n int) int {
	if v.left == 1 { // that was the last one of the iteration before
		v.iteration++
		v.t.panel(v.loop, v.iteration, v.loop.Snapshot())
	}
	v.left = n
	return 0
}
