// Package leak finds goroutines that a test has left behind. Every test that
// runs a loop starts with leak.Check(t).
package leak

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// Check makes t fail if, when it ends, there are goroutines that were not there
// at the time of the call. Tests that run beside others must not use it.
func Check(t testing.TB) {
	t.Helper()
	started := watch()
	t.Cleanup(func() {
		var left []string
		// A goroutine that has done its work may need a moment to exit.
		for range 200 {
			if left = started(); len(left) == 0 {
				return
			}
			runtime.Gosched()
			time.Sleep(time.Millisecond)
		}
		t.Errorf("%d goroutines left behind:\n%s", len(left), strings.Join(left, "\n\n"))
	})
}

// Count returns a function that tells how many goroutines there are that were not
// there at the time of the call of Count. Unlike a difference of two values of
// runtime.NumGoroutine, that is exact while older goroutines, those of earlier
// tests or of the runtime, come to their end.
func Count() (started func() int) {
	stacks := watch()
	return func() int { return len(stacks()) }
}

// watch returns a function that gives the stacks of the goroutines that were not
// there at the time of the call of watch.
func watch() (started func() []string) {
	before := goroutines()
	return func() []string {
		var stacks []string
		for id, stack := range goroutines() {
			if _, ok := before[id]; !ok && !excused(stack) {
				stacks = append(stacks, stack)
			}
		}
		return stacks
	}
}

// excused reports whether a goroutine is one that the runtime keeps.
func excused(stack string) bool {
	for _, f := range []string{"os/signal.loop", "os/signal.signal_recv", "runtime.ensureSigM", "runtime.runCleanups", "runtime.runfinq", "testing.(*T).Run", "testing.runTests", "testing.tRunner.func"} {
		if strings.Contains(stack, f) {
			return true
		}
	}
	return false
}

// goroutines returns the stacks of all goroutines by their first word, the id.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	all := make(map[string]string)
	for _, s := range strings.Split(string(buf), "\n\n") {
		id, _, _ := strings.Cut(strings.TrimPrefix(s, "goroutine "), " ")
		all[id] = s
	}
	return all
}
