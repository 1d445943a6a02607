package main

// Files of runtime/trace, read for what a loop has left in them.

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/exp/trace"
)

// A timeline is the tasks of a trace. Its times count from the first event of any
// of them.
type timeline struct {
	end   time.Duration
	tasks []*taskLine // in the order of their creation
}

// A taskLine is the life of one task.
type taskLine struct {
	name           string
	parent         *taskLine // nil for none
	created, ended time.Duration
	steps          []span
	waits          []string // what it waited for after each step
}

// A span is a piece of time.
type span struct{ from, to time.Duration }

// showTrace reads a file of runtime/trace and draws it.
func showTrace(p *page, name string, in io.Reader) error {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	tl, err := readTimeline(bufio.NewReader(in))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.rule("trace", name)
	p.line()
	drawTimeline(p, tl)
	p.line()
	return p.w.Flush()
}

// A traceReader is what is known in the middle of a trace.
type traceReader struct {
	tasks map[trace.TaskID]*taskLine
	open  map[trace.TaskID]trace.Time // begun steps
	list  []trace.TaskID              // the tasks that are shown
	begin map[trace.TaskID]trace.Time
	done  map[trace.TaskID]trace.Time
	steps map[trace.TaskID][][2]trace.Time
	last  trace.Time
}

// readTimeline reads a trace.
func readTimeline(in io.Reader) (*timeline, error) {
	r, err := trace.NewReader(in)
	if err != nil {
		return nil, err
	}
	s := &traceReader{
		tasks: make(map[trace.TaskID]*taskLine),
		open:  make(map[trace.TaskID]trace.Time),
		begin: make(map[trace.TaskID]trace.Time),
		done:  make(map[trace.TaskID]trace.Time),
		steps: make(map[trace.TaskID][][2]trace.Time),
	}
	for {
		ev, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			return s.timeline(), nil
		}
		if err != nil {
			return nil, err
		}
		s.event(ev)
	}
}

// task returns the task with this id, which comes into being at a time if it has
// not before.
func (s *traceReader) task(id trace.TaskID, now trace.Time) *taskLine {
	t := s.tasks[id]
	if t == nil {
		t = &taskLine{name: fmt.Sprintf("task %d", id)}
		s.tasks[id] = t
		s.begin[id] = now
		s.list = append(s.list, id)
	}
	s.last = max(s.last, now)
	return t
}

// event takes in one event.
func (s *traceReader) event(ev trace.Event) {
	now := ev.Time()
	switch ev.Kind() {
	case trace.EventTaskBegin:
		t := s.task(ev.Task().ID, now)
		t.name = ev.Task().Type
		t.parent = s.tasks[ev.Task().Parent]
	case trace.EventTaskEnd:
		s.task(ev.Task().ID, now)
		s.done[ev.Task().ID] = now
	case trace.EventRegionBegin:
		if id := ev.Region().Task; isStep(ev.Region()) {
			s.task(id, now)
			s.open[id] = now
		}
	case trace.EventRegionEnd:
		id := ev.Region().Task
		if from, ok := s.open[id]; ok && isStep(ev.Region()) {
			s.task(id, now)
			s.steps[id] = append(s.steps[id], [2]trace.Time{from, now})
			delete(s.open, id)
		}
	case trace.EventLog:
		if l := ev.Log(); l.Category == "await" && ofTask(l.Task) {
			t := s.task(l.Task, now)
			t.waits = append(t.waits, l.Message)
		}
	}
}

// isStep reports whether a region is a step of a task.
func isStep(r trace.Region) bool { return r.Type == "step" && ofTask(r.Task) }

func ofTask(id trace.TaskID) bool { return id != trace.NoTask && id != trace.BackgroundTask }

// timeline returns what was read. What has not ended ends with the trace.
func (s *traceReader) timeline() *timeline {
	tl := &timeline{}
	if len(s.list) == 0 {
		return tl
	}
	slices.SortStableFunc(s.list, func(a, b trace.TaskID) int { return cmp.Compare(s.begin[a], s.begin[b]) })
	start := s.begin[s.list[0]]
	tl.end = s.last.Sub(start)
	for _, id := range s.list {
		t := s.tasks[id]
		t.created, t.ended = s.begin[id].Sub(start), tl.end
		if done, ok := s.done[id]; ok {
			t.ended = done.Sub(start)
		}
		if from, ok := s.open[id]; ok {
			s.steps[id] = append(s.steps[id], [2]trace.Time{from, s.last})
		}
		for _, p := range s.steps[id] {
			t.steps = append(t.steps, span{p[0].Sub(start), p[1].Sub(start)})
		}
		tl.tasks = append(tl.tasks, t)
	}
	return tl
}
