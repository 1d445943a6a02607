package eventloop

// What a loop that does not answer is doing.

import "github.com/goasyncio/asyncio/internal/stacks"

// waits is the function in which a loop that has nothing to do stands.
const waits = "github.com/goasyncio/asyncio/eventloop.(*Loop).wait"

// Stuck returns the callback or the step of a task that the loop runs now, with
// the stack that it runs on. It returns false if the loop does not run, or waits
// for something to do. It is the way for another goroutine to ask what holds up a
// loop that does not answer; any may call it. It stops the program while it reads
// the stacks of all goroutines: for tens of milliseconds if there are 10,000.
//
// The name and the time are known only to the watchdog, see
// [WithSlowCallbackDuration]; without it there is the stack alone.
func (l *Loop) Stuck() (Step, bool) {
	if !l.running.Load() {
		return Step{}, false
	}
	var s Step
	if l.watchdog != nil {
		var ok bool
		if s, ok = l.watchdog.look(); !ok {
			return Step{}, false
		}
	}
	var ok bool
	s.Stack, ok = l.stack()
	return s, ok
}

// stack returns the stack that the loop runs on at present, false if that is the
// loop's own and waits.
func (l *Loop) stack() (string, bool) {
	g, ok := stacks.Running(stacks.All(), l.owner.Load(), l.tasks.Pool.Runs)
	if !ok || g.In(waits) {
		return "", false
	}
	return g.User(), true
}
