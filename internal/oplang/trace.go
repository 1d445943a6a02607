package oplang

// The lines of a trace, and the names in them.

import (
	"fmt"
	"io"
	"strings"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/tasks"
)

// emit writes a line for whoever acts.
func (in *interp) emit(text string) { in.write(in.actor(), text) }

// emitLoop writes a line for the loop.
func (in *interp) emitLoop(text string) { in.write("loop", text) }

// emitOp writes a line about an op after its start.
func (in *interp) emitOp(o *op, text string) { in.emit(fmt.Sprintf("#%d %s", o.num, text)) }

func (in *interp) write(actor, text string) {
	if in.over {
		return
	}
	line := number(in.loop.Time().Seconds()) + " " + actor + " " + text
	iteration := in.world.iteration()
	if in.opts.Iterations {
		line = fmt.Sprintf("i%d %s", iteration, line)
	}
	if in.opts.Observe != nil {
		in.opts.Observe(in.loop, iteration, line)
	}
	if _, err := io.WriteString(in.out, line+"\n"); err != nil {
		in.fail(err)
	}
}

// actor returns who acts.
func (in *interp) actor() string {
	if t := in.current(); t != nil {
		return t.Name()
	}
	if in.callback != "" {
		return "cb:" + in.callback
	}
	return "loop"
}

// current returns the task that runs, nil for none.
func (in *interp) current() *tasks.Task[any] {
	t, _ := tasks.Current(in.base).(*tasks.Task[any])
	return t
}

// bind binds a label to f and records f.
func (in *interp) bind(label string, f awaited) {
	in.labels[label] = f
	if _, ok := in.names[f]; !ok {
		in.names[f] = label
		in.recorded = append(in.recorded, f)
	}
}

// future returns what a label is bound to.
func (in *interp) future(label string) (awaited, error) {
	if label == "self" {
		if t := in.current(); t != nil {
			return t, nil
		}
		return nil, errUnbound
	}
	if f := in.labels[label]; f != nil {
		return f, nil
	}
	return nil, errUnbound
}

// task returns the task that a label is bound to.
func (in *interp) task(label string) (*tasks.Task[any], error) {
	f, err := in.future(label)
	if t, ok := f.(*tasks.Task[any]); ok {
		return t, nil
	} else if err == nil {
		err = errUnbound
	}
	return nil, err
}

// created is called by the loop right after the constructor of each task.
func (in *interp) created(task any) {
	t := task.(*tasks.Task[any])
	label := in.adopt(t)
	in.bind(label, t)
	in.names[t] = t.Name()
	t.AddDoneCallback(in.taskDone)
}

// adopt gives a task its name, once: the label it was created with, and a number
// if there were others. For an eager task that is at its first step, which comes
// before its constructor has returned.
func (in *interp) adopt(t *tasks.Task[any]) (label string) {
	if label, ok := in.taskLabel[t]; ok {
		return label
	}
	label = t.Name()
	in.taskLabel[t] = label
	in.uses[label]++
	if k := in.uses[label]; k > 1 {
		t.SetName(fmt.Sprintf("%s#%d", label, k))
	}
	return label
}

// taskDone is the first done callback of every task.
func (in *interp) taskDone(t *tasks.Task[any]) {
	if p, ok := t.Core().Peek().(*coro.PanicError); ok {
		in.fail(p)
	}
	in.emitLoop("done " + t.Name() + " " + statusText(t))
}

// nameOf returns the first label of a future, the name of a task.
func (in *interp) nameOf(a coro.Awaitable) string {
	if f, ok := a.(awaited); ok && in.names[f] != "" {
		return in.names[f]
	}
	return "?"
}

// nameList writes futures by their names.
func nameList[F coro.Awaitable](in *interp, fs []F) string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = "@" + in.nameOf(f)
	}
	return "[" + strings.Join(names, ",") + "]"
}

// liveTasks writes the tasks that are not done.
func (in *interp) liveTasks() string {
	names := make([]string, 0)
	for _, t := range tasks.AllOf(in.loop) {
		names = append(names, "@"+t.Name())
	}
	return "[" + strings.Join(names, ",") + "]"
}
