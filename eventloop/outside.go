package eventloop

// For the packages of this module that join a loop to other goroutines.

import "github.com/goasyncio/asyncio/coro"

// An Extension is what another package keeps for a loop.
type Extension interface {
	// LoopClosed is called once by [Loop.Close], on its goroutine, when the
	// tasks have ended.
	LoopClosed()
}

// extension is one with the key that it is found by.
type extension struct {
	key any
	Extension
}

// Extension returns the loop's extension with this key. If there is none it makes
// one, unless make is nil. It returns nil on a closed loop. Any goroutine may call
// it.
func (l *Loop) Extension(key any, make func() Extension) Extension {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed.Load() {
		return nil
	}
	for _, e := range l.extensions {
		if e.key == key {
			return e.Extension
		}
	}
	if make == nil {
		return nil
	}
	e := make()
	l.extensions = append(l.extensions, extension{key, e})
	return e
}

// closeExtensions tells them, in the order in which they were made.
func (l *Loop) closeExtensions() {
	for _, e := range l.extensions {
		e.LoopClosed()
	}
	l.extensions = nil
}

// Post is CallSoonThreadsafe without a handle.
func (l *Loop) Post(r coro.Runnable) error {
	_, err := l.post(r, false)
	return err
}

// PostAndRelease is Post and Release. A closed loop is not released.
func (l *Loop) PostAndRelease(r coro.Runnable) error {
	err := l.Post(r)
	if err == nil {
		l.Release() // after the post, as the loop asks for the two in the other order
	}
	return err
}

// Retain is Hold without a function to release it: call Release as often.
func (l *Loop) Retain() { l.holds.Add(1) }

// Release takes back a Retain.
func (l *Loop) Release() {
	l.holds.Add(-1)
	l.nudge()
}

// Expect says that somebody may wake the loop some day. Unlike a Retain, that
// only keeps the loop from being deadlocked, and does not hold up virtual time.
func (l *Loop) Expect() { l.expected.Add(1) }

// Unexpect takes back an Expect.
func (l *Loop) Unexpect() {
	l.expected.Add(-1)
	l.nudge()
}
