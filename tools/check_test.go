package tools_test

// What a graph and a tree say, compared with what the program knows.

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/graph"
	"github.com/google/go-cmp/cmp"
)

// A checker knows which number the graph has given to which object.
type checker struct {
	*testing.T
	p       *program
	g       *graph.Graph
	ids     map[string]int
	numbers map[any]int
	objects map[string]any // by kind and number
	waiting map[part][]int // in the order in which they have come
}

// part is what can be waited for of an object.
type part struct {
	object any
	name   string
}

// newChecker compares the tasks of g with those of p.
func newChecker(t *testing.T, p *program, g *graph.Graph) *checker {
	c := &checker{t, p, g, make(map[string]int), make(map[any]int), make(map[string]any), make(map[part][]int)}
	for _, task := range g.Tasks {
		if c.ids[task.Name] != 0 {
			t.Errorf("two tasks are named %s", task.Name)
		}
		c.ids[task.Name] = task.ID
		if _, known := p.waits[task.Name]; !known && !strings.HasPrefix(task.Name, "stepper-") && task.Name != "Task-1" {
			t.Errorf("there is no task %s: it is %s", task.Name, task.State)
		}
	}
	for _, name := range p.order {
		w := p.waits[name]
		if w.object != nil {
			k := part{w.object, w.part}
			c.waiting[k] = append(c.waiting[k], c.ids[name])
		}
	}
	return c
}

// graph checks each task of the program in the graph.
func (c *checker) graph() {
	c.Helper()
	for _, name := range c.p.order {
		w, task := c.p.waits[name], c.g.Task(c.ids[name])
		switch {
		case c.Failed():
			return // one is enough
		case task == nil || task.State != graph.Waiting || len(task.Frames) == 0:
			c.Errorf("%s is %+v, and should wait", name, task)
			continue
		case task.Since > c.g.Time:
			c.Errorf("%s waits since %v, and it is %v", name, task.Since, c.g.Time)
		}
		if diff := cmp.Diff(graph.Frame{Func: w.in, File: w.file, Line: w.at}, task.Frames[0]); diff != "" {
			c.Errorf("%s stands elsewhere (-program +graph)\n%s", name, diff)
		}
		if w.task != "" {
			if task.Waits != (graph.Ref{Task: c.ids[w.task]}) {
				c.Errorf("%s waits for %+v, and should for task %d %s", name, task.Waits, c.ids[w.task], w.task)
			}
		} else if o := c.g.Object(task.Waits.Object); o == nil {
			c.Errorf("%s waits for no object, and should for a %s", name, w.kind)
		} else {
			c.object(w, o)
		}
		for _, child := range w.on {
			if by := c.g.AwaitedBy(c.ids[child]); !slices.Equal(by, []*graph.Task{task}) {
				c.Errorf("%s is awaited by %d tasks, and should be by %s alone", child, len(by), name)
			}
		}
		if text := c.g.Text(task.Waits); !c.says(w, text) {
			c.Errorf("%s waits for %q, and should for %q", name, text, c.text(w))
		}
	}
	if cycles := c.g.Cycles(); len(cycles) > 0 {
		c.Errorf("%d cycles", len(cycles))
	}
}

// object checks that o is what w is about: the same object for the same, another
// for another.
func (c *checker) object(w wait, o *graph.Object) {
	c.Helper()
	if o.Kind != w.kind || o.Part != w.part || o.Holder != c.ids[w.holder] {
		c.Errorf("%s waits for %+v, and should for %s a %s held by %q", w.name, o, w.part, w.kind, w.holder)
	}
	if w.kind == "sleep" && (o.Until < w.time+long || o.Until > c.g.Time+long) {
		c.Errorf("%s sleeps until %v; it has begun at %v", w.name, o.Until, w.time)
	}
	if w.object == nil {
		if o.Number != 0 {
			c.Errorf("%s waits for number %d of what only it can wait for", w.name, o.Number)
		}
		return
	}
	key := fmt.Sprint(o.Kind, o.Number)
	if n, seen := c.numbers[w.object]; seen && n != o.Number || c.objects[key] != nil && c.objects[key] != w.object || o.Number == 0 {
		c.Errorf("%s waits for %s, and that is another one", w.name, o.Name())
	}
	c.numbers[w.object], c.objects[key] = o.Number, w.object
	if want := c.waiting[part{w.object, w.part}]; w.line && !slices.Equal(want, o.Line) {
		c.Errorf("in line for %s stand %v, and should %v", o.Name(), o.Line, want)
	}
}

// text is what should stand behind "waits for".
func (c *checker) text(w wait) string {
	if w.task != "" {
		return w.task
	}
	text := w.kind
	if w.part != "" {
		text = w.part + " " + text
	}
	if w.object != nil {
		text += fmt.Sprint(" ", c.numbers[w.object])
	}
	if w.detail != "" {
		text += " " + w.detail
	}
	if w.holder != "" {
		text += " held by " + w.holder
	}
	n := len(c.waiting[part{w.object, w.part}])
	var state []string
	if w.state != "" {
		state = append(state, strings.Replace(w.state, "#", fmt.Sprint(n), 1))
	}
	if w.kind == "sleep" {
		state = append(state, "LEFT left")
	}
	if w.line {
		state = append(state, fmt.Sprintf("%d waiting", n))
	}
	if len(state) > 0 {
		text += " (" + strings.Join(state, ", ") + ")"
	}
	return text
}

var left = regexp.MustCompile(`\(\w+ left\)$`)

// says reports whether text is that of w. A function that may have begun on
// another goroutine or not is either.
func (c *checker) says(w wait, text string) bool {
	want := c.text(w)
	if w.kind == "sleep" {
		text = left.ReplaceAllString(text, "(LEFT left)")
	}
	if before, _, found := strings.Cut(want, " (?not started)"); found {
		return text == before || text == before+" (not started)"
	}
	return text == want
}

// treeLine is a line of a tree, less the marks: a name, what it waits for, where.
var treeLine = regexp.MustCompile(`^(\S+): waiting [0-9a-zµ.]+ for (.*?)  (\S+:\d+ .*)$`)

// tree checks that each task of the program stands once in a tree, below the one
// that waits for it, with all that is known of it.
func (c *checker) tree(text string) {
	c.Helper()
	seen := make(map[string]bool)
	var above []string // the line at each depth
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		start := max(0, strings.IndexFunc(line, isName))
		depth := len([]rune(line[:start])) / 3
		name, m := line[start:], treeLine.FindStringSubmatch(line[start:])
		if m != nil {
			name = m[1]
		}
		above = append(above[:min(depth, len(above))], name)
		if m == nil {
			continue // a step between, or a task that is of no interest
		}
		w, known := c.p.waits[name]
		at := fmt.Sprintf("%s:%d %s", path.Base(w.file), w.at, path.Base(w.in))
		if known && (seen[name] || !c.says(w, m[2]) || m[3] != at) {
			c.Fatalf("%q\nand should wait for %q at %q", line, c.text(w), at)
		}
		if parent, _, isChild := strings.Cut(name, "/"); isChild && !slices.Contains(above[:depth], parent) {
			c.Fatalf("%s stands below %q", name, above[:depth])
		} else if !isChild && depth > 0 {
			c.Fatalf("%s stands below %q", name, above[:depth])
		}
		seen[name] = true
	}
	for name := range c.p.waits {
		if !seen[name] {
			c.Errorf("%s is not in the tree", name)
			return
		}
	}
}

// isName reports whether a name in a tree may begin with r.
func isName(r rune) bool { return !strings.ContainsRune("│├└─ ", r) }
