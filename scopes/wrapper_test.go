package scopes_test

import "github.com/goasyncio/asyncio/futures"

type cancelled = futures.CancelledError

// wrapper adds something to an error.
type wrapper struct{ err error }

func (w *wrapper) Error() string { return "wrapped: " + w.err.Error() }
func (w *wrapper) Unwrap() error { return w.err }
