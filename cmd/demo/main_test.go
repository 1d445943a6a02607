package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/internal/leak"
)

var update = flag.Bool("update", false, "write the golden files anew")

// demo runs the command with what is typed on its standard input.
func demo(typed string, args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	env := func(string) string { return "" }
	code = command{strings.NewReader(typed), &stdout, &stderr, env}.main(args)
	return stdout.String(), stderr.String(), code
}

// mustDemo is demo for what must succeed.
func mustDemo(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, code := demo("", args...)
	if code != 0 || errs != "" {
		t.Fatalf("demo %q: exit code %d, %s", args, code, errs)
	}
	return out
}

// golden compares got with a file of testdata.
func golden(t *testing.T, file, got string) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("differs from %s (-want +got); if it should, go test ./cmd/demo -update\n%s", file, diff)
	}
}

// checkPage checks what every page must be: no wider than a terminal, plain,
// and without spaces at the ends of lines.
func checkPage(t *testing.T, page string) {
	t.Helper()
	for i, line := range strings.Split(page, "\n") {
		if n := columns(line); n > 80 {
			t.Errorf("line %d has %d columns: %s", i+1, n, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("line %d ends with spaces: %q", i+1, line)
		}
		if strings.ContainsAny(line, "\x1b\t") {
			t.Errorf("line %d has an escape or a tab: %q", i+1, line)
		}
	}
}

func TestPages(t *testing.T) {
	tests := []struct {
		file string
		args []string
	}{
		{"tour.txt", nil},
		{"list.txt", []string{"-list"}},
		{"index.txt", []string{"-index"}},
		{"help.txt", []string{"-h"}},
		{"kitchen.txt", []string{"run", "testdata/kitchen.json"}},
		{"timers.txt", []string{"run", "testdata/timers.json"}},
	}
	for _, tt := range tests {
		t.Run(strings.TrimSuffix(tt.file, ".txt"), func(t *testing.T) {
			leak.Check(t)
			out := mustDemo(t, tt.args...)
			checkPage(t, out)
			golden(t, tt.file, out)
		})
	}
}

// A stop by its name is what it is in the tour.
func TestStopByName(t *testing.T) {
	leak.Check(t)
	tour := mustDemo(t)
	for _, s := range stops() {
		if out := mustDemo(t, s.name); !strings.Contains(tour, out) {
			t.Errorf("demo %s is not a part of the tour:\n%s", s.name, out)
		}
	}
	both := mustDemo(t, "sleep", "GENERATOR")
	if want := mustDemo(t, "sleep") + mustDemo(t, "generator"); both != want {
		t.Errorf("demo sleep GENERATOR (-want +got):\n%s", cmp.Diff(want, both))
	}
}

// With colours the text is the same.
func TestColour(t *testing.T) {
	leak.Check(t)
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, s := range stops() {
		var out bytes.Buffer
		v := &tour{page: newPage(&out, true)}
		if err := v.visit(s); err != nil {
			t.Fatal(err)
		}
		if !sgr.Match(out.Bytes()) {
			t.Errorf("stop %s has no colour", s.name)
		}
		stripped := sgr.ReplaceAllString(out.String(), "")
		if diff := cmp.Diff(mustDemo(t, s.name), stripped); diff != "" {
			t.Errorf("stop %s without its colours (-want +got):\n%s", s.name, diff)
		}
	}
}

func TestMayColour(t *testing.T) {
	device, err := os.Open(os.DevNull) // a character device, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	file, err := os.Open("main.go")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for _, p := range pairs {
				if k, v, _ := strings.Cut(p, "="); k == name {
					return v
				}
			}
			return ""
		}
	}
	tests := []struct {
		name string
		got  bool
		want bool
	}{
		{"terminal", mayColour(device, env()), true},
		{"NO_COLOR", mayColour(device, env("NO_COLOR=1")), false},
		{"dumb terminal", mayColour(device, env("TERM=dumb")), false},
		{"file", mayColour(file, env()), false},
		{"buffer", mayColour(new(bytes.Buffer), env()), false},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: mayColour = %t, want %t", tt.name, tt.got, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	leak.Check(t)
	tests := []struct {
		name  string
		args  []string
		typed string
		code  int
		want  string // in what is said
	}{
		{"a letter missing", []string{"slep"}, "", 2, `there is no stop "slep"; did you mean sleep?`},
		{"two letters swapped", []string{"gahter"}, "", 2, "did you mean gather?"},
		{"a beginning", []string{"time"}, "", 2, "did you mean timeout?"},
		{"nothing like it", []string{"xyzzy"}, "", 2, "demo -list shows what there is"},
		{"the second name", []string{"sleep", "futur"}, "", 2, "did you mean future?"},
		{"a flag", []string{"-lst"}, "", 2, "demo -h"},
		{"a list of something", []string{"-list", "sleep"}, "", 2, "take no names"},
		{"run without a file", []string{"run"}, "", 2, "run takes one file"},
		{"run with two", []string{"run", "a.json", "b.json"}, "", 2, "run takes one file"},
		{"trace without a file", []string{"trace"}, "", 2, "trace takes one file"},
		{"no such trace", []string{"trace", "testdata/none.out"}, "", 1, "none.out"},
		{"not a trace", []string{"trace", "-"}, "{", 1, "demo: -: "},
		{"no such file", []string{"run", "testdata/none.json"}, "", 1, "none.json"},
		{"not a program", []string{"run", "-"}, "{", 1, "demo: -: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := demo(tt.typed, tt.args...)
			if code != tt.code || !strings.Contains(errs, tt.want) || out != "" {
				t.Errorf("demo %q: exit code %d, said %q, wrote %q; want %d, %q and nothing",
					tt.args, code, errs, out, tt.code, tt.want)
			}
		})
	}
}

func TestPause(t *testing.T) {
	leak.Check(t)
	const prompt = "Enter goes on, q leaves: "
	parts := map[string]string{}
	for _, name := range []string{"generator", "sleep", "cancel"} {
		parts[name] = mustDemo(t, name)
	}
	tests := []struct {
		name, typed, want string
	}{
		{"to the end", "\n\n", parts["generator"] + "  " + prompt + "\n" + parts["sleep"] + "  " + prompt + "\n" + parts["cancel"]},
		{"leave", "\nq\n", parts["generator"] + "  " + prompt + "\n" + parts["sleep"] + "  " + prompt},
		{"end of input", "", parts["generator"] + "  " + prompt},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := demo(tt.typed, "-pause", "generator", "sleep", "cancel")
			if code != 0 || errs != "" {
				t.Fatalf("exit code %d, %s", code, errs)
			}
			if diff := cmp.Diff(tt.want, out); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
