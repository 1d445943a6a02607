package taskgroups

// A group's life: entering it, and leaving it when the body has ended.

import (
	"context"
	"errors"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/tasks"
)

// Run calls body with a new group, waits for the tasks of the group, and returns
// a [*GroupError] if any of them or body has failed (asyncio: async with
// TaskGroup). It returns a cancellation, or the end of ctx, as it is.
//
// Run must be called in the task of ctx; elsewhere it returns the error of an
// await without calling body.
func Run(ctx context.Context, body func(ctx context.Context, g *Group) error) error {
	if body == nil {
		panic("asyncio: taskgroups.Run of a nil function")
	}
	g := New()
	return g.Do(ctx, func(ctx context.Context) error { return body(ctx, g) })
}

// A Group is a set of tasks that are waited for together (asyncio: TaskGroup).
// Its zero value is ready to be entered, once, by [Group.Do]. Its methods are for
// the loop's goroutine, in whatever task or callback.
type Group struct {
	_ noCopy

	parent parent        // the task that has entered the group
	task   tasks.Any     // the same
	own    *coro.Context // its ctx
	scope  *coro.Context // the body's

	first, last *child
	left        int // how many tasks are not done (asyncio: len of _tasks)
	errs        []error
	completed   completion // asyncio: _on_completed_fut
	level       coro.Level // of the cancel scope that the group is in, nil for none

	entered       bool
	cancelOnEnter bool
	exiting       bool // the body has ended
	aborting      bool // it takes no more tasks
	swept         bool // the tasks were cancelled
	requested     bool // so was the body (asyncio: _parent_cancel_requested)
	waiting       bool // for completed
}

// parent is what a group needs of the task that enters it.
type parent interface {
	Cancelling() int
	Uncancel() int
	CancelScope(scope *coro.Context)
	IsCancelled(err error) bool
}

// noCopy makes vet find copies of a group.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// New returns a group that is to be entered by [Group.Do]. Until then it can be
// handed to those who may want to cancel it.
func New() *Group { return new(Group) }

// Do calls body within the group and waits for the group's tasks; see [Run],
// which is the usual form. A group is entered once: after that Do returns
// [ErrEntered].
func (g *Group) Do(ctx context.Context, body func(ctx context.Context) error) error {
	if body == nil {
		panic("asyncio: Do of a nil function")
	}
	if err := g.enter(ctx); err != nil {
		return err
	}
	defer g.scope.End()
	returned := false
	defer func() {
		if !returned { // a panic, or runtime.Goexit
			g.unwind(ctx)
		}
	}()
	err := body(g.scope)
	returned = true
	return g.exit(ctx, err)
}

// enter begins the body (asyncio: __aenter__).
func (g *Group) enter(ctx context.Context) error {
	if g.entered {
		return ErrEntered
	}
	if err := coro.Check(ctx); err != nil {
		return err
	}
	p, ok := coro.Own(ctx).Driver().(parent)
	if !ok {
		return coro.ErrNoTask
	}
	g.parent, g.task = p, tasks.Current(ctx)
	g.own = coro.Own(ctx)
	g.scope = coro.NewScope(ctx)
	g.level = coro.LevelOf(ctx)
	g.entered = true
	if g.cancelOnEnter {
		g.Cancel()
	}
	return nil
}

// exit waits for the tasks and returns the error of Do for the error of the body
// (asyncio: __aexit__).
func (g *Group) exit(ctx context.Context, err error) error {
	g.exiting = true
	var pass error // a cancellation, or the end of ctx, that Do may have to return
	if err != nil {
		if g.interrupted(ctx, err) {
			pass, err = err, nil
		}
		g.stop(pass)
	}
	var absorbed error // the last cancellation while waiting
	for g.left > 0 {
		switch werr := g.wait(ctx); {
		case werr == nil:
		case !g.interrupted(ctx, werr):
			return werr // the coroutine is being closed: no await can succeed
		default:
			absorbed = werr
			if !g.aborting || !g.swept && !future.IsScoped(werr, false) {
				pass = werr
				g.stop(werr)
			}
		}
	}
	if g.requested {
		switch left := g.parent.Uncancel(); {
		case left > 0 && pass == nil:
			pass = absorbed // it was not, or not only, the group's own
		case left == 0 && !ended(ctx, pass):
			pass = nil
		}
	}
	if err != nil {
		g.errs = append(g.errs, err)
	}
	return g.outcome(pass, err)
}

// outcome returns the error of Do once the tasks are done: errors come before
// pass. err is the body's own, the last of errs if it is not nil.
func (g *Group) outcome(pass, err error) error {
	switch {
	case len(g.errs) == 0:
		return pass
	case len(g.errs) == 1 && errors.Is(err, coro.ErrClosed):
		return err // the coroutine is being closed, and nothing has failed
	}
	g.recancel()
	return &GroupError{g.errs}
}

// unwind ends a group whose body does not return.
func (g *Group) unwind(ctx context.Context) {
	g.exiting = true
	g.abort(nil)
	for g.left > 0 {
		if err := g.wait(ctx); err != nil && !g.interrupted(ctx, err) {
			return
		}
	}
	for _, err := range g.errs { // which a panic would hide
		g.loop().CallExceptionHandler(eventloop.Event{
			Reason: eventloop.ReasonUnretrieved, Err: err, Name: "task group of " + g.task.Name()})
	}
	if g.requested {
		g.parent.Uncancel()
	}
	g.recancel()
}

// recancel makes the next await return the cancellation from outside that the
// group, which has an error to return, has absorbed.
func (g *Group) recancel() {
	if g.parent.Cancelling() > 0 {
		g.parent.Uncancel() // the count stays as it is
		g.parent.CancelScope(g.scope)
	}
}

// interrupted reports whether err, out of the body or of a wait, means that the
// task is cancelled or that ctx has ended.
func (g *Group) interrupted(ctx context.Context, err error) bool {
	return ended(ctx, err) || g.parent.IsCancelled(err)
}

// ended reports whether err says that ctx has ended, which was derived with a
// deadline or a cancel function.
func ended(ctx context.Context, err error) bool {
	_, foreign := coro.FromContext(ctx)
	if foreign == nil || foreign.Err() == nil {
		return false
	}
	for err != nil && err != foreign.Err() {
		u, ok := err.(interface{ Unwrap() error })
		if _, panicked := err.(*coro.PanicError); !ok || panicked {
			return false
		}
		err = u.Unwrap()
	}
	return err != nil
}

// wait suspends the task until the group's tasks are done. Once they have been
// cancelled, the end of ctx is no reason to leave them behind.
func (g *Group) wait(ctx context.Context) error {
	if g.aborting {
		ctx = g.own
	}
	g.completed = completion{g: g}
	g.completed.Bind(g.loop().Turn())
	g.waiting = true
	err := coro.Await(ctx, &g.completed)
	g.waiting = false
	return err
}

// completion is what a group waits for.
type completion struct {
	future.Core
	g *Group
}

// String names the wait in reports.
func (c *completion) String() string { return fmt.Sprintf("a group of %d tasks", c.g.left) }

// Explain implements [waits.Explainer].
func (c *completion) Explain() waits.Reason {
	return waits.Reason{Kind: "group", Object: c.g, On: c.g.pending, State: fmt.Sprintf("%d left", c.g.left)}
}

func (g *Group) loop() *eventloop.Loop { return g.own.Driver().Scheduler().(*eventloop.Loop) }
