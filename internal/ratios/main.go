// Command ratios reads what several runs of go test -bench print and writes how
// long each operation of the library takes beside its baseline: the median, over
// the runs, of the ratio within one run. On a noisy machine that says more than
// any time does. With -growth it writes what becomes of the times as there is more
// of everything; with -names, which benchmarks it wants to hear of.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

func main() {
	growth := flag.Bool("growth", false, "write the table of BenchmarkGrowth instead")
	names := flag.Bool("names", false, "write the regular expressions for -bench that match the benchmarks wanted, one for each process")
	flag.Parse()
	var err error
	switch {
	case *names && *growth:
		fmt.Println(strings.Join(growthNames(), "\n"))
	case *names:
		fmt.Println(wanted())
	case *growth:
		err = reportGrowth(os.Stdin, os.Stdout)
	default:
		err = report(os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(1)
	}
}

// wanted matches the benchmarks of the rows.
func wanted() string {
	var tops []string
	for _, r := range rows {
		for _, name := range []string{r.of, r.beside} {
			top, _, _ := strings.Cut(name, "/")
			tops = append(tops, top)
		}
	}
	slices.Sort(tops)
	return "^Benchmark(" + strings.Join(slices.Compact(tops), "|") + ")$"
}

var result = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s.*?([\d.]+) ns/op`)

// read returns the times of each benchmark, one for each run.
func read(in io.Reader) (map[string][]float64, error) {
	times := make(map[string][]float64)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if m := result.FindStringSubmatch(lines.Text()); m != nil {
			ns, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return nil, err
			}
			times[m[1]] = append(times[m[1]], ns)
		}
	}
	return times, lines.Err()
}

// report reads results and writes the ratios of those that have been measured.
func report(in io.Reader, out io.Writer) error {
	times, err := read(in)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ratio\tfrom\tto\truns\tgoal\t")
	for _, r := range rows {
		ratios := quotients(times[r.of], times[r.beside])
		if len(ratios) == 0 {
			continue
		}
		fmt.Fprintf(w, "%.2f\t%.2f\t%.2f\t%d\t%s\t%s\n",
			median(ratios), ratios[0], ratios[len(ratios)-1], len(ratios), goal(r.goal), r.what)
	}
	return w.Flush()
}

func goal(ratio float64) string {
	switch {
	case ratio == 0:
		return "-"
	case ratio*10 == float64(int(ratio*10)):
		return fmt.Sprintf("%.1f", ratio)
	}
	return fmt.Sprintf("%.2f", ratio)
}

// quotients returns the ratios of two times within one run, sorted.
func quotients(of, beside []float64) []float64 {
	var all []float64
	for i := range min(len(of), len(beside)) {
		all = append(all, of[i]/beside[i])
	}
	slices.Sort(all)
	return all
}

// median returns the middle of what is sorted.
func median(sorted []float64) float64 { return sorted[len(sorted)/2] }
