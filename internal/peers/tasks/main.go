// Command tasks runs the jobs of peertasks here, with goroutines, and in other
// runtimes, each time in a process of its own and all systems in turn, so that a noisy
// machine hits all alike, and writes a table of the medians. What is not installed is
// left out. It is run from the root of the module.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// cold is the job that is timed from the start of the process to its end.
const cold = "k_cold"

// A job is what is compared.
type job struct {
	name, what string
	goals      map[string]float64 // how many times as fast as others the library is to be
}

// beside returns goals beside asyncio and uvloop.
func beside(py, uv float64) map[string]float64 { return map[string]float64{asyncio: py, uvloop: uv} }

var (
	tenfold = beside(10, 5)
	alone   = map[string]float64{asyncio: 10}
)

var jobs = []job{
	{"a_yield1", "1 task gives way", nil},
	{"b_yield1000", "1000 tasks give way", tenfold},
	{"c_spawn", "spawn and gather", tenfold},
	{"d_pingpong", "round trip by futures", tenfold},
	{"e_queue1", "an item by a queue of 1", tenfold},
	{"e_queue128", "an item by a queue of 128", nil},
	{"g_callsoon", "call soon", beside(14, 5)},
	{"h_latency", "wake from another thread and back", nil},
	{"h_throughput", "flood from another thread", tenfold},
	{"i_mem", "memory of an idle task", nil},
	{"l_gather1000", "gather of 1000 that give way, each", alone},
	{"m_timeout", "timeout around a yield", alone},
	{"n_group100", "task group of 100 that give way", alone},
	{"o_lock", "a free lock", alone},
	{"p_lock2", "a lock, 2 tasks in turns", alone},
	{"p_lock100", "a lock, 100 tasks in turns", alone},
	{cold, "a process that runs a main that returns (here at most 5 ms)", nil},
	{"f_timers1e5", "100,000 tasks that sleep", beside(5, 5)},
	{"f_timers1e6", "1,000,000 tasks that sleep", nil},
}

func main() {
	runs := flag.Int("runs", 7, "how often each system runs each job")
	pick := flag.String("jobs", ".", "the jobs, as a regular expression")
	peers := flag.String("systems", ".", "the systems beside the library, as a regular expression")
	flag.Parse()
	onlyJobs, err := regexp.Compile(*pick)
	onlySystems, err2 := regexp.Compile(*peers)
	if err == nil {
		err = err2
	}
	if err == nil {
		err = compare(os.Stdout, *runs, onlyJobs, onlySystems)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tasks:", err)
		os.Exit(1)
	}
}

func compare(out io.Writer, runs int, onlyJobs, onlySystems *regexp.Regexp) error {
	tmp, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	all, err := systems(tmp, onlySystems.MatchString)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "job\tsystem\tmedian\tfrom\tto\t\truns\there is faster\tgoal\t")
	for _, j := range jobs {
		if !onlyJobs.MatchString(j.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, j.name)
		values, unit, err := measure(all, j.name, runs)
		if err != nil {
			return err
		}
		for _, s := range all {
			v := values[s.name]
			if len(v) == 0 {
				continue
			}
			goal := ""
			if g := j.goals[s.name]; g > 0 {
				goal = fmt.Sprint(g)
			}
			slices.Sort(v)
			fmt.Fprintf(w, "%s\t%s\t%.4g\t%.4g\t%.4g\t%s\t%d\t%.2f\t%s\t%s\n", j.name, s.name,
				median(v), v[0], v[len(v)-1], unit, len(v), median(v)/median(values[here]), goal, j.what)
		}
	}
	return w.Flush()
}

// median returns the middle of what is sorted.
func median(sorted []float64) float64 { return sorted[len(sorted)/2] }

// measure runs a job on each system in turn.
func measure(all []system, job string, runs int) (values map[string][]float64, unit string, err error) {
	values = make(map[string][]float64)
	for range runs {
		for _, s := range all {
			var v float64
			has := true
			switch {
			case job == cold && s.cold != nil:
				v, err = timed(s.cold)
				unit = "ms"
			case job == cold || s.job == nil:
				continue
			default:
				var in string
				if v, in, has, err = printed(s.job(job)); has {
					unit = in
				}
			}
			if err != nil {
				return nil, "", fmt.Errorf("%s on %s: %w", job, s.name, err)
			}
			if has {
				values[s.name] = append(values[s.name], v)
			}
		}
	}
	return values, unit, nil
}

// timed returns how many milliseconds a command takes.
func timed(command []string) (float64, error) {
	cmd := exec.Command(command[0], command[1:]...)
	start := time.Now()
	err := cmd.Run()
	return time.Since(start).Seconds() * 1000, err
}

// printed returns the value and the unit that a command prints, has false if it does not
// have the job.
func printed(command []string) (value float64, unit string, has bool, err error) {
	out, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		return 0, "", false, err
	}
	number, unit, ok := strings.Cut(strings.TrimSpace(string(out)), " ")
	switch {
	case !ok:
		return 0, "", false, fmt.Errorf("it printed %q, not a value and a unit", out)
	case number == "-":
		return 0, "", false, nil
	}
	value, err = strconv.ParseFloat(number, 64)
	return value, unit, err == nil, err
}
