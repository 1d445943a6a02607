package locks_test

import (
	"context"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
)

// must panics with an error that would be a bug of the test.
func must(err error) { waittest.Must(err) }

func loopOf(ctx context.Context) *eventloop.Loop { return eventloop.FromContext(ctx) }
