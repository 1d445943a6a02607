package locks

import (
	"context"
	"fmt"
)

// A Barrier is where a number of tasks wait until all of them have come
// (asyncio: Barrier). Then all go on, and it can be used again. Make one with
// [NewBarrier].
//
// A task that gives up, because it is cancelled or its ctx has ended, does not
// break the barrier: it leaves, and one more has to come.
type Barrier struct {
	cond    Condition // notified when the state changes
	parties int
	count   int // those between their arrival and their return
	state   barrierState
}

type barrierState uint8

const (
	filling   barrierState = iota
	draining               // all have come, some have yet to go
	resetting              // some have yet to go with an error
	broken
)

// NewBarrier returns a barrier for a number of tasks. It panics if that is less
// than one.
func NewBarrier(parties int) *Barrier {
	if parties < 1 {
		panic("asyncio: NewBarrier of less than one party")
	}
	b := &Barrier{parties: parties}
	b.cond.within = b
	return b
}

// Wait waits until as many tasks have come as the barrier is for. The last one
// does not wait, and wakes the others. One that comes while others are still
// to leave waits for these first.
//
// The result is the number of those who were there when the task came: from 0
// to Parties-1, each one's own unless somebody has given up. With an error it
// is -1. The error is [ErrBrokenBarrier] if the barrier is broken, or was reset
// while the task waited.
func (b *Barrier) Wait(ctx context.Context) (index int, err error) {
	if b.parties < 1 {
		panic("asyncio: Wait on a Barrier that NewBarrier has not made")
	}
	err = b.cond.With(ctx, func(ctx context.Context) error {
		if err := b.block(ctx); err != nil {
			return err
		}
		defer b.exit()
		index = b.count
		b.count++
		if b.count == b.parties {
			b.enter(draining)
			return nil
		}
		return b.fill(ctx)
	})
	if err != nil {
		index = -1
	}
	return index, err
}

// block waits until those who came before have gone (asyncio: _block).
func (b *Barrier) block(ctx context.Context) error {
	err := b.cond.WaitFor(ctx, func() bool { return b.state != draining && b.state != resetting })
	if err == nil && b.state == broken {
		err = ErrBrokenBarrier
	}
	return err
}

// fill waits until all have come (asyncio: _wait).
func (b *Barrier) fill(ctx context.Context) error {
	err := b.cond.WaitFor(ctx, func() bool { return b.state != filling })
	if err == nil && (b.state == broken || b.state == resetting) {
		err = ErrBrokenBarrier
	}
	return err
}

// exit is called when a task leaves. The last one lets the next ones in
// (asyncio: _exit).
func (b *Barrier) exit() {
	b.count--
	if b.count > 0 {
		return
	}
	if b.state == resetting || b.state == draining {
		b.state = filling
	}
	b.cond.line.WakeAll()
}

// enter changes the state and tells all who wait.
func (b *Barrier) enter(s barrierState) {
	b.state = s
	b.cond.line.WakeAll()
}

// Reset puts the barrier back into the state it began in. Those who wait in it
// get [ErrBrokenBarrier]; a barrier that is broken works again. Reset may have to
// wait for its turn among tasks that are about to leave.
func (b *Barrier) Reset(ctx context.Context) error {
	return b.cond.With(ctx, func(context.Context) error {
		if b.count > 0 {
			b.enter(resetting)
		} else {
			b.enter(filling)
		}
		return nil
	})
}

// Abort breaks the barrier: those who wait in it, and those who come later, get
// [ErrBrokenBarrier], until Reset. It may have to wait as Reset does.
func (b *Barrier) Abort(ctx context.Context) error {
	return b.cond.With(ctx, func(context.Context) error {
		b.enter(broken)
		return nil
	})
}

// Parties returns how many tasks the barrier is for.
func (b *Barrier) Parties() int { return b.parties }

// Waiting returns how many have come and wait for the others, zero while they
// leave (asyncio: n_waiting).
func (b *Barrier) Waiting() int {
	if b.state == filling {
		return b.count
	}
	return 0
}

// Broken reports whether the barrier was aborted.
func (b *Barrier) Broken() bool { return b.state == broken }

// String describes the barrier in reports.
func (b *Barrier) String() string {
	if b.Broken() {
		return "a broken barrier"
	}
	return fmt.Sprintf("a barrier (%d of %d waiting)", b.Waiting(), b.parties)
}
