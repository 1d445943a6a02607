package asyncio

// Cancel scopes, which asyncio does not have.

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/scopes"
)

// A CancelScope is a part of a task that can be cancelled by itself: while it is,
// every await in it fails; see package [scopes] (Trio: CancelScope). Its zero value
// is ready to be used. Its methods are Do, Cancel, CancelCalled, CancelledCaught,
// Shield, SetShield, Deadline and SetDeadline.
type CancelScope = scopes.Scope

// MoveOnAfter calls fn in a cancel scope that is cancelled after d, and reports
// whether that has ended fn (Trio: move_on_after).
func MoveOnAfter(ctx context.Context, d time.Duration, fn func(ctx context.Context) error, opts ...scopes.Option) (moved bool, err error) {
	return scopes.MoveOnAfter(ctx, d, fn, opts...)
}

// FailAfter calls fn in a cancel scope that is cancelled after d, and returns a
// [TimeoutError] if that has ended fn (Trio: fail_after).
func FailAfter(ctx context.Context, d time.Duration, fn func(ctx context.Context) error, opts ...scopes.Option) error {
	return scopes.FailAfter(ctx, d, fn, opts...)
}
