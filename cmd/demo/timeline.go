package main

// The tasks of a trace, drawn.

import (
	"fmt"
	"strings"
	"time"
)

// The columns of a timeline: the name, when it was created, how many steps it
// took, how long it ran, and the axis.
const (
	nameColumns = 20
	axisColumns = width - 2 - nameColumns - 3*8 - 2
)

// mostWaits is how many different things are listed that a task has waited for.
const mostWaits = 6

// drawTimeline writes a line for each task, the children of one behind it and
// indented, and what the task waited for below.
func drawTimeline(p *page, tl *timeline) {
	if len(tl.tasks) == 0 {
		p.prose("There is no task in this trace. Trace a program while its loop runs.")
		return
	}
	many := "s"
	if len(tl.tasks) == 1 {
		many = ""
	}
	p.line("  ", fmt.Sprintf("%d task%s in %s; ", len(tl.tasks), many, inTime(tl.end)),
		p.in(accent, "█"), " runs, ", p.in(dim, "·"), " waits")
	p.line()
	end := inTime(tl.end)
	p.line("  ", p.in(dim, pad("task", nameColumns)+fmt.Sprintf("%8s%8s%8s", "created", "steps", "ran")+
		"  0"+strings.Repeat(" ", axisColumns-1-columns(end))+end))
	children := make(map[*taskLine][]*taskLine)
	for _, t := range tl.tasks {
		children[t.parent] = append(children[t.parent], t)
	}
	var draw func(t *taskLine, depth int)
	draw = func(t *taskLine, depth int) {
		drawTask(p, tl, t, depth)
		for _, child := range children[t] {
			draw(child, depth+1)
		}
	}
	for _, t := range children[nil] {
		draw(t, 0)
	}
}

// drawTask writes the lines of one task.
func drawTask(p *page, tl *timeline, t *taskLine, depth int) {
	indent := min(2*depth, nameColumns/2) // a chain may be long
	name := []rune(strings.Repeat(" ", indent) + t.name)
	if len(name) >= nameColumns {
		name = append(name[:nameColumns-2], '…')
	}
	var ran time.Duration
	for _, s := range t.steps {
		ran += s.to - s.from
	}
	line := p.in(bold, pad(string(name), nameColumns)) +
		fmt.Sprintf("%8s%8d%8s", inTime(t.created), len(t.steps), inTime(ran)) + "  " + p.axis(tl, t)
	p.line("  ", strings.TrimRight(line, " "))
	if waits := counted(t.waits); len(waits) > 0 {
		head := strings.Repeat(" ", 2+indent+2)
		lines := fill(waits, ", ", width-len(head)-len("waits for "))
		for i, l := range lines {
			if i == 0 {
				p.line(head, p.in(dim, "waits for "+l))
			} else {
				p.line(head, strings.Repeat(" ", len("waits for ")), p.in(dim, l))
			}
		}
	}
}

// axis draws the life of t: a mark where it runs, however briefly, and another
// where it waits.
func (p *page) axis(tl *timeline, t *taskLine) string {
	cells := make([]rune, axisColumns)
	for i := range cells {
		cells[i] = ' '
	}
	mark := func(s span, r rune) {
		for i := column(s.from, tl.end); i <= column(s.to, tl.end); i++ {
			cells[i] = r
		}
	}
	mark(span{t.created, t.ended}, '·')
	for _, s := range t.steps {
		mark(s, '█')
	}
	var out strings.Builder
	for _, part := range runs(cells) {
		st := dim
		if part[0] == '█' {
			st = accent
		}
		out.WriteString(p.in(st, string(part)))
	}
	return out.String()
}

// column returns where on the axis a time is.
func column(t, end time.Duration) int {
	if end <= 0 {
		return 0
	}
	return min(axisColumns-1, int(float64(t)/float64(end)*axisColumns))
}

// runs cuts cells into parts of equal ones.
func runs(cells []rune) (parts [][]rune) {
	for i, r := range cells {
		if i == 0 || r != cells[i-1] {
			parts = append(parts, nil)
		}
		last := &parts[len(parts)-1]
		*last = append(*last, r)
	}
	return parts
}

// counted lists what is different among waits, with how often it is there.
func counted(waits []string) []string {
	counts := make(map[string]int)
	var list []string
	for _, w := range waits {
		if w = brief(w); counts[w] == 0 {
			list = append(list, w)
		}
		counts[brief(w)]++
	}
	more := 0
	if len(list) > mostWaits {
		more = len(list) - mostWaits
		list = list[:mostWaits]
	}
	for i, w := range list {
		if counts[w] > 1 {
			list[i] = fmt.Sprintf("%s ×%d", w, counts[w])
		}
	}
	if more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return list
}

// inTime is d with three digits.
func inTime(d time.Duration) string {
	unit := time.Duration(1)
	for d >= 1000*unit {
		unit *= 10
	}
	return brief(d.Round(unit).String())
}
