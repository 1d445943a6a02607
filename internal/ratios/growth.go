package main

import (
	"fmt"
	"io"
	"strings"
)

// sizes are the numbers that BenchmarkGrowth measures with. What is reported is
// relative to the first.
var sizes = []string{"1e3", "1e4", "1e5", "1e6"}

// growths are the rows of BenchmarkGrowth: ours and the baselines. A growth beyond
// the first of these by more than the goal is one of the library's own.
var growths = []struct {
	what, of string
	beside   []string
	goal     float64
}{
	{"a step, that many tasks in turn", "step/task", []string{"step/pull", "step/goroutine"}, 4},
	{"create, suspend, resume, end that many tasks", "park/task", []string{"park/pull", "park/goroutine"}, 4},
	{"create and await that many tasks", "spawn/task", []string{"spawn/goroutine"}, 4},
	{"that many tasks that sleep", "sleep/task", []string{"sleep/goroutine"}, 0},
	{"CallLater and Cancel, that many pending", "timer/CallLater", []string{"timer/AfterFunc"}, 4},
	{"a future, that many alive", "future/future", []string{"future/channel"}, 0},
	{"a lock from one of that many waiters to the next", "lock/lock", []string{"lock/mutex"}, 0},
}

// growthNames returns a regular expression for each benchmark, as each is to run in
// a process of its own.
func growthNames() []string {
	var names []string
	for _, g := range growths {
		for _, size := range sizes {
			for _, name := range append([]string{g.of}, g.beside...) {
				names = append(names, "^BenchmarkGrowth$/^"+strings.ReplaceAll(name, "/", "$/^")+"$/^"+size+"$")
			}
		}
	}
	return names
}

// reportGrowth reads the results of BenchmarkGrowth and writes for each row how the
// cost at each size compares with that at the first, and with the baselines'.
func reportGrowth(in io.Reader, out io.Writer) error {
	times, err := read(in)
	if err != nil {
		return err
	}
	of := func(name, size string) []float64 { return times["Growth/"+name+"/"+size] }
	line(out, "", sizes)
	for _, g := range growths {
		if len(of(g.of, sizes[0])) == 0 {
			continue
		}
		fmt.Fprintf(out, "%s%s\n", g.what, most(g.goal))
		for _, name := range append([]string{g.of}, g.beside...) {
			row(out, "grows, "+name, func(size string) []float64 {
				return quotients(of(name, size), of(name, sizes[0]))
			})
		}
		for _, name := range g.beside {
			row(out, "beside "+name, func(size string) []float64 {
				return quotients(of(g.of, size), of(name, size))
			})
		}
	}
	return nil
}

// most says what a growth beyond the baseline's may be.
func most(goal float64) string {
	if goal == 0 {
		return ""
	}
	return fmt.Sprintf(" (to grow at most %.0f times as much as the baseline)", goal)
}

// row writes one line: the median of the ratios at each size.
func row(out io.Writer, name string, ratios func(size string) []float64) {
	var cells []string
	measured := false
	for _, size := range sizes {
		cell := "-"
		if all := ratios(size); len(all) > 0 {
			cell = fmt.Sprintf("%.2f", median(all))
			measured = true
		}
		cells = append(cells, cell)
	}
	if measured {
		line(out, "  "+name, cells)
	}
}

func line(out io.Writer, name string, cells []string) {
	fmt.Fprintf(out, "%-26s", name)
	for _, c := range cells {
		fmt.Fprintf(out, "%8s", c)
	}
	fmt.Fprintln(out)
}
