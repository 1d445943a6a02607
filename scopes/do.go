package scopes

// A scope's life: entering it, and leaving it when its function has ended.

import (
	"context"
	"errors"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/timeouts"
)

// ErrEntered is returned when a scope is entered a second time.
var ErrEntered = errors.New("asyncio: the cancel scope was entered before; make a new one for each Do")

// Do calls fn within the scope, in the current task, and returns what fn returns
// (Trio: with). If the scope was cancelled, it takes the scope's cancellation out
// of that: an error that is nothing else becomes nil, and a group of errors, of a
// task group or of errors.Join, loses those of its errors that are. While a scope
// around this one is cancelled too, and no shield is between, the error is left
// to that scope; if it is a derived ctx around this one that has ended, Do returns
// that ctx's error in its place.
//
// Do does not call fn, and returns [ErrEntered], if the scope was entered before,
// [coro.ErrNoTask] outside a task, and the error of an await with another task's
// ctx. It panics if fn is nil.
func (s *Scope) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	if fn == nil {
		panic("asyncio: cancel scope of a nil function")
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	returned := false
	defer func() {
		if !returned { // a panic, or runtime.Goexit
			s.leave()
		}
	}()
	err := fn(s.ctx)
	returned = true
	return s.exit(err)
}

// enter begins the function (Trio: __enter__).
func (s *Scope) enter(ctx context.Context) error {
	if s.state != created {
		return ErrEntered
	}
	own := coro.Own(ctx)
	t, ok := own.Driver().(task)
	if !ok {
		return coro.ErrNoTask
	}
	if err := coro.Check(own); err != nil {
		return err
	}
	_, foreign := coro.FromContext(ctx)
	if l, ok := foreign.(*level); ok {
		s.parent = (*Scope)(l)
	} else {
		s.outside = foreign
	}
	s.begin(t, own, ctx)
	if s.relative {
		s.relative, s.when = false, after(s.loop.Time(), s.when)
	}
	s.arm()
	return nil
}

// begin makes the scope active, for task t, with the values of ctx.
func (s *Scope) begin(t task, own *coro.Context, ctx context.Context) {
	s.state = active
	s.task, s.count = t, t.Cancelling()
	s.loop = own.Driver().Scheduler().(*eventloop.Loop)
	if s.shield {
		ctx, s.end = cut(own, ctx)
	}
	s.ctx = coro.NewLevel(own, ctx, (*level)(s))
	if p := s.parent; p != nil {
		p.join(s)
	}
	s.spread()
}

// leave ends the scope: what it was to its parent, the parent is to those who use
// it nevertheless.
func (s *Scope) leave() {
	s.disarm()
	s.state = left
	if p := s.parent; p != nil {
		p.part(s)
	}
	s.ctx.End()
	if s.end != nil {
		s.end(nil)
	}
}

// exit ends the scope and returns the error of Do for that of the function (Trio:
// _close).
func (s *Scope) exit(err error) error {
	scope, around := s.around()
	bare := s.task.Cancelling() <= s.count
	s.leave()
	if err == nil || s.called == nil || scope {
		return err
	}
	rest, found := filter{bare}.strip(err)
	switch {
	case !found:
		return err
	case rest == nil && around != nil:
		return around
	}
	s.caught = true
	return rest
}

// around returns the error of what has ended around the scope, if the scope is not
// a shield, and whether that is a scope.
func (s *Scope) around() (scope bool, err error) {
	switch {
	case s.shield:
		return false, nil
	case s.parent != nil:
		return s.parent.cancelled != nil, (*level)(s.parent).Err()
	case s.outside != nil:
		return false, s.outside.Err()
	}
	return false, nil
}

// MoveOnAfter calls fn in a scope that is cancelled after d, and reports whether
// that, or rather a cancellation of the scope, has ended fn (Trio:
// move_on_after). Then err is nil, unless fn has failed besides.
func MoveOnAfter(ctx context.Context, d time.Duration, fn func(ctx context.Context) error, opts ...Option) (moved bool, err error) {
	return moveOn(ctx, After(d), fn, opts)
}

// MoveOnAt is [MoveOnAfter] with a time of the loop's clock (Trio: move_on_at).
func MoveOnAt(ctx context.Context, when time.Duration, fn func(ctx context.Context) error, opts ...Option) (moved bool, err error) {
	return moveOn(ctx, At(when), fn, opts)
}

func moveOn(ctx context.Context, limit Option, fn func(ctx context.Context) error, opts []Option) (bool, error) {
	s := New(opts...)
	limit(s)
	err := s.Do(ctx, fn)
	return s.caught, err
}

// FailAfter calls fn in a scope that is cancelled after d, and returns a
// [*timeouts.TimeoutError] if that has ended fn (Trio: fail_after), joined with
// what else fn has failed with.
func FailAfter(ctx context.Context, d time.Duration, fn func(ctx context.Context) error, opts ...Option) error {
	return fail(moveOn(ctx, After(d), fn, opts))
}

// FailAt is [FailAfter] with a time of the loop's clock (Trio: fail_at).
func FailAt(ctx context.Context, when time.Duration, fn func(ctx context.Context) error, opts ...Option) error {
	return fail(moveOn(ctx, At(when), fn, opts))
}

func fail(moved bool, err error) error {
	switch {
	case !moved:
		return err
	case err == nil:
		return &timeouts.TimeoutError{}
	}
	return errors.Join(&timeouts.TimeoutError{}, err)
}

// after returns the time d after now.
func after(now, d time.Duration) time.Duration {
	when := now + d
	if d > 0 && when < d {
		return timeouts.Never
	}
	return when
}
