package main

// Pages of graphs that do not change.

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/graph"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shop is the graph of the golden pages.
func shop(t *testing.T) *graph.Graph {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "shop.json"))
	if err != nil {
		t.Fatal(err)
	}
	g := new(graph.Graph)
	if err := json.Unmarshal(b, g); err != nil {
		t.Fatal(err)
	}
	return g
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
		t.Errorf("differs from %s (-want +got); if it should, go test ./cmd/asyncio-ps -update\n%s", file, diff)
	}
}

func TestPages(t *testing.T) {
	tests := []struct {
		name string
		view view
	}{
		{"table", view{sort: "for"}},
		{"name", view{sort: "name"}},
		{"group", view{group: true}},
		{"tree", view{tree: true}},
		{"short", view{sort: "for", height: 10}},
		{"shortgroup", view{group: true, height: 8}},
		{"shorttree", view{tree: true, height: 8}},
	}
	for _, tt := range tests {
		for _, width := range []int{80, 120} {
			name := fmt.Sprintf("%s%d", tt.name, width)
			t.Run(name, func(t *testing.T) {
				tt.view.width = width
				lines := tt.view.lines(shop(t))
				for _, line := range lines {
					if n := len([]rune(line)); n > width || strings.ContainsRune(line, 0x1b) || strings.TrimRight(line, " ") != line {
						t.Errorf("%d columns: %q", n, line)
					}
				}
				if h := tt.view.height; h > 0 && len(lines) > h {
					t.Errorf("%d lines", len(lines))
				}
				golden(t, name+".txt", strings.Join(lines, "\n")+"\n")
			})
		}
	}
}

// However small the terminal is, the page fits.
func TestPagesFit(t *testing.T) {
	g := shop(t)
	for _, v := range []view{{sort: "for"}, {group: true}, {tree: true}} {
		for v.height = 1; v.height < 30; v.height++ {
			v.width = 80
			if n := len(v.lines(g)); n > v.height {
				t.Errorf("%+v: %d lines", v, n)
			}
		}
		for v.width = 1; v.width < 130; v.width++ {
			for _, line := range v.lines(g) {
				if n := len([]rune(line)); n > v.width {
					t.Errorf("%+v: %d columns: %s", v, n, line)
				}
			}
		}
	}
}

func TestEmptyPage(t *testing.T) {
	for _, v := range []view{{sort: "for"}, {group: true}, {tree: true}} {
		if lines := v.lines(&graph.Graph{}); lines[0] != "0 tasks; loop time 0s" {
			t.Errorf("%+v: %q", v, lines)
		}
	}
}
