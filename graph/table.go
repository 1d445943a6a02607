package graph

// The tasks in a table (asyncio: tools.py's ps).

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/goasyncio/asyncio/internal/text"
)

// WriteTable writes a line for each task: its ID, its name, what it is doing, for
// how long and for what it waits, and the line of code. Lines are cut to fit
// width columns; zero is no limit.
func (g *Graph) WriteTable(w io.Writer, width int) error {
	rows := [][]string{{"ID", "TASK", "STATE", "FOR", "WAITS FOR", "AT"}}
	for _, t := range g.Tasks {
		rows = append(rows, []string{strconv.Itoa(t.ID), text.Clean(t.Name), t.state(), g.age(t), g.Text(t.Waits), t.at()})
	}
	var b bytes.Buffer
	b.WriteString(strings.Join(text.Columns(rows, width), "\n") + "\n")
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
	return text.Age(g.Time - t.Since)
}
