package graph

// What a graph says in words.

import (
	"fmt"
	"path"
	"strings"

	"github.com/goasyncio/asyncio/internal/text"
)

// Text says what r is, as it stands behind "waits for": the name of a task, or
// "lock 1 held by writer (3 waiting)".
func (g *Graph) Text(r Ref) string {
	switch {
	case r.Task != 0:
		return g.name(r.Task)
	case r.Object == 0:
		return ""
	}
	o := g.Object(r.Object)
	if o == nil {
		return fmt.Sprintf("object %d", r.Object)
	}
	b := o.Name()
	switch {
	case o.Detail != "":
		b += " " + o.Detail
	case o.Holder != 0:
		b += " held by " + g.name(o.Holder)
	case len(o.On) == 1 && o.State == "":
		b += " of " + g.shortText(o.On[0])
	}
	var state []string
	if o.State != "" {
		state = append(state, o.State)
	}
	if o.Until != 0 {
		state = append(state, text.Age(o.Until-g.Time)+" left")
	}
	if len(o.Line) > 0 {
		state = append(state, fmt.Sprintf("%d waiting", len(o.Line)))
	}
	if len(state) > 0 {
		b += " (" + strings.Join(state, ", ") + ")"
	}
	return text.Clean(b)
}

// Name is what the object is called in the graph: "lock 1", "room in queue 2".
func (o *Object) Name() string {
	name := o.Kind
	if o.Part != "" {
		name = o.Part + " " + name
	}
	if o.Number != 0 {
		name += fmt.Sprintf(" %d", o.Number)
	}
	return text.Clean(name)
}

// shortText is Text without the state of an object.
func (g *Graph) shortText(r Ref) string {
	if o := g.Object(r.Object); o != nil {
		return o.Name()
	}
	return g.name(r.Task)
}

// name returns the name of a task.
func (g *Graph) name(id int) string {
	if t := g.Task(id); t != nil {
		return text.Clean(t.Name)
	}
	return fmt.Sprintf("task %d", id) // it was done before the loop came to it
}

// doing says what a task is doing, and since when if it waits.
func (g *Graph) doing(t *Task) string {
	if t.State != Waiting {
		return string(t.State)
	}
	return fmt.Sprintf("waiting %s for %s", text.Age(g.Time-t.Since), g.Text(t.Waits))
}

// String is f in one line: "file.go:12 main.serve".
func (f Frame) String() string {
	if f.Func == "" {
		return ""
	}
	return text.Clean(fmt.Sprintf("%s:%d %s", path.Base(f.File), f.Line, path.Base(f.Func)))
}

// at is where a task is suspended, in one line, or else where it was created.
func (t *Task) at() string {
	switch {
	case len(t.Frames) > 0:
		return t.Frames[0].String()
	case len(t.Created) > 0:
		return "created at " + t.Created[0].String()
	}
	return ""
}
