package graph

// Those who wait for each other.

import (
	"slices"
	"strings"
)

// Cycles returns the cycles of tasks and objects in which each waits for the
// next, and the last for the first: none of these tasks will ever go on unless
// one of them is cancelled, by a timeout for example. A task that
// waits for itself is a cycle of one. Where cycles share tasks, one of them is
// returned. A lock waits for the task that holds it. What is enough if any of
// several things is done, such as Wait for the first of them, is in no cycle.
func (g *Graph) Cycles() [][]Ref {
	f := finder{g: g, seen: make(map[Ref]*visit)}
	for _, t := range g.Tasks {
		if r := (Ref{Task: t.ID}); f.seen[r] == nil {
			f.visit(r)
		}
	}
	slices.SortFunc(f.cycles, func(a, b []Ref) int { return a[0].Task - b[0].Task })
	return f.cycles
}

// CycleText spells out a cycle: "a waits for lock 1 held by b, b waits for a".
func (g *Graph) CycleText(cycle []Ref) string {
	var b strings.Builder
	for i, r := range cycle {
		next := cycle[(i+1)%len(cycle)]
		switch o := g.Object(r.Object); {
		case o == nil:
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(g.name(r.Task) + " waits for ")
		case o.Holder != 0 && o.Holder == next.Task:
			b.WriteString(" held by ")
		default:
			b.WriteString(" of ")
		}
		b.WriteString(g.shortText(next))
	}
	return b.String()
}

// finder finds strongly connected components (Tarjan's algorithm, without
// recursion: a chain of tasks may be long), and a cycle in each.
type finder struct {
	g      *Graph
	seen   map[Ref]*visit
	stack  []Ref
	cycles [][]Ref
}

type visit struct {
	ref        Ref
	next       []Ref // what is left of what it waits for
	index, low int
	onStack    bool
}

// next returns what r waits for, all of it.
func (g *Graph) next(r Ref) []Ref {
	if t := g.Task(r.Task); t != nil {
		if t.Waits == (Ref{}) {
			return nil
		}
		return []Ref{t.Waits}
	}
	o := g.Object(r.Object)
	switch {
	case o == nil || o.Any && len(o.On) != 1:
		return nil
	case o.Holder != 0:
		return append([]Ref{{Task: o.Holder}}, o.On...)
	}
	return o.On
}

func (f *finder) push(r Ref) *visit {
	v := &visit{ref: r, next: f.g.next(r), index: len(f.seen), low: len(f.seen), onStack: true}
	f.seen[r] = v
	f.stack = append(f.stack, r)
	return v
}

// visit walks all that can be reached from r.
func (f *finder) visit(r Ref) {
	path := []*visit{f.push(r)}
	for len(path) > 0 {
		v := path[len(path)-1]
		if len(v.next) > 0 {
			n := v.next[0]
			v.next = v.next[1:]
			if w := f.seen[n]; w == nil {
				path = append(path, f.push(n))
			} else if w.onStack {
				v.low = min(v.low, w.index)
			}
			continue
		}
		path = path[:len(path)-1]
		if len(path) > 0 {
			parent := path[len(path)-1]
			parent.low = min(parent.low, v.low)
		}
		if v.low == v.index {
			f.component(v)
		}
	}
}

// component takes the component that v is the root of off the stack.
func (f *finder) component(v *visit) {
	i := len(f.stack) - 1
	for f.stack[i] != v.ref {
		i--
	}
	members := slices.Clone(f.stack[i:])
	f.stack = f.stack[:i]
	for _, r := range members {
		f.seen[r].onStack = false
	}
	if c := f.cycle(members); c != nil {
		f.cycles = append(f.cycles, c)
	}
}

// cycle returns a shortest cycle through the oldest task of a component, nil if
// the component is a single node that does not wait for itself.
func (f *finder) cycle(members []Ref) []Ref {
	inside := make(map[Ref]bool)
	var start Ref
	for _, r := range members {
		inside[r] = true
		if r.Task != 0 && (start.Task == 0 || r.Task < start.Task) {
			start = r
		}
	}
	from := map[Ref]Ref{}
	for queue := []Ref{start}; len(queue) > 0; queue = queue[1:] {
		for _, n := range f.g.next(queue[0]) {
			if n == start {
				return trace(from, start, queue[0])
			}
			if _, seen := from[n]; inside[n] && !seen {
				from[n] = queue[0]
				queue = append(queue, n)
			}
		}
	}
	return nil
}

// trace returns the way from start to end.
func trace(from map[Ref]Ref, start, end Ref) []Ref {
	way := []Ref{end}
	for end != start {
		end = from[end]
		way = append(way, end)
	}
	slices.Reverse(way)
	return way
}
