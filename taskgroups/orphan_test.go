package taskgroups

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A group does not return before its tasks are done, so that a task which fails
// after the one that has entered the group is done must be brought about by hand.
func TestErrorWithoutATaskToTakeIt(t *testing.T) {
	leak.Check(t)
	boom := errors.New("boom")
	var reports []eventloop.Event
	handler := func(_ *eventloop.Loop, e eventloop.Event) { reports = append(reports, e) }
	var g Group
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		parent := tasks.Go(ctx, func(ctx context.Context) error {
			if err := g.enter(ctx); err != nil {
				return err
			}
			return g.Go(func(ctx context.Context) error {
				tasks.Sleep(ctx, time.Second)
				return boom
			}, tasks.WithName("orphan"))
		})
		if _, err := parent.Await(ctx); err != nil {
			return err
		}
		return tasks.Sleep(ctx, 2*time.Second)
	}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithExceptionHandler(handler)))
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != 1 || reports[0].Reason != eventloop.ReasonOrphan || reports[0].Err != boom || reports[0].Name != "orphan" {
		t.Errorf("reports: %v, want one of the orphan's error", reports)
	}
}
