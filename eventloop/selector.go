package eventloop

import (
	"sync/atomic"
	"time"

	"github.com/goasyncio/asyncio/eventloop/selectors"
	"github.com/goasyncio/asyncio/internal/nap"
)

// Forever is the timeout of a Select that only Wake ends.
const Forever time.Duration = -1

// A Selector is where a loop waits (asyncio: selectors.BaseSelector). One that is to
// wait for descriptors too is a [FileSelector].
type Selector interface {
	// Select returns when Wake was called since the last Select returned, or
	// when timeout has passed; at once if timeout is 0; [Forever] has no end.
	// It is called once in every iteration. An error makes the loop return it.
	Select(timeout time.Duration) error

	// Wake ends the current Select, or the next. Any goroutine may call it, and
	// may be so late that Close was called before.
	Wake()

	// Close frees what the selector holds. The loop calls it once.
	Close() error
}

// A FileSelector is a [Selector] that waits for descriptors too. Those of package
// selectors are, and [Loop.AddReader] needs one.
type FileSelector interface {
	Selector

	// Watch says what fd is watched for from now on, nothing if events is zero.
	// It returns an error if fd cannot be watched for that.
	Watch(fd uintptr, events selectors.Events) error

	// Ready returns the descriptors that the last Select, which they have ended,
	// has found to be ready, each once. They are ready in each Select for as long
	// as they are.
	Ready() []selectors.File
}

// parker is the Selector of a loop that none was injected into. It parks its goroutine
// on a channel and one timer, and in a selector of the system as soon as there is a
// descriptor to be watched: not before, because a goroutine in the netpoller is none
// that a synctest bubble would wait for, and because a channel costs less.
type parker struct {
	nap   *nap.Nap
	files FileSelector                 // the selector of the system, once there is one
	after atomic.Pointer[FileSelector] // the same, for other goroutines
}

func newParker() *parker { return &parker{nap: nap.New()} }

func (p *parker) Select(timeout time.Duration) error {
	if p.files != nil {
		return p.files.Select(timeout)
	}
	p.nap.Wait(timeout)
	return nil
}

func (p *parker) Wake() {
	s := p.after.Load()
	if s == nil {
		p.nap.Wake()
		s = p.after.Load() // the loop may have moved, and not have seen that
	}
	if s != nil {
		(*s).Wake()
	}
}

// move makes s what the loop parks in. A wake-up that is pending is kept.
func (p *parker) move(s FileSelector) {
	p.files = s
	p.after.Store(&s)
	if p.nap.Woken() {
		s.Wake()
	}
}

func (p *parker) Close() error {
	p.nap.Stop()
	if p.files != nil {
		return p.files.Close()
	}
	return nil
}
