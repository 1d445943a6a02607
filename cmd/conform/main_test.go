package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/internal/leak"
)

const trace = `0 main begin main
0 main end main = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`

const iterTrace = `i1 0 main begin main
i1 0 main end main = null
i2 0 loop done main result(null)
i2 0 loop main result(null)
i2 0 loop shutdown []
i2 0 loop end
`

func TestRun(t *testing.T) {
	leak.Check(t)
	file := filepath.Join(t.TempDir(), "programs")
	lines := `{"id": "a", "coros": {"main": []}}
{"coros": {"main": [{"op": "jump", "i": 1}]}}

{"coros": {"main": []}}`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	program := lines[:strings.Index(lines, "\n")]
	bad := `line 2: oplang: coros.main[0]: there is no op "jump"`
	tests := []struct {
		name        string
		args        []string
		stdin       string
		stdout, err string
	}{
		{"one", nil, program, trace, ""},
		{"one of -", []string{"-iters", "-"}, program, iterTrace, ""},
		{"batch", []string{"-batch", file}, "", "=== a\n" + trace + "=== 3\n" + trace, bad},
		{"batch of -", []string{"-iters", "-batch", "-"}, program, "=== a\n" + iterTrace, ""},
		{"bad program", nil, "{}", "", "oplang: coros.main is missing; it is where a program starts"},
		{"no file", []string{file + "x"}, "", "", "no such file"},
		{"two files", []string{"-batch", file, file}, "", "", "too many files"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			err := run(tt.args, strings.NewReader(tt.stdin), &out)
			if diff := cmp.Diff(tt.stdout, out.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error is %v; want %q", err, tt.err)
			}
		})
	}
}
