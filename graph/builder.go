package graph

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/frames"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/taskset"
	"github.com/goasyncio/asyncio/internal/waits"
)

// deepest is how many calls of a stack are looked at.
const deepest = 256

// A builder makes a graph. All of it but finish runs on the loop's goroutine.
type builder struct {
	g       *Graph
	loop    Loop
	ended   map[int]bool           // the tasks that are done and were added all the same
	waiting map[coro.Awaitable]int // the task that waits for it
	objects map[part]int
	numbers map[any]int    // of an object among those of its kind
	last    map[string]int // the last of a kind
	lines   []line
	stacks  []stack

	current any       // the task that asks
	here    []uintptr // and its stack
	pcs     [deepest]uintptr
}

// part is what can be waited for of an object.
type part struct {
	object any
	name   string
}

// line is those who stand in line for an object.
type line struct {
	object *Object
	waits  []coro.Awaitable
}

// stack is one that is to become frames.
type stack struct {
	frames *[]Frame
	pcs    []uintptr
}

func newBuilder(l Loop) *builder {
	return &builder{
		g:       &Graph{Time: l.Time()},
		loop:    l,
		ended:   make(map[int]bool),
		waiting: make(map[coro.Awaitable]int),
		objects: make(map[part]int),
		numbers: make(map[any]int),
		last:    make(map[string]int),
	}
}

// add adds a task with what it waits for.
func (b *builder) add(m taskset.Member) {
	info := m.Inspect()
	if info.State == taskset.Done {
		return // since the tasks were listed
	}
	t := b.task(info)
	if info.Waits != nil {
		t.Waits = b.ref(info.Waits)
		if _, ours := info.Waits.(waits.Explainer); ours {
			b.waiting[info.Waits] = t.ID
		}
	}
	pcs := b.pcs[:info.Coroutine.Frames(b.pcs[:])]
	if any(m) == b.current {
		pcs = b.here
	}
	b.stacks = append(b.stacks, stack{&t.Frames, slices.Clone(pcs)}, stack{&t.Created, info.Site})
}

// task adds a task alone.
func (b *builder) task(info taskset.Info) *Task {
	t := &Task{
		ID:         int(info.ID),
		Name:       info.Name,
		State:      states[info.State],
		Since:      info.Since,
		Cancelling: info.Cancelling,
	}
	b.g.Tasks = append(b.g.Tasks, t)
	return t
}

var states = [...]State{
	taskset.New: New, taskset.Ready: Ready, taskset.Waiting: Waiting, taskset.Running: Running, taskset.Done: Done,
}

// ref returns what a is, and adds it if it is an object that is not known yet.
func (b *builder) ref(a coro.Awaitable) Ref {
	core := coreOf(a)
	if t, ok := a.(interface{ ID() int }); ok && core != nil {
		return Ref{Task: t.ID()}
	}
	why := explain(a, core)
	key := part{why.Object, why.Part}
	if id := b.objects[key]; why.Object != nil && id != 0 {
		return Ref{Object: id}
	}
	o := &Object{ID: len(b.g.Objects) + 1, Kind: why.Kind, Part: why.Part,
		Detail: why.Detail, State: why.State, Until: why.Until, Any: why.Any}
	b.g.Objects = append(b.g.Objects, o)
	if why.Object != nil {
		b.objects[key] = o.ID
		o.Number = b.number(why)
	}
	if why.Holder != nil {
		o.Holder = b.holder(why.Holder)
	}
	if why.Line != nil {
		b.lines = append(b.lines, line{o, slices.Collect(why.Line)})
	}
	if why.On != nil {
		for on := range why.On {
			o.On = append(o.On, b.ref(on))
		}
	}
	return Ref{Object: o.ID}
}

// number numbers the objects of each kind. Those who wait for different parts of
// one see the same number.
func (b *builder) number(why waits.Reason) int {
	if n := b.numbers[why.Object]; n > 0 {
		return n
	}
	b.last[why.Kind]++
	b.numbers[why.Object] = b.last[why.Kind]
	return b.last[why.Kind]
}

// holder returns the ID of the task with this ctx, zero if that is none of the
// loop's. One that has ended without letting go is worth to be seen.
func (b *builder) holder(c *coro.Context) int {
	m, ok := c.Driver().(taskset.Member)
	if !ok || c.Driver().Scheduler() != coro.Scheduler(b.loop) {
		return 0
	}
	info := m.Inspect()
	if id := int(info.ID); info.State == taskset.Done && !b.ended[id] {
		b.ended[id] = true
		b.task(info)
	}
	return int(info.ID)
}

// explain asks what a is: itself, or one who will complete it.
func explain(a coro.Awaitable, core *future.Core) waits.Reason {
	if e, ok := a.(waits.Explainer); ok {
		return e.Explain()
	}
	if core != nil {
		for r := range core.Subscribers() {
			if e, ok := r.(waits.Explainer); ok {
				return e.Explain()
			}
		}
	}
	why := waits.Reason{Kind: strings.TrimPrefix(fmt.Sprintf("%T", a), "*")}
	if s, ok := a.(fmt.Stringer); ok {
		why.Kind = s.String()
	}
	if core != nil {
		why.Object = core
		if f, ok := frames.First(core.Site()); ok {
			why.Detail = fmt.Sprintf("made at %s:%d", path.Base(f.File), f.Line)
		}
	}
	return why
}

// coreOf returns the core of a future, nil for an awaitable that has none.
func coreOf(a coro.Awaitable) *future.Core {
	if c, ok := a.(interface{ Core() *future.Core }); ok {
		return c.Core()
	}
	return nil
}

// finish completes the graph. It does not need the loop.
func (b *builder) finish() *Graph {
	for _, l := range b.lines {
		for _, w := range l.waits {
			if id := b.waiting[w]; id != 0 {
				l.object.Line = append(l.object.Line, id)
			}
		}
	}
	known := make(map[uintptr]Frame)
	for _, s := range b.stacks {
		*s.frames = resolve(s.pcs, known)
	}
	return b.g
}

// resolve returns the frames of the user's code among pcs. Many tasks stand at
// the same few places, so each is looked up once; one that is of no interest
// becomes an empty frame.
func resolve(pcs []uintptr, known map[uintptr]Frame) []Frame {
	var all []Frame
	for i, pc := range pcs {
		f, ok := known[pc]
		if !ok {
			if r, user := frames.First(pcs[i : i+1]); user {
				f = Frame{r.Function, r.File, r.Line}
			}
			known[pc] = f
		}
		if f != (Frame{}) {
			all = append(all, f)
		}
	}
	return all
}
