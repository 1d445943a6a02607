package graph

// The tasks in a table (asyncio: tools.py's ps).

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// narrowest is how far a column of a table is cut down before the table gets
// wider than it should be.
const narrowest = 8

// WriteTable writes a line for each task: its ID, its name, what it is doing, for
// how long and for what it waits, and the line of code. Lines are cut to fit
// width columns; zero is no limit.
func (g *Graph) WriteTable(w io.Writer, width int) error {
	rows := [][]string{{"ID", "TASK", "STATE", "FOR", "WAITS FOR", "AT"}}
	for _, t := range g.Tasks {
		rows = append(rows, []string{strconv.Itoa(t.ID), clean(t.Name), t.state(), g.age(t), g.Text(t.Waits), t.at()})
	}
	var b bytes.Buffer
	writeColumns(&b, rows, width)
	g.writeCycles(&b)
	_, err := b.WriteTo(w)
	return err
}

// state is what the task is doing, with a mark if it was asked to end.
func (t *Task) state() string {
	if t.Cancelling > 0 {
		return string(t.State) + "!"
	}
	return string(t.State)
}

// age is how long a task has been waiting, or has stood there unstarted.
func (g *Graph) age(t *Task) string {
	if t.State != Waiting && t.State != New {
		return ""
	}
	return age(g.Time - t.Since)
}

// writeColumns writes rows, the first of which are headings, in columns two
// spaces apart.
func writeColumns(b *bytes.Buffer, rows [][]string, width int) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	narrow(widths, width-2*(len(widths)-1), width > 0)
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			cell = cut(cell, widths[i])
			line.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// narrow makes the widest columns narrower until all of them fit.
func narrow(widths []int, room int, limited bool) {
	for limited {
		sum, widest := 0, 0
		for i, w := range widths {
			sum += w
			if w > widths[widest] {
				widest = i
			}
		}
		if sum <= room || widths[widest] <= narrowest {
			return
		}
		widths[widest]--
	}
}

// cut shortens s to n columns.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:max(0, n-1)]) + "…"
}
