package asynciotest

// What is known of a test when it fails.

import (
	"bytes"
	"runtime"
	"strings"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/graph"
)

// ages is longer than a test waits for anything, and short enough for the time of
// a bubble, which begins in 2000 and ends in 2262.
const ages = 60 * 365 * 24 * time.Hour

// watch ends the run of the loop when nothing in the bubble can go on. Time in a
// bubble moves on to the next timer when all of its goroutines wait: one that is
// later than all others fires when none of them could. The function returned
// stops it.
func (r *run) watch() (stop func()) {
	timer := time.AfterFunc(ages, func() {
		synctest.Wait()             // and all that the loop has written can be read
		awake := r.loop.Tasks().Now // since then it sleeps
		r.loop.CallSoonThreadsafe(func() { r.bark(awake) })
	})
	return func() { timer.Stop() }
}

// bark reports a deadlock and ends the run. It is called on the loop, which went
// to sleep at a time that now lies ages back.
func (r *run) bark(awake time.Duration) {
	g := graph.Of(r.loop)
	g.Time = awake
	r.stuck = true
	r.t.Error(&eventloop.DeadlockError{Graph: g})
	r.log(g)
	r.loop.Stop()
}

// logTree logs who waits for whom as of the first failure.
func (r *run) logTree() { r.log(graph.Of(r.loop)) }

func (r *run) log(g *graph.Graph) {
	if r.logged || r.t.Skipped() {
		return
	}
	r.logged = true
	for _, t := range g.Tasks {
		for len(t.Frames) > 0 && strings.HasPrefix(t.Frames[0].Func, "testing.") {
			t.Frames = t.Frames[1:] // rather where t.FailNow was called
		}
	}
	var b bytes.Buffer
	g.WriteTree(&b, 0)
	if b.Len() > 0 {
		r.t.Logf("the tasks at %s:\n%s", g.Time, b.Bytes())
	}
}

// stacks returns those of all goroutines, the own one first, or that alone.
func stacks(all bool) []string {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, all)
		if n < len(buf) {
			return strings.Split(strings.TrimSpace(string(buf[:n])), "\n\n")
		}
		buf = make([]byte, 2*len(buf))
	}
}

// head is the first line of a stack, less its end.
func head(stack string) string {
	line, _, _ := strings.Cut(stack, "\n")
	line, _, _ = strings.Cut(line, "]:")
	return line
}
