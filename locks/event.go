package locks

import (
	"context"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
)

// An Event is a flag that tasks can wait for (asyncio: Event). Its zero value is
// not set.
type Event struct {
	line waitq.Line
	home waitq.Home
	set  bool
}

// Wait waits until the event is set. It returns at once if it is. A task that
// Set has woken returns even if the event is cleared before it runs.
func (e *Event) Wait(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil || e.set {
		return err
	}
	w, err := e.line.Join(ctx, &e.home, e)
	if err != nil {
		return err
	}
	err = coro.Await(ctx, w)
	e.line.Leave(w)
	return err
}

// Set sets the event and wakes all who wait for it.
func (e *Event) Set() {
	if !e.set {
		e.set = true
		e.line.WakeAll()
	}
}

// Clear takes Set back: a Wait that comes now waits for the next Set.
func (e *Event) Clear() { e.set = false }

// IsSet reports whether the event is set.
func (e *Event) IsSet() bool { return e.set }

// String describes the event in reports.
func (e *Event) String() string {
	state := "that is not set"
	if e.set {
		state = "that is set"
	}
	return fmt.Sprintf("an event %s (%s)", state, waiting(&e.line))
}

// Explain implements [waits.Explainer].
func (e *Event) Explain() waits.Reason {
	return waits.Reason{Kind: "event", Object: e, Line: e.line.All()}
}
