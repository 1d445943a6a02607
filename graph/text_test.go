package graph_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/goasyncio/asyncio/graph"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shop is a graph with some of everything.
func shop(t *testing.T) *graph.Graph {
	text, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	g := new(graph.Graph)
	if err := json.Unmarshal(text, g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGolden(t *testing.T) {
	tests := []struct {
		file  string
		width int
		write func(g *graph.Graph, w io.Writer, width int) error
	}{
		{"table-80.txt", 80, (*graph.Graph).WriteTable},
		{"table-120.txt", 120, (*graph.Graph).WriteTable},
		{"table.txt", 0, (*graph.Graph).WriteTable},
		{"tree-80.txt", 80, (*graph.Graph).WriteTree},
		{"tree-120.txt", 120, (*graph.Graph).WriteTree},
		{"tree.txt", 0, (*graph.Graph).WriteTree},
		{"dump.txt", 0, func(g *graph.Graph, w io.Writer, _ int) error { _, err := g.WriteTo(w); return err }},
		{"calls.txt", 0, func(g *graph.Graph, w io.Writer, _ int) error { return g.WriteCallGraph(w, 20) }},
		{"calls-cycle.txt", 0, func(g *graph.Graph, w io.Writer, _ int) error {
			return network("t1 t2", "t2 t1").WriteCallGraph(w, 1)
		}},
		{"tree-cycle.txt", 0, func(g *graph.Graph, w io.Writer, _ int) error {
			return network("t1 t2", "t2 t1", "t3 t2").WriteTree(w, 0)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			var b bytes.Buffer
			if err := tt.write(shop(t), &b, tt.width); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if n := utf8.RuneCountInString(line); tt.width > 0 && n > tt.width && !strings.HasPrefix(line, "cycle: ") {
					t.Errorf("%d columns: %q", n, line)
				}
				if strings.ContainsRune(line, '\x1b') {
					t.Errorf("a control character in %q", line)
				}
			}
			file := "testdata/" + tt.file
			if *update {
				os.WriteFile(file, b.Bytes(), 0o644)
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
				t.Errorf("differs from %s (-want +got); if it should, go test ./graph -update\n%s", file, diff)
			}
		})
	}
}

// Ages are short, and never 60 of anything.
func TestAges(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 999: "999ns", 1500: "2µs", 999_400 * time.Nanosecond: "999µs",
		12 * time.Millisecond: "12ms", 1234 * time.Millisecond: "1.2s",
		59_940 * time.Millisecond: "59.9s", 59_960 * time.Millisecond: "1m00s", 61 * time.Second: "1m01s",
		time.Hour - time.Millisecond: "1h00m", 90 * time.Minute: "1h30m",
		49 * time.Hour: "2d01h",
	} {
		g := &graph.Graph{Time: d, Tasks: []*graph.Task{{ID: 1, State: graph.Waiting, Waits: graph.Ref{Task: 1}}}}
		var b bytes.Buffer
		g.WriteTree(&b, 0)
		if got := strings.Fields(b.String())[2]; got != want {
			t.Errorf("%d ns: %s, want %s", d, got, want)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWritersFail(t *testing.T) {
	g := shop(t)
	_, dumped := g.WriteTo(broken{})
	for name, err := range map[string]error{
		"WriteTo": dumped, "WriteTable": g.WriteTable(broken{}, 80),
		"WriteTree": g.WriteTree(broken{}, 80), "WriteCallGraph": g.WriteCallGraph(broken{}, 20),
	} {
		if err != io.ErrClosedPipe {
			t.Errorf("%s: %v", name, err)
		}
	}
	var b bytes.Buffer
	if err := g.WriteCallGraph(&b, 99); err != nil || b.Len() > 0 {
		t.Errorf("the call graph of no task: %q, %v", b.String(), err)
	}
}
