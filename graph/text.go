package graph

// What a graph says in words.

import (
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
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
	text := o.Name()
	switch {
	case o.Detail != "":
		text += " " + o.Detail
	case o.Holder != 0:
		text += " held by " + g.name(o.Holder)
	case len(o.On) == 1 && o.State == "":
		text += " of " + g.shortText(o.On[0])
	}
	var state []string
	if o.State != "" {
		state = append(state, o.State)
	}
	if o.Until != 0 {
		state = append(state, age(o.Until-g.Time)+" left")
	}
	if len(o.Line) > 0 {
		state = append(state, fmt.Sprintf("%d waiting", len(o.Line)))
	}
	if len(state) > 0 {
		text += " (" + strings.Join(state, ", ") + ")"
	}
	return clean(text)
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
	return clean(name)
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
		return clean(t.Name)
	}
	return fmt.Sprintf("task %d", id) // it was done before the loop came to it
}

// doing says what a task is doing, and since when if it waits.
func (g *Graph) doing(t *Task) string {
	if t.State != Waiting {
		return string(t.State)
	}
	return fmt.Sprintf("waiting %s for %s", age(g.Time-t.Since), g.Text(t.Waits))
}

// String is f in one line: "file.go:12 main.serve".
func (f Frame) String() string {
	if f.Func == "" {
		return ""
	}
	return clean(fmt.Sprintf("%s:%d %s", path.Base(f.File), f.Line, path.Base(f.Func)))
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

// age is d in few characters, for people: about three digits that count.
func age(d time.Duration) string {
	switch {
	case d <= 0:
		return "0s"
	case d < time.Microsecond:
		return d.String()
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	// From here on in steps, so that what rounds up to a minute is one.
	tenths := d.Round(time.Second / 10)
	seconds := d.Round(time.Second)
	minutes := d.Round(time.Minute)
	switch {
	case tenths < time.Minute:
		return tenths.String()
	case seconds < time.Hour:
		return fmt.Sprintf("%dm%02ds", seconds/time.Minute, seconds%time.Minute/time.Second)
	case minutes < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", minutes/time.Hour, minutes%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%02dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// clean makes s fit to be shown on a terminal: a task's name may come from
// anywhere.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
