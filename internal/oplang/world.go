package oplang

import (
	"time"

	"github.com/goasyncio/asyncio/eventloop"
)

// A world is where a loop has its time from.
type world interface {
	// burn lets time pass without giving way.
	burn(d time.Duration)

	// iteration counts the iterations of the loop, from 1.
	iteration() int
}

// bubble is the world of a loop on its own clock, in a synctest bubble.
type bubble struct{}

func (bubble) burn(d time.Duration) { time.Sleep(d) }
func (bubble) iteration() int       { return 0 }

// virtual is a world whose time is moved by sleeping and burning alone: clock and
// selector of a loop at once.
type virtual struct {
	eventloop.VirtualClock
	in    *interp
	count int
}

func newVirtual(in *interp) *virtual { return &virtual{in: in} }

func (v *virtual) burn(d time.Duration) { v.Advance(d) }
func (v *virtual) iteration() int       { return v.count }

// Resolution is how early timers may fire.
func (v *virtual) Resolution() time.Duration { return v.in.prog.options.resolution }

const (
	// maxIterations caps the iterations of a run, as a multiple of its cap on
	// steps.
	maxIterations = 20

	// maxSelect is the longest sleep of one iteration.
	maxSelect = 24 * time.Hour
)

// Select lets time pass until the next timer is due. Nothing else can wake the
// loop.
func (v *virtual) Select(timeout time.Duration) error {
	v.count++
	switch {
	case v.in.over:
		return errOver
	case v.count > maxIterations*v.in.maxSteps:
		return v.in.abort()
	case timeout < 0:
		return errDeadlock
	}
	v.Advance(min(timeout, maxSelect))
	return nil
}

// Wake does nothing: the loop is never waited for.
func (v *virtual) Wake() {}

// Close does nothing.
func (v *virtual) Close() error { return nil }
