package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		n          int
		want       []string
	}{
		{"empty", "", 10, []string{""}},
		{"fits", "  kept  as is", 20, []string{"  kept  as is"}},
		{"exactly", "ten chars!", 10, []string{"ten chars!"}},
		{"two lines", "one two three", 8, []string{"one two", "three"}},
		{"line breaks are spaces", "one\ntwo", 20, []string{"one two"}},
		{"a long word", "an unbreakableword indeed", 6, []string{"an", "unbrea", "kablew", "ord", "indeed"}},
		{"columns, not bytes", "äöü äöü", 7, []string{"äöü äöü"}},
		{"a long word of such", "äöüäöü", 4, []string{"äöüä", "öü"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.text, tt.n)); diff != "" {
				t.Errorf("wrap(%q, %d) (-want +got):\n%s", tt.text, tt.n, diff)
			}
		})
	}
}

// Items are kept whole where a line has room for one.
func TestFill(t *testing.T) {
	got := fill([]string{"1s sleep", "2s sleep", "task main"}, " · ", 20)
	want := []string{"1s sleep ·", "2s sleep · task main"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fill (-want +got):\n%s", diff)
	}
}

func TestRowIsLimited(t *testing.T) {
	var out strings.Builder
	v := &tour{page: newPage(&out, false)}
	items := strings.Fields(strings.Repeat("tick ", 200))
	v.row("", "timers", items)
	if err := v.w.Flush(); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(out.String(), "\n"); lines > 3 || !strings.Contains(out.String(), "and 188 more") {
		t.Errorf("200 timers take %d lines:\n%s", lines, out.String())
	}
	if items[most] != "tick" {
		t.Errorf("row has changed its argument: %q", items[most])
	}
}

func TestBrief(t *testing.T) {
	for in, want := range map[string]string{
		"0s": "0s", "1.5s": "1.5s", "1m0s": "1m", "10m0s": "10m", "1m30s": "1m30s",
		"8h0m0s": "8h", "8h1m0s": "8h1m", "8h0m5s": "8h0m5s",
		"a sleep until 1h0m0s": "a sleep until 1h",
	} {
		if got := brief(in); got != want {
			t.Errorf("brief(%q) = %q, want %q", in, got, want)
		}
	}
}
