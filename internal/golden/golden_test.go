package golden_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/internal/golden"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/oplang"
)

var dir = filepath.Join("..", "..", "testdata")

// A testCase is a case that is parsed when it is first run, and only then:
// parsing takes longer than running.
type testCase struct {
	golden.Case
	program func() (*oplang.Program, error)
}

var read = sync.OnceValues(func() ([]testCase, error) {
	all, err := golden.Read(dir)
	cases := make([]testCase, len(all))
	for i, c := range all {
		cases[i] = testCase{c, sync.OnceValues(func() (*oplang.Program, error) { return oplang.Parse(c.Program) })}
	}
	return cases, err
})

func cases(t *testing.T) []testCase {
	t.Helper()
	all, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTraces compares every trace with CPython's, under a virtual clock and with
// the number of the loop's iteration at each line.
func TestTraces(t *testing.T) {
	leak.Check(t)
	eachCase(t, cases(t), func(t *testing.T, c testCase) (want, got string) {
		return c.Trace, run(t, c, oplang.Options{Iterations: true})
	})
}

// TestTracesInBubble runs the programs on the loop as users have it: the
// machine's clock, which is the synctest bubble's, the loop's own way to sleep,
// and the short cuts that a loop takes when nothing is injected. Iterations are
// not counted there, and the clock's resolution is its own.
func TestTracesInBubble(t *testing.T) {
	leak.Check(t)
	var some []testCase
	for _, c := range cases(t) {
		if !bytes.Contains(c.Program, []byte(`"clock_resolution"`)) && !capped(c.Trace) {
			some = append(some, c)
		}
	}
	eachCase(t, some, func(t *testing.T, c testCase) (want, got string) {
		synctest.Test(t, func(t *testing.T) {
			got = run(t, c, oplang.Options{Unmodified: true})
		})
		return iterations.ReplaceAllString(c.Trace, ""), got
	})
}

var iterations = regexp.MustCompile(`(?m)^i\d+ `)

// capped reports whether a run ends after too many steps, or too many iterations,
// which are not counted in a bubble.
func capped(trace string) bool {
	last := trace[strings.LastIndexByte(strings.TrimSuffix(trace, "\n"), '\n')+1:]
	return strings.HasSuffix(last, " loop steplimit\n")
}

// eachCase compares what f returns for each case, in parallel, up to the first
// difference.
func eachCase(t *testing.T, cases []testCase, f func(*testing.T, testCase) (want, got string)) {
	t.Helper()
	const shards = 8
	var differs atomic.Bool
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			for i := shard; i < len(cases) && !differs.Load(); i += shards {
				c := cases[i]
				want, got := f(t, c)
				if want != got && !differs.Swap(true) {
					t.Fatalf("program %s: the trace differs from CPython's (-want +got):\n%s\n%s",
						c.ID, cmp.Diff(lines(want), lines(got)), c.Program)
				}
			}
		})
	}
}

func run(t *testing.T, c testCase, opts oplang.Options) string {
	t.Helper()
	p, err := c.program()
	if err != nil {
		t.Fatalf("program %s: %v", c.ID, err)
	}
	var trace strings.Builder
	if err := oplang.Run(p, &trace, opts); err != nil {
		t.Fatalf("program %s: %v\n%s", c.ID, err, c.Program)
	}
	return trace.String()
}

func lines(s string) []string { return strings.Split(s, "\n") }

// TestArchive makes sure that the archives hold what they should: thousands of
// programs, and some of each family by itself.
func TestArchive(t *testing.T) {
	batches := make(map[string]int)
	ids := make(map[string]bool)
	for _, c := range cases(t) {
		if ids[c.ID] {
			t.Errorf("two programs %s", c.ID)
		}
		ids[c.ID] = true
		batch, _, _ := strings.Cut(c.ID, "-")
		batches[batch]++
	}
	if len(ids) < 2000 {
		t.Errorf("%d programs, want 2000 at least", len(ids))
	}
	b, err := os.ReadFile(filepath.Join(dir, "families"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(b)), ",")
	if want[0] == "all" {
		want = nil
		if len(batches) < 32 {
			t.Errorf("%d batches of programs, want one for each of 30 families and two mixed", len(batches))
		}
	}
	for _, batch := range append(want, "mixed", "large") {
		if batches[batch] == 0 {
			t.Errorf("no programs of %s", batch)
		}
	}
}
