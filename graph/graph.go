// Package graph tells who waits for whom on an event loop (asyncio: graph.py,
// and the ps and pstree of tools.py).
//
// A [Graph] has a [Task] for each task that is not done, with what it waits for,
// since when, and at which line of whose code. What tasks wait for are other
// tasks, or an [Object]: a lock, a queue, a sleep, a gather of tasks. An object
// knows the task that holds it, the line of those who wait for it, and what has
// to be done before it is: so one can walk from task to task, and [Graph.Cycles]
// finds those who wait for each other and never will go on.
//
//	g := graph.Capture(ctx)
//	g.WriteTree(os.Stderr, 100)
//
// [Capture] is for tasks and callbacks. [Request] asks a loop from any other
// goroutine, as a debug page does.
//
// # What it costs
//
// A loop keeps what a graph needs anyway, so a program that never asks for one
// pays nothing. To capture a task takes a few microseconds: its parked stack is
// resumed for a look at itself, and nothing else of the process is stopped. The
// names of functions and lines are looked up afterwards, by the goroutine that
// has asked.
package graph

import (
	"sync"
	"time"
)

// A Graph is who waits for whom on one loop at one moment. It is a copy: it stays
// as it is while the loop goes on, and any goroutine may read it. It can be sent
// as JSON.
type Graph struct {
	Time    time.Duration `json:"time"` // of the loop's clock
	Tasks   []*Task       `json:"tasks"`
	Objects []*Object     `json:"objects,omitempty"`

	once   sync.Once
	lookup index
}

// A Task is a task at that moment.
type Task struct {
	ID         int           `json:"id"` // tells the tasks of a loop apart, from 1, in the order of creation
	Name       string        `json:"name"`
	State      State         `json:"state"`
	Since      time.Duration `json:"since"`                // when it began to wait, or was created
	Cancelling int           `json:"cancelling,omitempty"` // requests to cancel it
	Waits      Ref           `json:"waits,omitzero"`       // what it waits for, if it does

	// Frames is where it is suspended, innermost first: the calls in the user's
	// code, without those of this module. Empty for a task that has not started,
	// and for one that runs elsewhere than in Capture.
	Frames []Frame `json:"frames,omitempty"`

	// Created is where it was created, in debug mode, in the same form.
	Created []Frame `json:"created,omitempty"`
}

// A State is what a task is doing.
type State string

// The states of a task.
const (
	New     State = "new"     // it has not started
	Ready   State = "ready"   // it stands in the ready queue
	Waiting State = "waiting" // for what Task.Waits says
	Running State = "running" // it runs, or is in a call that starts another eagerly
	Done    State = "done"    // it is here only because an object names it
)

// A Frame is a call of a function.
type Frame struct {
	Func string `json:"func"` // with the path of its package
	File string `json:"file"`
	Line int    `json:"line"`
}

// A Ref names what a task or an object waits for: the ID of a task or, if that is
// zero, of an object.
type Ref struct {
	Task   int `json:"task,omitempty"`
	Object int `json:"object,omitempty"`
}

// An Object is something that tasks wait for: a lock, a queue, a gather.
type Object struct {
	ID     int           `json:"id"`               // from 1: the place in Graph.Objects
	Kind   string        `json:"kind"`             // "lock", "sleep"
	Part   string        `json:"part,omitempty"`   // of a queue: "item of"
	Number int           `json:"number,omitempty"` // among those of its kind; zero for what only one task can wait for
	Detail string        `json:"detail,omitempty"` // what else it is: "of main.fetch"
	State  string        `json:"state,omitempty"`  // how it is at the moment: "3 of 5 done"
	Until  time.Duration `json:"until,omitempty"`  // when a sleep is over
	Holder int           `json:"holder,omitempty"` // the task that has it, if one has
	Line   []int         `json:"line,omitempty"`   // the tasks that wait for it in line, the next one first
	On     []Ref         `json:"on,omitempty"`     // what has to be done before it is
	Any    bool          `json:"any,omitempty"`    // one of On is enough
}

// Task returns the task with this ID, nil if there is none.
func (g *Graph) Task(id int) *Task { return g.index().tasks[id] }

// Object returns the object with this ID, nil if there is none.
func (g *Graph) Object(id int) *Object {
	if id < 1 || id > len(g.Objects) {
		return nil
	}
	return g.Objects[id-1]
}

// AwaitedBy returns the tasks that wait until the task with this ID is done,
// directly or through a gather, a group and the like (asyncio: awaited_by).
func (g *Graph) AwaitedBy(id int) []*Task { return g.index().awaitedBy[id] }

// index is what is looked up in a graph.
type index struct {
	tasks     map[int]*Task
	awaitedBy map[int][]*Task
}

// index returns it, making it if this is the first use.
func (g *Graph) index() *index {
	g.once.Do(func() {
		g.lookup = index{make(map[int]*Task, len(g.Tasks)), make(map[int][]*Task)}
		for _, t := range g.Tasks {
			g.lookup.tasks[t.ID] = t
			for _, id := range g.awaits(t) {
				g.lookup.awaitedBy[id] = append(g.lookup.awaitedBy[id], t)
			}
		}
	})
	return &g.lookup
}

// awaits returns the tasks that t waits for to be done, each once.
func (g *Graph) awaits(t *Task) []int {
	var ids []int
	seen := make(map[Ref]bool)
	var walk func(r Ref)
	walk = func(r Ref) {
		switch {
		case r == Ref{} || seen[r]:
		case r.Task != 0:
			seen[r] = true
			ids = append(ids, r.Task)
		default:
			seen[r] = true
			if o := g.Object(r.Object); o != nil {
				for _, on := range o.On {
					walk(on)
				}
			}
		}
	}
	walk(t.Waits)
	return ids
}
