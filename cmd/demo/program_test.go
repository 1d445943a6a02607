package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/oplang"
)

// What the demo shows of a program is its trace, each line in the iteration that
// it belongs to.
func TestProgramTrace(t *testing.T) {
	leak.Check(t)
	for _, file := range []string{"testdata/kitchen.json", "testdata/timers.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := oplang.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		err = oplang.Run(p, io.Discard, oplang.Options{Observe: func(_ *eventloop.Loop, n int, line string) {
			_, event, _ := strings.Cut(line, " ")
			want = append(want, fmt.Sprintf("#%d %s", n, event))
		}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, shown(mustDemo(t, "run", file))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// shown returns the events of a page, with the numbers of their iterations.
func shown(page string) []string {
	iteration := regexp.MustCompile(`^  (#\d+) `)
	var events []string
	n := ""
	for line := range strings.Lines(page) {
		if m := iteration.FindStringSubmatch(line); m != nil {
			n = m[1]
		}
		if _, event, ok := strings.Cut(strings.TrimSpace(line), "› "); ok {
			events = append(events, n+" "+event)
		}
	}
	return events
}

func TestProgramFromStandardInput(t *testing.T) {
	leak.Check(t)
	text, err := os.ReadFile("testdata/kitchen.json")
	if err != nil {
		t.Fatal(err)
	}
	out, errs, code := demo(string(text), "run", "-")
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	if diff := cmp.Diff(mustDemo(t, "run", "testdata/kitchen.json"), out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Programs that end in other ways are shown as far as they get.
func TestProgramEnds(t *testing.T) {
	leak.Check(t)
	tests := []struct{ name, program, want string }{
		{"deadlock",
			`{"objects": {"F": {"kind": "future"}}, "coros": {"main": [{"op": "await", "i": 1, "fut": "F"}]}}`,
			"loop deadlock [@main]"},
		{"too many steps",
			`{"options": {"max_steps": 3}, "coros": {"main": [{"op": "repeat", "i": 1, "n": 9, "body": [{"op": "sleep", "i": 2, "t": 0}]}]}}`,
			"loop steplimit"},
		{"stopped and run again",
			`{"coros": {"main": [{"op": "loop_stop", "i": 1}, {"op": "sleep", "i": 2, "t": 1}]}}`,
			"loop stopped"},
		{"many timers",
			`{"coros": {"main": [{"op": "storm", "i": 1, "n": 60, "t": 1, "keep": 2}, {"op": "sleep", "i": 2, "t": 9}]}}`,
			"more"},
		{"a long word",
			`{"coros": {"main": [{"op": "log", "i": 1, "msg": "` + strings.Repeat("x", 200) + `"}]}}`,
			"xxx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := demo(tt.program, "run", "-")
			if code != 0 || errs != "" {
				t.Fatalf("exit code %d, %s", code, errs)
			}
			checkPage(t, out)
			if !strings.Contains(out, tt.want) {
				t.Errorf("want %q in\n%s", tt.want, out)
			}
		})
	}
}
