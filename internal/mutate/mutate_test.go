package main

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTable makes sure that every mutant still fits its file: the tool that uses
// them takes minutes.
func TestTable(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := make(map[string]bool)
	for _, m := range table() {
		name := m.File + ": " + m.Rule
		if seen[name] {
			t.Errorf("%s: stands in the table twice", name)
		}
		seen[name] = true
		src, err := m.apply(root)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Old == m.New {
			t.Errorf("%s: changes nothing", name)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), m.File, src, parser.SkipObjectResolution); err != nil {
			t.Errorf("%s: not Go any more: %v", name, err)
		}
	}
	if len(seen) < 40 {
		t.Errorf("%d mutants, want 40 at least", len(seen))
	}
}

func TestApply(t *testing.T) {
	const file = "main.go"
	for _, old := range []string{"no such text stands in it" + "!", "package"} {
		_, err := Mutant{File: "internal/mutate/" + file, Old: old}.apply(filepath.Join("..", ".."))
		if err == nil {
			t.Errorf("apply with the old text %q: no error", old)
		}
	}
}

func TestSample(t *testing.T) {
	all := table()
	some := sample(all, 5, 7)
	if diff := cmp.Diff(some, sample(all, 5, 7)); diff != "" {
		t.Errorf("two samples of one seed differ:\n%s", diff)
	}
	if len(some) != 5 {
		t.Errorf("%d mutants in a sample of 5", len(some))
	}
	if got := len(sample(all, 0, 7)); got != len(all) {
		t.Errorf("a sample of 0 has %d mutants, want all %d", got, len(all))
	}
}

func TestKiller(t *testing.T) {
	for _, test := range []struct{ name, out, want string }{
		{"golden", "--- FAIL: TestTraces (0.1s)\n    --- FAIL: TestTraces/3 (0.1s)\n        x.go:1: program mixed-s3: line 4\nFAIL\nFAIL\texample.com/x/golden\t0.2s\n", "golden, mixed-s3"},
		{"test", "--- FAIL: TestStop (0.00s)\n    x_test.go:1: no\nFAIL\nFAIL\texample.com/x/eventloop\t0.2s\n", "eventloop, TestStop"},
		{"panic", "panic: boom\n\ngoroutine 1 [running]:\nFAIL\texample.com/x/coro\t0.2s\n", "coro, panic: boom"},
		{"hang", "panic: test timed out after 20s\n\tTestX (20s)\nFAIL\texample.com/x/coro\t20.2s\n", "coro, hangs"},
		{"does not compile", "# example.com/x\nx.go:1: bad\nFAIL\texample.com/x [build failed]\nFAIL\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := killer(test.out); got != test.want {
				t.Errorf("killed by %q, want %q", got, test.want)
			}
		})
	}
}
