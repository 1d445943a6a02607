package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
	const want = `ratio  from  to    runs  
2.70   2.00  3.00  3     an item by a queue of 1 / by a channel of 1
`
	var b strings.Builder
	if err := report(strings.NewReader(in), &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRowsAreDistinct(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range rows {
		if seen[r.of] || r.of == r.beside {
			t.Errorf("%s stands twice", r.of)
		}
		seen[r.of] = true
	}
}
