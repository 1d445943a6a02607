package coro

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// errEnded is the cause of the end of a task's ctx when nobody cancelled it.
var errEnded = errors.New("asyncio: the task has ended")

// A Driver drives the coroutine that a [Context] belongs to: a task, or a loop
// for a ctx without a task.
type Driver interface {
	// Scheduler returns the loop.
	Scheduler() Scheduler

	// Check reports why an await would fail at once, if it would.
	Check(foreign context.Context) error

	// Pass reports whether a bare yield need not suspend, because nothing would
	// happen before the coroutine is resumed.
	Pass() bool

	// Await suspends the running coroutine until a is done and returns its
	// error, or the error thrown in. If foreign is not nil, its end ends the
	// wait too.
	Await(a Awaitable, foreign context.Context) error
}

// A Context is the ctx of a task, or of a scope within one: a timeout, a group.
//
// Its values are its parent's. Its Done channel closes when the task, or the
// scope, is cancelled or has ended. An await on it is interrupted only by what
// is thrown at that await (edge-triggered, as in asyncio), not by a closed
// Done, so cleanup may await. That is what sets it apart from a ctx derived
// from it by context.WithCancel or WithTimeout, which fails every await once it
// has ended, as it does any Go call.
//
// The parts of a context that package context provides, and that most tasks
// never ask for, are made on first use.
type Context struct {
	// What each await looks at stands together, see [Coroutine].
	foreign context.Context // the nearest ctx around a scope that is not ours
	own     *Context        // the task's own; itself, if this is not a scope
	turn    *Turn           // of the task's own ctx only, as co and driver are
	co      *Coroutine      // nil for a ctx without a task

	std    atomic.Pointer[stdContext]
	parent context.Context
	driver Driver
}

// A Turn is where a loop says whose turn it is.
type Turn struct {
	Current   *Context  // the own ctx of the task that is running, nil for none
	Queued    *int      // how many callbacks are ready
	Scheduler Scheduler // the loop
}

// stdContext is a Context's own cancelable ctx over its parent.
type stdContext struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	values context.Context // ctx, or what Decorate has made of it
}

// endedContext stands for the stdContext of an ended task that never had one.
var endedContext = func() *stdContext {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errEnded)
	return &stdContext{ctx, cancel, ctx}
}()

// key is the key under which a ctx finds its nearest Context.
type key struct{}

// noTurn is one that no task ever has.
var noTurn Turn

// Init makes c the ctx of a task that d drives, with the coroutine co, on the
// loop that turn belongs to. It has the values of parent and nothing else of it.
// A parent that is itself a Context stands for its own parent: otherwise a chain
// of tasks, each created by the last, would keep every ancestor alive.
//
// A ctx without a task has a nil co. With a nil turn, every await asks d, which
// can then check more.
func (c *Context) Init(parent context.Context, d Driver, co *Coroutine, turn *Turn) {
	if turn == nil {
		turn = &noTurn
	}
	c.own, c.driver, c.co, c.turn = c, d, co, turn
	for {
		p, ok := parent.(*Context)
		if !ok {
			break
		}
		if p.foreign == nil && p.bare() {
			c.parent = p.parent
			return
		}
		parent = p.parent
	}
	c.parent = context.WithoutCancel(parent)
}

// bare reports whether c's parent already is stripped of its cancellation.
func (c *Context) bare() bool {
	_, scope := c.parent.(*Context)
	return !scope && c.parent.Done() == nil
}

// NewScope returns the ctx of a scope entered with ctx, which must hold a task.
func NewScope(ctx context.Context) *Context {
	c, foreign := FromContext(ctx)
	return &Context{parent: ctx, foreign: foreign, own: c.own}
}

// FromContext returns the nearest Context in ctx, nil if there is none, and the
// ctx whose end must end an await on ctx, nil if only the task's own
// cancellation does.
func FromContext(ctx context.Context) (c *Context, foreign context.Context) {
	if c, ok := ctx.(*Context); ok {
		return c, c.foreign
	}
	c, _ = ctx.Value(key{}).(*Context)
	if c == nil {
		return nil, nil
	}
	switch ctx.Done() {
	case nil: // WithoutCancel
		return c, nil
	case c.Done(): // values only
		return c, c.foreign
	}
	return c, ctx
}

// MustFromContext is [FromContext] for those who cannot go on without a loop.
func MustFromContext(ctx context.Context) (*Context, context.Context) {
	c, foreign := FromContext(ctx)
	if c == nil {
		panic("asyncio: ctx has no event loop; pass the ctx that the task's function received")
	}
	return c, foreign
}

