package graph

// The tasks as a tree (asyncio: tools.py's pstree).

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/goasyncio/asyncio/internal/text"
)

// alike is how many tasks in a row that do the same are shown one by one.
const alike = 3

// WriteTree writes the tasks as a tree: below each task the tasks that it waits
// for to be done, whether directly or through gathers and groups; at the top
// those that nobody waits for. Below an object stands what has to be done
// before it is. A task that is waited for in several places is shown with what
// it waits for in the first, and marked with ↑ in the others. Of many tasks in
// a row that stand at the same line the first few are shown, and the number of
// the others. The cycles come last. Lines are cut to fit width columns; zero is
// no limit.
func (g *Graph) WriteTree(w io.Writer, width int) error {
	var b bytes.Buffer
	t := &tree{g: g, b: &b, width: width, shown: make(map[Ref]bool)}
	var roots []Ref
	for _, task := range g.Tasks {
		if len(g.AwaitedBy(task.ID)) == 0 && task.State != Done {
			roots = append(roots, Ref{Task: task.ID})
		}
	}
	t.branches(roots, "", true)
	for _, task := range g.Tasks { // those that only each other wait for
		if r := (Ref{Task: task.ID}); !t.shown[r] && task.State != Done {
			t.branches([]Ref{r}, "", true)
		}
	}
	g.writeCycles(&b)
	_, err := b.WriteTo(w)
	return err
}

type tree struct {
	g     *Graph
	b     *bytes.Buffer
	width int
	shown map[Ref]bool
}

// branches writes refs below each other.
func (t *tree) branches(refs []Ref, indent string, top bool) {
	for i := 0; i < len(refs); i++ {
		n := t.same(refs[i:])
		hidden := 0
		if n > alike+1 {
			hidden = n - alike
		}
		for _, r := range refs[i : i+n-hidden] {
			i++
			t.branch(r, indent, top, i == len(refs))
		}
		if hidden > 0 {
			for _, r := range refs[i : i+hidden] {
				t.shown[r] = true
			}
			i += hidden
			mark, _ := marks(top, i == len(refs))
			t.line(indent+mark+fmt.Sprintf("… %d more like these", hidden), "")
		}
		i--
	}
}

// marks returns what stands before a branch, and before what is below it.
func marks(top, last bool) (mark, below string) {
	switch {
	case top:
		return "", ""
	case last:
		return "└─ ", "   "
	}
	return "├─ ", "│  "
}

// branch writes r and what is below it.
func (t *tree) branch(r Ref, indent string, top, last bool) {
	mark, below := marks(top, last)
	again := t.shown[r]
	t.shown[r] = true
	task := t.g.Task(r.Task)
	switch {
	case task == nil && again:
		t.line(indent+mark+t.g.Text(r)+" ↑", "")
		return
	case task == nil:
		t.line(indent+mark+t.g.Text(r), "")
	case again:
		t.line(indent+mark+text.Clean(task.Name)+" ↑", "")
		return
	default:
		t.line(indent+mark+text.Clean(task.Name)+": "+t.g.doing(task), task.at())
	}
	t.branches(t.below(r), indent+below, false)
}

// below returns what stands below r. What a task waits for stands in its own
// line already, so that its place is taken by what that is made of.
func (t *tree) below(r Ref) []Ref {
	if task := t.g.Task(r.Task); task != nil {
		if task.Waits.Task != 0 {
			return []Ref{task.Waits}
		}
		r = task.Waits
		if r.Object != 0 && t.shown[r] {
			return nil // it stands below another task
		}
		t.shown[r] = r.Object != 0
	}
	if o := t.g.Object(r.Object); o != nil {
		return o.On
	}
	return nil
}

// same counts how many of refs, from the first on, are tasks that do the same at
// the same line and have nothing below them.
func (t *tree) same(refs []Ref) int {
	n := 0
	first := t.kind(refs[0])
	for _, r := range refs {
		if first == (kind{}) || t.kind(r) != first {
			break
		}
		n++
	}
	return max(1, n)
}

// kind is what two tasks that are alike have in common.
type kind struct {
	state State
	what  string
	at    Frame
}

// kind returns that of r, zero if r is not to be counted with others.
func (t *tree) kind(r Ref) kind {
	task := t.g.Task(r.Task)
	if task == nil || t.shown[r] || task.Waits.Task != 0 {
		return kind{}
	}
	k := kind{state: task.State}
	if o := t.g.Object(task.Waits.Object); o != nil {
		if len(o.On) > 0 {
			return kind{}
		}
		k.what = o.Part + " " + o.Kind
	}
	if len(task.Frames) > 0 {
		k.at = task.Frames[0]
	}
	return k
}

// line writes a line with at at its end, if there is room.
func (t *tree) line(s, at string) {
	if at != "" {
		at = "  " + at
	}
	if t.width > 0 {
		room := t.width - len([]rune(s))
		if room < 12 { // too little to be of use: rather more of the text
			s, at = text.Cut(s, t.width), ""
		} else {
			at = text.Cut(at, room)
		}
	}
	t.b.WriteString(strings.TrimRight(s+at, " ") + "\n")
}
