package main

// What is shown of a graph.

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/text"
)

// A view is how a graph is to be shown.
type view struct {
	tree, group   bool
	sort          string
	width, height int // 0 is no limit
}

// orders sort tasks, those of the same place by their IDs.
var orders = map[string]func(a, b *graph.Task) int{
	"for": func(a, b *graph.Task) int {
		return cmp.Or(cmp.Compare(lasts(b), lasts(a)), cmp.Compare(a.Since, b.Since))
	},
	"id":   func(a, b *graph.Task) int { return 0 },
	"name": func(a, b *graph.Task) int { return cmp.Compare(a.Name, b.Name) },
	"state": func(a, b *graph.Task) int {
		return cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State))
	},
}

// states are those of tasks, the busy ones first.
var states = []graph.State{graph.Running, graph.Ready, graph.Waiting, graph.New}

// lasts is 1 if t has been in its state for some time that is known.
func lasts(t *graph.Task) int {
	if t.State == graph.Waiting || t.State == graph.New {
		return 1
	}
	return 0
}

// lines returns the page: a line that counts, the cycles, and the tasks.
func (v view) lines(g *graph.Graph) []string {
	tasks := slices.DeleteFunc(slices.Clone(g.Tasks), func(t *graph.Task) bool { return t.State == graph.Done })
	cycles := g.Cycles()
	head := []string{v.cut(summary(g.Time, tasks, len(cycles)))}
	for i, c := range cycles {
		if v.height > 0 && i == max(1, v.height/4) && i < len(cycles)-1 {
			head = append(head, v.cut(fmt.Sprintf("… %d more cycles", len(cycles)-i)))
			break
		}
		head = append(head, v.cut("cycle: "+g.CycleText(c)))
	}
	switch {
	case v.tree:
		return v.fit(append(head, ""), v.treeLines(g), "lines")
	case v.group:
		rows := groupRows(g, tasks)
		return v.table(append(head, ""), rows, "rows")
	}
	order := orders[v.sort]
	slices.SortStableFunc(tasks, func(a, b *graph.Task) int { return cmp.Or(order(a, b), a.ID-b.ID) })
	rows := [][]string{{"ID", "TASK", "STATE", "FOR", "WAITS FOR", "AT"}}
	for i, t := range tasks {
		if v.height > 0 && i == v.height {
			rows = append(rows, make([][]string, len(tasks)-i)...) // counted, not shown
			break
		}
		rows = append(rows, []string{fmt.Sprint(t.ID), clean(t.Name), state(t), since(g, t), g.Text(t.Waits), at(t)})
	}
	return v.table(append(head, ""), rows, "tasks")
}

// summary counts the tasks.
func summary(now time.Duration, tasks []*graph.Task, cycles int) string {
	counts := make(map[graph.State]int)
	for _, t := range tasks {
		counts[t.State]++
	}
	line := text.Plural(len(tasks), "task")
	sep := ": "
	for _, s := range states {
		if n := counts[s]; n > 0 {
			line += fmt.Sprintf("%s%d %s", sep, n, s)
			sep = ", "
		}
	}
	line += "; loop time " + text.Age(now)
	if cycles > 0 {
		line += "; " + text.Plural(cycles, "cycle")
	}
	return line
}

// table puts rows, the first of which are headings, below head.
func (v view) table(head []string, rows [][]string, what string) []string {
	shown := rows
	if v.height > 0 {
		shown = rows[:min(len(rows), max(1, v.height-len(head)))]
	}
	lines := text.Columns(slices.DeleteFunc(slices.Clone(shown), func(r []string) bool { return r == nil }), v.width)
	head = append(head, lines[0])
	// Lines that were not made are counted all the same.
	return v.fit(head, append(lines[1:], make([]string, len(rows)-len(lines))...), what)
}

// fit puts as many lines below head as there is room for.
func (v view) fit(head, lines []string, what string) []string {
	room := v.height - len(head)
	if v.height > 0 && len(lines) > room {
		n := max(0, room-1)
		lines = append(slices.Clone(lines[:n]), v.cut(fmt.Sprintf("… %d more %s", len(lines)-n, what)))
	}
	all := append(head, lines...)
	if v.height > 0 {
		all = all[:min(len(all), v.height)]
	}
	return all
}

// treeLines returns the tree, without the cycles, which stand at the top.
func (v view) treeLines(g *graph.Graph) []string {
	var b bytes.Buffer
	g.WriteTree(&b, v.width)
	text, _, _ := strings.Cut(b.String(), "\n\ncycle: ")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := range lines {
		lines[i] = v.cut(lines[i])
	}
	return lines
}

// state is what t is doing, with a mark if it was asked to end.
func state(t *graph.Task) string {
	if t.Cancelling > 0 {
		return string(t.State) + "!"
	}
	return string(t.State)
}

// since is for how long t has been doing that.
func since(g *graph.Graph, t *graph.Task) string {
	if lasts(t) == 0 {
		return ""
	}
	return text.Age(g.Time - t.Since)
}

// at is the line of code at which t is suspended, or was created.
func at(t *graph.Task) string {
	for _, frames := range [][]graph.Frame{t.Frames, t.Created} {
		if len(frames) > 0 {
			return frames[0].String()
		}
	}
	return ""
}
