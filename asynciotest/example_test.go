package asynciotest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/asynciotest"
)

// A test of a limit of an hour, which takes no time.
func ExampleRun() {
	serve := func(ctx context.Context) error { return asyncio.Sleep(ctx, 24*time.Hour) }

	testLimit := func(t *testing.T) {
		asynciotest.Run(t, func(ctx context.Context) {
			err := asyncio.WithTimeout(ctx, time.Hour, serve)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v, want a timeout", err)
			}
		})
	}
	_ = testLimit // func TestLimit(t *testing.T) in a file of tests
}
