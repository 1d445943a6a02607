package scopes

// The tree of scopes, and how a cancellation goes down in it.

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/timeouts"
)

// join makes n the last of the scopes within s.
func (s *Scope) join(n *Scope) {
	n.prev = s.last
	if s.last != nil {
		s.last.next = n
	} else {
		s.first = n
	}
	s.last = n
}

// part takes n out of the scopes within s.
func (s *Scope) part(n *Scope) {
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		s.first = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	} else {
		s.last = n.prev
	}
	n.prev, n.next = nil, nil
}

// refresh finds out what holds in the scope from what holds around it.
func (s *Scope) refresh() {
	s.cancelled, s.reach = s.called, nil
	switch p := s.parent; {
	case s.shield:
	case p == nil:
		s.reach = s.outside
	default:
		s.reach = p.reach
		if s.cancelled == nil {
			s.cancelled = p.cancelled
		}
	}
}

// spread refreshes s and the scopes within, from the outermost in and each level
// in the order of entry, and ends the waits in those that are cancelled. It calls
// nobody who could change the tree meanwhile.
func (s *Scope) spread() {
	for n := s; n != nil; {
		cancelled, reach := n.cancelled, n.reach
		n.refresh()
		changed := n.cancelled != cancelled || n.reach != reach
		if changed {
			n.interrupt()
		}
		n = n.following(s, changed)
	}
}

// following returns the scope after n in the tree of root, which may be among
// those within n.
func (n *Scope) following(root *Scope, within bool) *Scope {
	if within && n.first != nil {
		return n.first
	}
	for ; n != root; n = n.parent {
		if n.next != nil {
			return n.next
		}
	}
	return nil
}

// interrupt ends the wait in n, if it must end.
func (n *Scope) interrupt() {
	err := (*level)(n).Err()
	if err == nil {
		return
	}
	if n.cancelled != nil {
		n.ctx.Cancel(n.cancelled)
		n.loop.PollWatches() // some may be derived from that
	} else {
		n.ctx.Cancel(context.Cause(n.reach))
	}
	if n.waiting != nil {
		n.waiting.Interrupt(err)
	}
}

// level is a scope as the awaits in it see it.
type level Scope

// Err says whether the scope is cancelled now. After the scope is left it is what
// is around it that counts.
func (l *level) Err() error {
	switch {
	case l.state == left && l.parent != nil:
		return (*level)(l.parent).Err()
	case l.state == left && l.outside != nil:
		return l.outside.Err()
	case l.state == left:
	case l.cancelled != nil:
		return l.cancelled
	case l.reach != nil:
		return l.reach.Err()
	}
	return nil
}

// Done is the channel of the scope's ctx, which stays closed.
func (l *level) Done() <-chan struct{} { return l.ctx.Done() }

// Value is that of the scope's ctx.
func (l *level) Value(k any) any { return l.ctx.Value(k) }

// Deadline is that of a derived ctx around the scope: the scope's own is known to
// the loop's clock only.
func (l *level) Deadline() (time.Time, bool) {
	if l.reach != nil {
		return l.reach.Deadline()
	}
	return time.Time{}, false
}

// Outside implements [coro.Level].
func (l *level) Outside() context.Context {
	s := (*Scope)(l)
	for s.parent != nil {
		s = s.parent
	}
	if s.outside == nil || s.outside.Err() != nil {
		return nil // SetShield knows when that counts again
	}
	return s.outside
}

// Watch implements [coro.Level].
func (l *level) Watch(w coro.Interruptible) { l.waiting = w }

// Enter implements [coro.Level]: what a task of a group within the scope does is
// in a scope of its own, which nobody cancels.
func (l *level) Enter(ctx context.Context) (context.Context, func()) {
	s := &Scope{parent: (*Scope)(l)}
	own := coro.Own(ctx)
	s.begin(own.Driver().(task), own, ctx)
	return s.ctx, s.leave
}

// cut returns a ctx with the values of ctx and the end of the task alone, and the
// function that releases it.
func cut(own *coro.Context, ctx context.Context) (context.Context, context.CancelCauseFunc) {
	std, end := context.WithCancelCause(own)
	return cutContext{std, ctx}, end
}

type cutContext struct {
	context.Context
	values context.Context
}

// Value returns the value for k.
func (c cutContext) Value(k any) any {
	if c.Context.Value(k) == any(c.Context) {
		return c.Context // package context asks for what to attach a derived ctx to
	}
	return c.values.Value(k)
}

// Past is the [EffectiveDeadline] of what is cancelled already.
const Past time.Duration = -1 << 63

// EffectiveDeadline returns the time of the loop's clock at which the awaits on ctx
// begin to fail: the earliest deadline of the scopes around, up to the first
// shield; [timeouts.Never] if there is none, and [Past] if they fail now (Trio:
// current_effective_deadline). It knows scopes alone, not the deadlines of
// timeouts and of derived ctxs.
func EffectiveDeadline(ctx context.Context) time.Duration {
	c, foreign := coro.MustFromContext(ctx)
	if foreign == nil {
		return timeouts.Never
	}
	if foreign.Err() != nil {
		return Past
	}
	earliest := timeouts.Never
	l, _ := coro.LevelOf(c).(*level)
	for s := (*Scope)(l); s != nil; s = s.parent {
		if s.state != left {
			earliest = min(earliest, s.Deadline())
			if s.shield {
				break
			}
		}
	}
	return earliest
}
