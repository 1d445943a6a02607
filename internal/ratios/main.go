// Command ratios reads what several runs of go test -bench print and writes how
// long each operation of the library takes beside its baseline: the median, over
// the runs, of the ratio within one run. On a noisy machine that says more than
// any time does.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"text/tabwriter"
)

// rows are the comparisons: two benchmarks by their names.
var rows = []struct{ what, of, beside string }{
	{"a task gives way, one of 1000 / resuming one of 1000 bare iter.Pull", "Step/task-1000", "Step/pull-1000"},
	{"a task gives way, alone / resuming a bare iter.Pull", "Step/task-1", "Step/pull-1"},
	{"a task gives way, one of 10000 / resuming one of 10000 bare iter.Pull", "Step/task-10000", "Step/pull-10000"},
	{"create a task and await it / go and a WaitGroup", "Spawn/task", "Spawn/goroutine"},
	{"round trip by futures / by unbuffered channels", "PingPong/future", "PingPong/channel"},
	{"an item by a queue of 1 / by a channel of 1", "Queue/queue/1", "Queue/channel/1"},
	{"an item by a queue of 128 / by a channel of 128", "Queue/queue/128", "Queue/channel/128"},
	{"CallLater and Cancel / AfterFunc and Stop, 1e3 pending", "Timer/CallLater-Cancel-1e3", "Timer/AfterFunc-Stop-1e3"},
	{"CallLater and Cancel / AfterFunc and Stop, 1e5 pending", "Timer/CallLater-Cancel-1e5", "Timer/AfterFunc-Stop-1e5"},
	{"CallSoonThreadsafe / sending a func to a buffered channel, in a flood", "Flood/CallSoonThreadsafe", "Flood/channel"},
	{"Submit / sending a func to a buffered channel, in a flood", "Flood/Submit", "Flood/channel"},
}

func main() {
	if err := report(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(1)
	}
}

var result = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// report reads results and writes the ratios of those that have been measured.
func report(in io.Reader, out io.Writer) error {
	times := make(map[string][]float64)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if m := result.FindStringSubmatch(lines.Text()); m != nil {
			ns, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return err
			}
			times[m[1]] = append(times[m[1]], ns)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ratio\tfrom\tto\truns\t")
	for _, r := range rows {
		var ratios []float64
		for i := range min(len(times[r.of]), len(times[r.beside])) {
			ratios = append(ratios, times[r.of][i]/times[r.beside][i])
		}
		if len(ratios) == 0 {
			continue
		}
		slices.Sort(ratios)
		fmt.Fprintf(w, "%.2f\t%.2f\t%.2f\t%d\t%s\n",
			ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], len(ratios), r.what)
	}
	return w.Flush()
}
