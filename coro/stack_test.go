package coro_test

// What one coroutine after another finds on a stack that they share.

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"weak"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

// labelled counts the goroutines that have the label job=value.
func labelled(t *testing.T, value string) int {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		t.Fatal(err)
	}
	return strings.Count(b.String(), `"job":"`+value+`"`)
}

// Pitfall: a job on a pooled stack would show the pprof labels that an earlier
// job has left.
func TestPitfallLabelsOfAnEarlierJob(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(pprof.WithLabels(context.Background(), pprof.Labels("job", "base")))
	defer p.Close()
	one := on(p, func(c *coro.Coroutine) error {
		pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("job", "one")))
		return bare(c)
	})
	type count struct{ Base, One int }
	look := func() count { return count{labelled(t, "base"), labelled(t, "one")} }
	var got []count
	one.Send()
	got = append(got, look())
	finish(one)
	got = append(got, look())
	two := on(p, bare)
	two.Send()
	got = append(got, look())
	finish(two)
	if diff := cmp.Diff([]count{{0, 1}, {1, 0}, {1, 0}}, got); diff != "" {
		t.Errorf("goroutines with the labels (-want +got)\n%s", diff)
	}
}

// A stack that is made within another job, as for an eager task, starts with the
// pool's labels too.
func TestLabelsOfAFreshStack(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(pprof.WithLabels(context.Background(), pprof.Labels("job", "base")))
	defer p.Close()
	inner := on(p, bare)
	outer := on(p, func(c *coro.Coroutine) error {
		pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("job", "outer")))
		inner.Send()
		return bare(c)
	})
	outer.Send()
	if base, out := labelled(t, "base"), labelled(t, "outer"); base != 1 || out != 1 {
		t.Errorf("%d goroutines with the pool's labels and %d with the job's, want one each", base, out)
	}
	finish(inner)
	finish(outer)
}

// A pool's owner may let the next coroutine start on the stack of the one that
// has just ended. The step that resumed the first then returns when the second
// yields.
func TestHandOver(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(pprof.WithLabels(context.Background(), pprof.Labels("job", "base")))
	defer p.Close()
	var log []string
	var line []*coro.Coroutine
	body := func(n int) func(c *coro.Coroutine) error {
		return func(c *coro.Coroutine) error {
			pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("job", fmt.Sprint(n))))
			logf(&log, "%d starts", n)
			if n == 2 {
				logf(&log, "%d resumed with %v", n, bare(c))
			}
			if n == 3 {
				pprof.SetGoroutineLabels(context.Background())
				panic("boom")
			}
			return nil
		}
	}
	for n := range 5 {
		line = append(line, on(p, body(n)))
	}
	all := line
	p.Next = func(ended *coro.Coroutine) *coro.Coroutine {
		if !ended.Done() {
			t.Error("Next is called with one that has not ended")
		}
		for n, c := range all {
			if c == ended {
				logf(&log, "%d ended", n)
			}
		}
		if len(line) == 1 {
			return nil
		}
		line = line[1:]
		return line[0]
	}
	_, more := line[0].Send()
	logf(&log, "Send of 0: more %t; 2 is suspended: %t", more, all[2].Suspended())
	if n := labelled(t, "2"); n != 1 {
		t.Errorf("%d goroutines with the labels of 2, want its own", n)
	}
	_, more = all[2].Throw(errX)
	logf(&log, "Throw into 2: more %t", more)
	if _, panicked := all[3].Err().(*coro.PanicError); !panicked {
		t.Errorf("3 ended with %v, want a PanicError", all[3].Err())
	}
	line = line[1:] // which 3 has not seen to
	line[0].Send()
	want := []string{
		"0 starts", "0 ended", "1 starts", "1 ended", "2 starts",
		"Send of 0: more false; 2 is suspended: true",
		"2 resumed with x", "2 ended", "3 starts",
		"Throw into 2: more false", // 3 has panicked, and its stack is gone
		"4 starts", "4 ended",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if p.Idle() != 1 {
		t.Errorf("%d idle stacks, want that of the last", p.Idle())
	}
}

// Pitfall: the same for labels, when the stack is handed over rather than parked
// in between.
func TestPitfallLabelsAfterAHandOver(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(pprof.WithLabels(context.Background(), pprof.Labels("job", "base")))
	defer p.Close()
	two := on(p, bare)
	p.Next = func(*coro.Coroutine) *coro.Coroutine { p.Next = nil; return two }
	on(p, func(*coro.Coroutine) error {
		pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("job", "one")))
		return nil
	}).Send()
	if base, one := labelled(t, "base"), labelled(t, "one"); base != 1 || one != 0 {
		t.Errorf("%d goroutines with the pool's labels and %d with the earlier job's, want 1 and 0", base, one)
	}
	finish(two)
}

// A coroutine that has ended keeps nothing of its body, however long it is kept
// itself.
func TestEndedCoroutineKeepsNothing(t *testing.T) {
	leak.Check(t)
	type load struct{ bytes [1 << 10]byte }
	ends := map[string]func(c *coro.Coroutine){
		"returned":              finish,
		"closed":                func(c *coro.Coroutine) { c.Send(); c.Close() },
		"closed before a start": func(c *coro.Coroutine) { c.Close() },
		"thrown into":           func(c *coro.Coroutine) { c.Throw(errX) },
	}
	for name, end := range ends {
		var c *coro.Coroutine
		gone := func() weak.Pointer[load] {
			l := new(load)
			c = coro.New(func(c *coro.Coroutine) error {
				defer func() { l.bytes[0]++ }()
				return bare(c)
			})
			end(c)
			return weak.Make(l)
		}()
		runtime.GC()
		runtime.GC()
		if gone.Value() != nil {
			t.Errorf("%s: what the body held is still reachable", name)
		}
		runtime.KeepAlive(c)
	}
}
