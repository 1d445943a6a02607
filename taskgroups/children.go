package taskgroups

// The tasks of a group.

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/tasks"
)

// Create makes fn a task of g (asyncio: TaskGroup.create_task). The task's ctx
// has the values of the body's ctx.
//
// A group that has not been entered, is shutting down or is finished refuses with
// an [ErrClosed]: there is no task, and fn does not run. The error may be ignored
// where fn is not needed once the group is ending: Run returns what ended it.
//
// Create panics if fn is nil.
func Create[T any](g *Group, fn func(ctx context.Context) (T, error), opts ...tasks.Option) (*tasks.Task[T], error) {
	if fn == nil {
		panic("asyncio: taskgroups.Create of a nil function")
	}
	if err := g.refuse(); err != nil {
		return nil, err
	}
	t := tasks.Create(g.scope, within(g.level, fn), opts...)
	g.add(t)
	return t, nil
}

// Go is [Create] for a function without a result, where nobody but the group asks
// for the task.
func (g *Group) Go(fn func(ctx context.Context) error, opts ...tasks.Option) error {
	if fn == nil {
		panic("asyncio: Group.Go of a nil function")
	}
	if err := g.refuse(); err != nil {
		return err
	}
	if l := g.level; l != nil {
		body := fn
		fn = func(ctx context.Context) error {
			ctx, leave := l.Enter(ctx)
			defer leave()
			return body(ctx)
		}
	}
	g.add(tasks.Go(g.scope, fn, opts...))
	return nil
}

// within returns fn as a function that runs inside the cancel scope of l, if there
// is one.
func within[T any](l coro.Level, fn func(ctx context.Context) (T, error)) func(ctx context.Context) (T, error) {
	if l == nil {
		return fn
	}
	return func(ctx context.Context) (T, error) {
		ctx, leave := l.Enter(ctx)
		defer leave()
		return fn(ctx)
	}
}

// Cancel ends the group early: its body and its tasks are cancelled, and Do
// returns nil once they are done, unless one of them fails or the task is
// cancelled by somebody else too (asyncio: TaskGroup.cancel). A group that has
// not been entered is cancelled when it is: the body runs, and its first await
// fails. Cancelling twice, or a group that is ending or finished, does nothing.
func (g *Group) Cancel() {
	switch {
	case !g.entered:
		g.cancelOnEnter = true
	case g.exiting && g.left == 0, g.aborting:
	default:
		g.abort(nil)
		g.cancelBody()
	}
}

// refuse returns the reason why the group takes no tasks, if there is one.
func (g *Group) refuse() error {
	switch {
	case !g.entered:
		return errNotEntered
	case g.exiting && g.left == 0:
		return errFinished
	case g.aborting:
		return errAborting
	}
	return nil
}

// child is a task's place in its group's list, and what subscribes to it.
type child struct {
	group      *Group
	task       tasks.Any
	prev, next *child
}

// add makes t the last of the tasks. One that was started eagerly may be done:
// the group hears of that in the next iteration, as of every other.
func (g *Group) add(t tasks.Any) {
	c := &child{group: g, task: t, prev: g.last}
	if g.last != nil {
		g.last.next = c
	} else {
		g.first = c
	}
	g.last = c
	g.left++
	t.Subscribe(c)
	if g.swept && !t.Done() {
		t.Cancel() // in its eager first step it has cancelled the group
	}
}

// pending ranges over the tasks that are not done.
func (g *Group) pending(yield func(coro.Awaitable) bool) {
	for c := g.first; c != nil; c = c.next {
		if !c.task.Done() && !yield(c.task) {
			return
		}
	}
}

func (g *Group) remove(c *child) {
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		g.first = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	} else {
		g.last = c.prev
	}
	c.prev, c.next = nil, nil
	g.left--
}

// Run is called by the loop when the task is done (asyncio: _on_task_done).
func (c *child) Run() {
	g := c.group
	g.remove(c)
	if g.waiting && g.left == 0 {
		g.completed.Finish(nil, &g.completed)
	}
	if c.task.Cancelled() {
		return
	}
	err := c.task.Err()
	switch {
	case err == nil:
	case g.task.Done():
		g.loop().CallExceptionHandler(eventloop.Event{
			Reason: eventloop.ReasonOrphan, Err: err, Name: c.task.Name(), Source: c.task})
	default:
		g.errs = append(g.errs, err)
		if !g.aborting {
			g.abort(nil)
			g.cancelBody()
		}
	}
}

// stop ends the group because of err, a cancellation or the end of ctx; nil if it
// is the body that has failed. The cancel scope that the group is in has told the
// tasks itself, as far as they are not shielded from it.
func (g *Group) stop(err error) {
	if g.level != nil && g.level.Err() != nil && future.IsScoped(err, false) {
		g.aborting = true
		return
	}
	g.abort(future.CauseOf(err))
}

// abort cancels the tasks, in the order in which they joined, if that was not
// done before. cause is what led to it, if somebody said.
func (g *Group) abort(cause error) {
	if g.swept {
		return
	}
	g.aborting, g.swept = true, true
	for c := g.first; c != nil; c = c.next {
		// Cancel of one that is done would make its error count as seen.
		if !c.task.Done() {
			c.task.CancelCause(cause)
		}
	}
}

// cancelBody cancels what the task does within the group: the body, or the wait
// for the tasks. exit takes the request back.
func (g *Group) cancelBody() {
	g.requested = true
	g.parent.CancelScope(g.scope)
}
