package graph

// The call graph of one task, in the form that asyncio prints.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/goasyncio/asyncio/internal/text"
)

// WriteCallGraph writes the stack of the task with this ID and below it, further
// and further in, who awaits it (asyncio: format_call_graph). It writes nothing
// if there is no such task.
func (g *Graph) WriteCallGraph(w io.Writer, id int) error {
	var b bytes.Buffer
	g.writeCalls(&b, id, "", make(map[int]bool))
	_, err := b.WriteTo(w)
	return err
}

// PrintCallGraph writes the call graph of the task that is running on the loop of
// ctx (asyncio: print_call_graph): how it has come to be where it is, through
// all the tasks that wait for it.
func PrintCallGraph(ctx context.Context, w io.Writer) error {
	g := Capture(ctx)
	for _, t := range g.Tasks {
		if t.State == Running && len(t.Frames) > 0 {
			return g.WriteCallGraph(w, t.ID)
		}
	}
	return nil
}

func (g *Graph) writeCalls(b *bytes.Buffer, id int, indent string, shown map[int]bool) {
	t := g.Task(id)
	if t == nil {
		return
	}
	fmt.Fprintf(b, "%s* Task(name=%q, id=%d)\n", indent, t.Name, t.ID)
	if shown[id] {
		fmt.Fprintf(b, "%s  + shown above\n", indent)
		return
	}
	shown[id] = true
	if len(t.Frames) > 0 {
		fmt.Fprintf(b, "%s  + Call stack:\n", indent)
		for _, f := range t.Frames {
			fmt.Fprintf(b, "%s  |   File %q, line %d, in %s\n", indent, f.File, f.Line, text.Clean(f.Func))
		}
	}
	if by := g.AwaitedBy(id); len(by) > 0 {
		fmt.Fprintf(b, "%s  + Awaited by:\n", indent)
		for _, t := range by {
			g.writeCalls(b, t.ID, indent+strings.Repeat(" ", 5), shown)
		}
	}
}
