package oplang_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/oplang"
)

// goldenRun is a program with the trace that CPython's asyncio gives for it.
type goldenRun struct{ name, program, trace string }

var golden = slices.Concat(goldenTasks, goldenLoop, goldenGroups,
	goldenLocks, goldenSemaphores, goldenQueues, goldenReaders)

// trace runs a program and returns its trace.
func trace(t *testing.T, source string, opts oplang.Options) string {
	t.Helper()
	p, err := oplang.Parse([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := oplang.Run(p, &b, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRun(t *testing.T) {
	for _, g := range golden {
		t.Run(g.name, func(t *testing.T) {
			leak.Check(t)
			got := "\n" + trace(t, g.program, oplang.Options{})
			if diff := cmp.Diff(g.trace, got); diff != "" {
				t.Errorf("trace (-want +got):\n%s", diff)
			}
		})
	}
}

// On the loop as users have it, the programs do the same.
func TestRunUnmodified(t *testing.T) {
	for _, g := range golden {
		t.Run(g.name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				got := "\n" + trace(t, g.program, oplang.Options{Unmodified: true})
				if diff := cmp.Diff(g.trace, got); diff != "" {
					t.Errorf("trace (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A program can be run again: nothing of a run is left in it.
func TestRunTwice(t *testing.T) {
	leak.Check(t)
	for _, g := range golden {
		p, err := oplang.Parse([]byte(g.program))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			var b strings.Builder
			if err := oplang.Run(p, &b, oplang.Options{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(g.trace, "\n"+b.String()); diff != "" {
				t.Errorf("%s: trace (-want +got):\n%s", g.name, diff)
			}
		}
	}
}

const twoSleeps = `{"coros": {"main": [{"op": "sleep", "i": 1, "t": 0}, {"op": "sleep", "i": 2, "t": 1.5}]}}`

func TestRunIterations(t *testing.T) {
	leak.Check(t)
	want := `i1 0 main begin main
i1 0 main #1 sleep
i2 0 main #1 = null
i2 0 main #2 sleep
i4 1.5 main #2 = null
i4 1.5 main end main = null
i5 1.5 loop done main result(null)
i5 1.5 loop main result(null)
i5 1.5 loop shutdown []
i5 1.5 loop end
`
	if diff := cmp.Diff(want, trace(t, twoSleeps, oplang.Options{Iterations: true})); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
}

func TestRunObserve(t *testing.T) {
	leak.Check(t)
	var b strings.Builder
	var loop *eventloop.Loop
	got := trace(t, twoSleeps, oplang.Options{
		Observe: func(l *eventloop.Loop, iteration int, line string) {
			loop = l
			fmt.Fprintf(&b, "i%d %s\n", iteration, line)
		},
	})
	want := trace(t, twoSleeps, oplang.Options{Iterations: true})
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(regexp.MustCompile(`(?m)^i\d+ `).ReplaceAllString(want, ""), got); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
	if !loop.IsClosed() {
		t.Error("the loop was not closed")
	}
}

// A timer fires early by the resolution of the clock.
func TestRunClockResolution(t *testing.T) {
	leak.Check(t)
	for resolution, want := range map[string]string{
		"0.5":   "1 main #2 = null",
		"0.26":  "1 main #2 = null",
		"0.25":  "1.25 main #2 = null", // due at 1.25, which is not before 1 + 0.25
		"0.001": "1.25 main #2 = null",
	} {
		got := trace(t, `{"options": {"clock_resolution": `+resolution+`}, "callbacks": {"k": []},
			"coros": {"main": [{"op": "call_at", "i": 1, "cb": "k", "t": 1}, {"op": "sleep", "i": 2, "t": 1.25}]}}`,
			oplang.Options{})
		if !strings.Contains(got, want) {
			t.Errorf("resolution %s: no line %q in\n%s", resolution, want, got)
		}
	}
}

// A run that never ends by itself is cut off, also when no op is executed.
func TestRunIterationLimit(t *testing.T) {
	leak.Check(t)
	// One iteration sleeps for a day at most.
	got := trace(t, `{"options": {"max_steps": 10},
		"coros": {"main": [{"op": "sleep", "i": 1, "t": 1e9}]}}`, oplang.Options{Iterations: true})
	if want := "i201 17193600 loop steplimit\n"; !strings.HasSuffix(got, want) {
		t.Errorf("trace does not end with %q:\n%s", want, got)
	}
}

// Wherever a run is cut off, its trace is the beginning of the whole one, and
// nothing of what it left suspended stays.
func TestRunCutOff(t *testing.T) {
	leak.Check(t)
	for _, g := range golden {
		for limit := 1; ; limit++ {
			got := "\n" + trace(t, g.program, oplang.Options{MaxSteps: limit})
			if got == g.trace {
				break
			}
			lines := strings.SplitAfter(got, "\n")
			last := len(lines) - 2
			if !strings.HasSuffix(lines[last], " loop steplimit\n") {
				t.Fatalf("%s: trace of %d steps does not end with the limit:\n%s", g.name, limit, got)
			}
			if before := strings.Join(lines[:last], ""); !strings.HasPrefix(g.trace, before) {
				t.Errorf("%s: trace of %d steps (-whole +got):\n%s", g.name, limit, cmp.Diff(g.trace, before))
			}
		}
	}
}

// What the language does not define is an error of the run, not a trace that
// CPython would not have printed.
func TestRunUndefined(t *testing.T) {
	leak.Check(t)
	p, err := oplang.Parse([]byte(`{"objects": {"P": {"kind": "priority"}}, "coros": {"main": [
		{"op": "put_nowait", "i": 1, "obj": "P", "value": 1},
		{"op": "put_nowait", "i": 2, "obj": "P", "value": "x"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	err = oplang.Run(p, new(strings.Builder), oplang.Options{})
	if want := `a priority queue cannot order "x" and 1`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error is %v; want %q", err, want)
	}
}

type failingWriter struct{ left int }

var errFull = errors.New("full")

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestRunWriteError(t *testing.T) {
	leak.Check(t)
	for _, g := range golden {
		p, err := oplang.Parse([]byte(g.program))
		if err != nil {
			t.Fatal(err)
		}
		for n := range strings.Count(g.trace, "\n") - 1 {
			if err := oplang.Run(p, &failingWriter{n}, oplang.Options{}); !errors.Is(err, errFull) {
				t.Errorf("%s: error is %v after %d lines; want that of the writer", g.name, err, n)
			}
		}
	}
}