// Await suspends the task that ctx belongs to until a is done, and returns a's
// error; nil for a waits one iteration. If a is done already the task is not
// suspended. It returns earlier with an error thrown into the task, such as a
// cancellation, or with ctx's error if ctx was derived with a deadline or a
// cancel function and has ended.
//
// It panics if ctx has no loop.
func Await(ctx context.Context, a Awaitable) error {
	// The usual case is written out here, because what costs time in a switch
	// of stacks is the calls to return from after it: the processor predicts
	// none of them.
	if c, ok := ctx.(*Context); ok && c.foreign == nil {
		if own := c.own; own.turn.Current == own {
			if a == nil {
				if *own.turn.Queued == 0 && own.driver.Pass() {
					return nil
				}
			} else if a.Done() {
				return a.Err()
			}
			co := own.co
			if co.state != running {
				return co.Yield(a)
			}
			if co.Suspend(a) != nil {
				return co.Thrown()
			}
			return nil
		}
	}
	c, foreign := MustFromContext(ctx)
	return c.own.driver.Await(a, foreign)
}

// Running returns the coroutine of the task that ctx belongs to if an await on ctx
// may suspend it without further ado: the task is the one running, and nothing but
// its own cancellation ends the wait. Otherwise it returns nil, and [Await] knows
// more. It is for awaits that save the frame of Await, see [Coroutine.Suspend].
func Running(ctx context.Context) *Coroutine {
	c, ok := ctx.(*Context)
	if ok && c.foreign == nil && c.own.turn.Current == c.own && c.own.co.state == running {
		return c.own.co
	}
	return nil
}

// Yielding is Running for a bare yield, which the task need not be suspended for if
// nothing else is ready.
func Yielding(ctx context.Context) *Coroutine {
	if co := Running(ctx); co != nil && *ctx.(*Context).own.turn.Queued > 0 {
		return co
	}
	return nil
}

// Check returns the error with which any await on ctx would fail at once: it is
// the ctx of another task, or it was derived with a deadline or a cancel
// function and has ended. A primitive that need not suspend calls it first, so
// that it fails whether it must wait or not. It panics if ctx has no loop.
func Check(ctx context.Context) error {
	if c, ok := ctx.(*Context); ok && c.foreign == nil && c.own.turn.Current == c.own {
		return nil // the usual case
	}
	c, foreign := MustFromContext(ctx)
	return c.own.driver.Check(foreign)
}

// Own returns the ctx of the task that ctx belongs to: for the waits that must
// come to their end whatever ctx says. It panics if ctx has no loop.
func Own(ctx context.Context) *Context {
	c, _ := MustFromContext(ctx)
	return c.own
}

// TurnOf returns the turn of the loop in ctx. It panics if ctx has no loop.
func TurnOf(ctx context.Context) *Turn {
	if c, ok := ctx.(*Context); ok && c.own.turn.Scheduler != nil {
		return c.own.turn // the usual case
	}
	return Own(ctx).driver.Scheduler().Turn()
}

// Driver returns what drives the task that c belongs to.
func (c *Context) Driver() Driver { return c.own.driver }

// Deadline says that there is none. The time of a timeout scope is known to the
// loop's clock only, which need not be the system's.
func (c *Context) Deadline() (time.Time, bool) {
	if c.foreign != nil {
		return c.foreign.Deadline()
	}
	return time.Time{}, false
}

// Done returns a channel that is closed when the task or scope is cancelled or
// has ended. It may be called from any goroutine.
func (c *Context) Done() <-chan struct{} { return c.materialise().ctx.Done() }

// Err returns nil before Done is closed, then context.Canceled. It may be
// called from any goroutine.
func (c *Context) Err() error {
	if s := c.std.Load(); s != nil {
		return s.ctx.Err()
	}
	return c.parent.Err()
}

// Value returns the parent's value for k.
func (c *Context) Value(k any) any {
	if k == (key{}) {
		return c
	}
	// A std ctx answers for itself when package context looks for the parent
	// to attach a derived ctx to, so that none needs a goroutine.
	if s := c.std.Load(); s != nil && s != endedContext {
		return s.values.Value(k)
	}
	return c.parent.Value(k)
}

// Decorate gives c the values of the ctx that with makes of the one it is called
// with, in place of those of an earlier Decorate. They are c's alone: a task that
// is created with c does not get them, see [Context.Init]. It is for the loop's
// goroutine.
func (c *Context) Decorate(with func(ctx context.Context) context.Context) {
	if s := c.materialise(); s != endedContext {
		c.std.Store(&stdContext{s.ctx, s.cancel, with(s.ctx)})
	}
}

// Cancel closes Done with err as the cause.
func (c *Context) Cancel(err error) { c.materialise().cancel(err) }

// End closes Done because the task or scope is over.
func (c *Context) End() {
	if !c.std.CompareAndSwap(nil, endedContext) {
		c.std.Load().cancel(errEnded)
	}
}

// materialise returns c's std ctx, making it if this is the first use.
func (c *Context) materialise() *stdContext {
	if s := c.std.Load(); s != nil {
		return s
	}
	ctx, cancel := context.WithCancelCause(c.parent)
	s := &stdContext{ctx, cancel, ctx}
	if c.std.CompareAndSwap(nil, s) {
		return s
	}
	cancel(nil) // another goroutine was first
	return c.std.Load()
}
