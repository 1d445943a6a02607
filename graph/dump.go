package graph

// A graph with all that it knows, for logs.

import (
	"bytes"
	"fmt"
	"io"

	"github.com/goasyncio/asyncio/internal/text"
)

// WriteTo writes the tasks with the stack of each and what it waits for, and then
// the cycles, as a dump of goroutines does. It implements [io.WriterTo].
func (g *Graph) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "asyncio: %s at %s\n", text.Plural(len(g.Tasks), "task"), g.Time)
	for _, t := range g.Tasks {
		fmt.Fprintf(&b, "\ntask %d %s: %s", t.ID, text.Clean(t.Name), g.doing(t))
		if t.Cancelling > 0 {
			fmt.Fprintf(&b, ", cancelled %s", times(t.Cancelling))
		}
		b.WriteByte('\n')
		writeFrames(&b, "\t", t.Frames)
		if len(t.Created) > 0 {
			b.WriteString("    created at\n")
			writeFrames(&b, "\t", t.Created)
		}
	}
	g.writeCycles(&b)
	return b.WriteTo(w)
}

func writeFrames(b *bytes.Buffer, indent string, frames []Frame) {
	for _, f := range frames {
		fmt.Fprintf(b, "%s%s\n%s\t%s:%d\n", indent, text.Clean(f.Func), indent, text.Clean(f.File), f.Line)
	}
}

// writeCycles writes each cycle in a line.
func (g *Graph) writeCycles(b *bytes.Buffer) {
	cycles := g.Cycles()
	if len(cycles) > 0 {
		b.WriteByte('\n')
	}
	for _, c := range cycles {
		fmt.Fprintf(b, "cycle: %s\n", g.CycleText(c))
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
