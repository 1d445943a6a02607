package locks

import (
	"context"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A Semaphore is a number of slots that tasks take and give back (asyncio:
// Semaphore). Its zero value has no slots until Release adds one.
type Semaphore struct {
	line  waitq.Line
	home  waitq.Home
	value int // free slots
}

// NewSemaphore returns a semaphore of n slots. It panics if n is negative.
func NewSemaphore(n int) *Semaphore {
	if n < 0 {
		panic("asyncio: NewSemaphore of a negative number of slots")
	}
	return &Semaphore{value: n}
}

// Acquire waits for a slot and takes it. It returns at once if there is one and
// nobody waits.
func (s *Semaphore) Acquire(ctx context.Context) error {
	co := coro.Running(ctx)
	if co == nil {
		if err := coro.Check(ctx); err != nil {
			return err
		}
	}
	if s.TryAcquire() {
		return nil
	}
	w, err := s.line.Join(ctx, &s.home, s)
	if err != nil {
		return err
	}
	if co == nil {
		err = coro.Await(ctx, w)
	} else if co.Suspend(w) != nil { // written out here, see coro.Running
		err = co.Thrown()
	}
	if woken := s.line.Leave(w); woken && err != nil {
		s.value++ // the slot was this task's already
	}
	// Slots may have become free while others came and had to wait behind
	// those that had been woken.
	for s.value > 0 && s.wakeNext() {
	}
	return err
}

// TryAcquire takes a slot if there is one and nobody waits, and reports whether
// it did.
func (s *Semaphore) TryAcquire() bool {
	if s.Locked() {
		return false
	}
	s.value--
	return true
}

// Release gives a slot back. If anyone waits, it is the first one's from now on.
// Any task may release, also one that has not acquired: then there is a slot
// more than before.
func (s *Semaphore) Release() {
	s.value++
	s.wakeNext()
}

// wakeNext gives a slot to the first who waits, if anyone does.
func (s *Semaphore) wakeNext() bool {
	if !s.line.WakeNext() {
		return false
	}
	s.value--
	return true
}

// Locked reports whether an Acquire would have to wait: there is no slot, or
// others are waiting.
func (s *Semaphore) Locked() bool { return s.value == 0 || s.line.Live() }

// With calls fn with a slot taken, and gives it back, even if fn panics
// (asyncio: async with).
func (s *Semaphore) With(ctx context.Context, fn func(ctx context.Context) error) error {
	if fn == nil {
		panic("asyncio: With of a nil function")
	}
	if err := s.Acquire(ctx); err != nil {
		return err
	}
	defer s.Release()
	return fn(ctx)
}

// String describes the semaphore in reports.
func (s *Semaphore) String() string {
	return fmt.Sprintf("a semaphore with %d free slots (%s)", s.value, waiting(&s.line))
}

// Explain implements [waits.Explainer].
func (s *Semaphore) Explain() waits.Reason {
	return waits.Reason{Kind: "semaphore", Object: s, Line: s.line.All(),
		State: fmt.Sprintf("%d free", s.value)}
}

// A BoundedSemaphore is a [Semaphore] that never has more slots than at first
// (asyncio: BoundedSemaphore).
type BoundedSemaphore struct {
	sem   Semaphore
	bound int
}

// NewBoundedSemaphore returns a semaphore of n slots. It panics if n is negative.
func NewBoundedSemaphore(n int) *BoundedSemaphore {
	if n < 0 {
		panic("asyncio: NewBoundedSemaphore of a negative number of slots")
	}
	return &BoundedSemaphore{sem: Semaphore{value: n}, bound: n}
}

// Acquire waits for a slot and takes it; see [Semaphore.Acquire].
func (s *BoundedSemaphore) Acquire(ctx context.Context) error { return s.sem.Acquire(ctx) }

// TryAcquire takes a slot if there is one and nobody waits, and reports whether
// it did.
func (s *BoundedSemaphore) TryAcquire() bool { return s.sem.TryAcquire() }

// Release gives a slot back; see [Semaphore.Release]. If all slots are free
// already, it returns [ErrOverReleased] and changes nothing.
func (s *BoundedSemaphore) Release() error {
	if s.sem.value >= s.bound {
		return ErrOverReleased
	}
	s.sem.Release()
	return nil
}

// Locked reports whether an Acquire would have to wait: there is no slot, or
// others are waiting.
func (s *BoundedSemaphore) Locked() bool { return s.sem.Locked() }

// With calls fn with a slot taken, and gives it back, even if fn panics
// (asyncio: async with). It returns the error of Acquire, or else what fn
// returns, or [ErrOverReleased] if fn has given the slot back itself.
func (s *BoundedSemaphore) With(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	if fn == nil {
		panic("asyncio: With of a nil function")
	}
	if err := s.Acquire(ctx); err != nil {
		return err
	}
	defer func() { err = join(err, s.Release()) }()
	return fn(ctx)
}

// String describes the semaphore in reports.
func (s *BoundedSemaphore) String() string { return s.sem.String() }
