package oplang_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/oplang"
)

// testdata holds programs about what random ones seldom come to, many of them
// after CPython's own tests: a program a line in <family>.jsonl, and what CPython
// printed for them in <family>.txt, with iteration numbers, as the reference
// interpreter does by
//
//	oracle.py --compat 3.14 --iters --batch <family>.jsonl
func readCases(t *testing.T) []goldenRun {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("programs in testdata: %v, %v", files, err)
	}
	var cases []goldenRun
	for _, file := range files {
		programs := readFile(t, file)
		traces := strings.Split(readFile(t, strings.TrimSuffix(file, ".jsonl")+".txt"), "=== ")[1:]
		for n, program := range strings.Split(strings.TrimSpace(programs), "\n") {
			var head struct{ ID string }
			if err := json.Unmarshal([]byte(program), &head); err != nil {
				t.Fatalf("%s:%d: %v", file, n+1, err)
			}
			if n >= len(traces) || !strings.HasPrefix(traces[n], head.ID+"\n") {
				t.Fatalf("%s:%d: no trace of %q in its place", file, n+1, head.ID)
			}
			cases = append(cases, goldenRun{head.ID, program, strings.TrimPrefix(traces[n], head.ID+"\n")})
		}
	}
	return cases
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCases(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.name, func(t *testing.T) {
			leak.Check(t)
			got := trace(t, c.program, oplang.Options{Iterations: true})
			if diff := cmp.Diff(c.trace, got); diff != "" {
				t.Errorf("trace (-want +got):\n%s", diff)
			}
		})
	}
}

var iterations = regexp.MustCompile(`(?m)^i\d+ `)

// On the loop as users have it, the programs do the same.
func TestCasesUnmodified(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				got := trace(t, c.program, oplang.Options{Unmodified: true})
				if diff := cmp.Diff(iterations.ReplaceAllString(c.trace, ""), got); diff != "" {
					t.Errorf("trace (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Wherever such a run is cut off, nothing of it stays: what tasks do while their
// coroutines are closed leads nowhere, and the goroutines end.
func TestCasesCutOff(t *testing.T) {
	leak.Check(t)
	for _, c := range readCases(t) {
		whole := iterations.ReplaceAllString(c.trace, "")
		for limit := 1; ; limit += 5 {
			got := trace(t, c.program, oplang.Options{MaxSteps: limit})
			if got == whole {
				break
			}
			before, ok := strings.CutSuffix(got, " loop steplimit\n")
			before = before[:strings.LastIndexByte(before, '\n')+1]
			if !ok || !strings.HasPrefix(whole, before) {
				t.Fatalf("%s: trace of %d steps (-whole +got):\n%s", c.name, limit, cmp.Diff(whole, got))
			}
		}
	}
}
