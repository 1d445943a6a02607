package coro

import "context"

// A Level is the ctx that makes the awaits of a cancel scope level-triggered: its
// Err says whether the scope is cancelled now, which it may cease to be when a
// scope within becomes a shield. It is what is foreign about the scope's
// [Context]. Each belongs to one task, and all of it to the goroutine of the loop.
type Level interface {
	context.Context

	// Outside returns the ctx around the scopes, if there is one that has not
	// ended and was derived with a deadline or a cancel function.
	Outside() context.Context

	// Watch says that the task waits on the level, with nil that it does no more.
	// When Err becomes other than nil, w is interrupted, within the call that
	// brings that about.
	Watch(w Interruptible)

	// Enter puts another task, that of ctx, inside the scope too. It returns the
	// ctx for the task's function, and what to call when that has returned.
	Enter(ctx context.Context) (inner context.Context, leave func())
}

// Interruptible is a task that waits.
type Interruptible interface{ Interrupt(err error) }

// NewLevel returns the ctx of a scope in the task of ctx, whose awaits l ends. It
// has the values and the end of parent.
func NewLevel(ctx, parent context.Context, l Level) *Context {
	c, _ := MustFromContext(ctx)
	return &Context{parent: parent, foreign: l, own: c.own}
}

// LevelOf returns the level of ctx, nil if there is none. A ctx that was derived
// with a deadline or a cancel function ends with the scope around it, but is not
// level-triggered by it any more, and has none.
func LevelOf(ctx context.Context) Level {
	_, foreign := FromContext(ctx)
	l, _ := foreign.(Level)
	return l
}
