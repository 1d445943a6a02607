package eventloop

// The end of a loop.

import (
	"slices"

	"github.com/goasyncio/asyncio/internal/frames"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// Close ends the loop for good (asyncio: close): scheduled callbacks are
// dropped, coroutines still suspended are closed, errors that nobody has seen
// are reported. It returns [ErrLoopRunning] if the loop is running, and nil if
// it is closed already.
func (l *Loop) Close() (err error) {
	if l.running.Load() {
		return ErrLoopRunning
	}
	l.mu.Lock()
	was := l.closed.Swap(true)
	l.mail.close()
	l.mu.Unlock()
	if was {
		return nil
	}
	close(l.gone)
	if l.debug {
		future.Debugging(-1)
	}
	// Deferred, because a task may call runtime.Goexit even now.
	defer func() {
		l.closeExtensions()
		l.ready = ring{}
		l.timers = timers{}
		l.files = files{}
		for _, f := range l.failures.Close() {
			l.reportFailure(f)
		}
		l.tasks.Pool.Close()
		err = l.selector.Close()
	}()
	destroyAll(slices.Collect(l.tasks.All()))
	return nil
}

// destroyAll ends tasks that are not done. If one calls runtime.Goexit, the
// others are ended while that unwinds the goroutine.
func destroyAll(left []taskset.Member) {
	i := 0
	defer func() {
		if i < len(left) {
			destroyAll(left[i:])
		}
	}()
	for i < len(left) {
		i++
		left[i-1].Destroy()
	}
}

func (l *Loop) reportFailure(f *future.Failure) {
	if f.Do != nil {
		f.Do()
		return
	}
	if future.IsCancelled(f.Err) {
		return // of a gather, whose cancellation is an error: no news to anybody
	}
	l.CallExceptionHandler(Event{Reason: ReasonUnretrieved, Err: f.Err, Name: f.Name, Created: frames.User(f.Site)})
}
