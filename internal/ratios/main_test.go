package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var root = filepath.Join("..", "..")

func TestReport(t *testing.T) {
	const in = `goos: linux
BenchmarkQueue/queue/1-2     	 3000000	       300.0 ns/op	       0 B/op
BenchmarkQueue/channel/1-2   	 9000000	       100 ns/op
BenchmarkQueue/queue/128     	 9000000	        20.0 ns/op
PASS
BenchmarkQueue/queue/1-2     	 3000000	       200.0 ns/op	       0 B/op
BenchmarkQueue/channel/1-2   	 9000000	       100 ns/op
BenchmarkQueue/queue/1-2     	 3000000	       270.0 ns/op	       0 B/op
BenchmarkQueue/channel/1-2   	 9000000	       100 ns/op
`
	const want = `ratio  from  to    runs  goal  
2.70   2.00  3.00  3     2.0   an item by a queue of 1 / by a channel of 1
`
	var b strings.Builder
	if err := report(strings.NewReader(in), &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The benchmarks of each row are there, in the packages that `make bench` runs.
func TestRowsHaveBenchmarks(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(makefile), "\nBENCHED := ")
	list, _, _ = strings.Cut(list, "\n")
	there := make(map[string]bool)
	for _, dir := range strings.Fields(list) {
		files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^func Benchmark(\w+)\(`).FindAllSubmatch(src, -1) {
				there[string(m[1])] = true
			}
		}
	}
	for _, r := range rows {
		for _, name := range []string{r.of, r.beside} {
			if top, _, _ := strings.Cut(name, "/"); !there[top] {
				t.Errorf("%s: no Benchmark%s in %s", r.what, top, list)
			}
		}
	}
}

func TestRowsAreDistinct(t *testing.T) {
	type pair struct{ of, beside string }
	seen := make(map[pair]bool)
	for _, r := range rows {
		p := pair{r.of, r.beside}
		if seen[p] || r.of == r.beside {
			t.Errorf("%v stands twice", p)
		}
		seen[p] = true
	}
}

func TestReportGrowth(t *testing.T) {
	const in = `
BenchmarkGrowth/step/task/1e3-2   	     300	       120.0 ns/op
BenchmarkGrowth/step/pull/1e3-2   	     300	       100.0 ns/op
BenchmarkGrowth/step/task/1e5-2   	      20	       360.0 ns/op
BenchmarkGrowth/step/pull/1e5-2   	      20	       250.0 ns/op
BenchmarkGrowth/step/task/1e3-2   	     300	       110.0 ns/op
BenchmarkGrowth/step/pull/1e3-2   	     300	       100.0 ns/op
`
	const want = `                               1e3     1e4     1e5     1e6
a step, that many tasks in turn (to grow at most 4 times as much as the baseline)
  grows, step/task            1.00       -    3.00       -
  grows, step/pull            1.00       -    2.50       -
  beside step/pull            1.20       -    1.44       -
`
	var b strings.Builder
	if err := reportGrowth(strings.NewReader(in), &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
