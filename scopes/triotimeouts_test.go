package scopes_test

// Trio's tests of its timeouts: those in _tests/test_timeouts.py.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// test_sleep, test_move_on_after, test_fail, and both of
// test_..._even_if_shielded. (test_timeouts_raise_value_error has no counterpart:
// a delay of zero or less is one that has passed, as with package timeouts.)
func TestTimeouts(t *testing.T) {
	const s = time.Second
	type limit = func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error
	moveOn := func(d time.Duration) limit {
		return func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error {
			moved, err := scopes.MoveOnAfter(ctx, d, fn, opts...)
			if moved && err == nil {
				return errX
			}
			return err
		}
	}
	for _, tt := range []struct {
		name  string
		limit limit
		fn    func(ctx context.Context) error
		want  string
		at    time.Duration
	}{
		{"move on", moveOn(s), forever, "x", s},
		{"move on at", func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error {
			if moved, err := scopes.MoveOnAt(ctx, s, fn, opts...); !moved {
				return err
			}
			return errX
		}, forever, "x", s},
		{"move on at once", moveOn(0), func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }, "x", 0},
		{"move on in the past", moveOn(-s), forever, "x", 0},
		{"in time", moveOn(2 * s), func(ctx context.Context) error { return tasks.Sleep(ctx, s) }, "nil", s},
		{"never", moveOn(timeouts.Never), func(ctx context.Context) error { return tasks.Sleep(ctx, s) }, "nil", s},
		{"as good as never", moveOn(timeouts.Never - 1), func(ctx context.Context) error { return tasks.Sleep(ctx, s) }, "nil", s},
		{"an error", moveOn(s), func(ctx context.Context) error { return errY }, "y", 0},
		{"an error after the time", moveOn(s), func(ctx context.Context) error { forever(ctx); return errY }, "y", s},
		{"fail", func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error {
			return scopes.FailAfter(ctx, s, fn, opts...)
		}, forever, "timeout", s},
		{"fail at", func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error {
			return scopes.FailAt(ctx, s, fn, opts...)
		}, forever, "timeout", s},
		{"fail, and otherwise too", func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error {
			return scopes.FailAfter(ctx, s, fn, opts...)
		}, func(ctx context.Context) error { return errors.Join(forever(ctx), errY) }, "joined[timeout joined[y]]", s},
		{"fail in time", func(ctx context.Context, fn func(ctx context.Context) error, opts ...scopes.Option) error {
			return scopes.FailAfter(ctx, 2*s, fn, opts...)
		}, func(ctx context.Context) error { return tasks.Sleep(ctx, s) }, "nil", s},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				fails(t, "limit", tt.limit(ctx, tt.fn), tt.want)
				equal(t, "time", now(ctx), tt.at)
			})
		})
		t.Run(tt.name+", behind a shield", func(t *testing.T) {
			run(t, func(ctx context.Context) {
				var outer scopes.Scope
				in(t, ctx, &outer, func(ctx context.Context) {
					outer.Cancel(nil)
					fails(t, "limit", tt.limit(ctx, tt.fn, scopes.Shielded), tt.want)
					checkpoint(t, ctx, "scoped")
				})
				equal(t, "time", now(ctx), tt.at)
			})
		})
	}
}

// test_context_shields_from_outer
func TestShieldedTimeout(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outer scopes.Scope
		inner := scopes.New(scopes.After(time.Second), scopes.Shielded)
		in(t, ctx, &outer, func(ctx context.Context) {
			in(t, ctx, inner, func(ctx context.Context) {
				outer.Cancel(nil)
				checkpoint(t, ctx, "nil")
				inner.SetShield(false)
				checkpoint(t, ctx, "scoped")
			})
		})
	})
}

// test_timeout_deadline_on_entry, test_invalid_access_unentered. Here an option is
// no more than what is settled at the entry: until then there is no deadline, and
// one that is set takes its place.
func TestRelativeDeadlineCountsFromTheEntry(t *testing.T) {
	const s = time.Second
	run(t, func(ctx context.Context) {
		scope, other := scopes.New(scopes.After(5*s)), scopes.New(scopes.After(5*s))
		equal(t, "before the entry", scope.Deadline(), timeouts.Never)
		fails(t, "sleep", tasks.Sleep(ctx, 3*s), "nil")
		in(t, ctx, scope, func(context.Context) {
			equal(t, "after the entry", scope.Deadline(), 8*s)
			scope.SetDeadline(6 * s)
			equal(t, "moved", scope.Deadline(), 6*s)
		})
		other.SetDeadline(7 * s)
		in(t, ctx, other, func(context.Context) { equal(t, "settled before", other.Deadline(), 7*s) })
	})
}
