// Command compare runs the jobs of peertasks here and in Python, each time in a
// process of its own and all systems in turn, so that a noisy machine hits all
// alike, and writes a table of the medians. What is not installed is left out. It
// is run from the root of the module.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

const (
	dir     = "internal/peertasks"
	here    = "here"
	asyncio = "asyncio"
)

// cold is the job that is timed from the start of the process to its end.
const cold = "k_cold"

// jobs are what is compared, and how many times as fast as asyncio the library is
// to be, if there is a goal.
var jobs = []struct {
	name, what string
	goal       float64
}{
	{"l_gather1000", "gather of 1000 that give way, each", 10},
	{"m_timeout", "timeout around a yield", 10},
	{"n_group100", "task group of 100 that give way", 10},
	{"o_lock", "a free lock", 10},
	{"p_lock2", "a lock, 2 tasks in turns", 10},
	{"p_lock100", "a lock, 100 tasks in turns", 10},
	{cold, "a process that runs a main that returns (here at most 5 ms)", 0},
	{"f_timers1e5", "100,000 tasks that sleep", 0},
	{"f_timers1e6", "1,000,000 tasks that sleep", 0},
}

// A system runs jobs.
type system struct {
	name string
	job  func(name string) []string // the command of a job, nil if it only starts
	cold []string                   // that of the cold start
}

func main() {
	runs := flag.Int("runs", 7, "how often each system runs each job")
	pick := flag.String("jobs", ".", "the jobs, as a regular expression")
	flag.Parse()
	only, err := regexp.Compile(*pick)
	if err == nil {
		err = compare(*runs, only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(runs int, only *regexp.Regexp) error {
	tmp, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	bin := filepath.Join(tmp, "peertasks")
	if out, err := exec.Command("go", "build", "-o", bin, "./"+dir).CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	systems := append([]system{
		{here, func(job string) []string { return []string{bin, job} }, []string{bin, "none"}},
		{"no loop", nil, []string{bin, "unknown"}}, // the same process without Run
	}, pythons()...)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "job\tsystem\tmedian\tfrom\tto\t\truns\there is faster\tgoal\t")
	for _, j := range jobs {
		if !only.MatchString(j.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, j.name)
		values, unit, err := measure(systems, j.name, runs)
		if err != nil {
			return err
		}
		for _, s := range systems {
			goal := ""
			if s.name == asyncio && j.goal > 0 {
				goal = fmt.Sprintf("%.0f", j.goal)
			}
			v := values[s.name]
			if len(v) == 0 {
				continue
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

// pythons finds asyncio of CPython 3.13, and a Python that has uvloop.
func pythons() []system {
	peer := func(name, python, setup string) system {
		return system{
			name,
			func(job string) []string { return []string{python, dir + "/peers.py", name, job} },
			[]string{python, "-c", "import asyncio\n" + setup + "async def main(): pass\nasyncio.run(main())"},
		}
	}
	var found []system
	if exe := executable("sys.version_info[:2] == (3, 13)", "python3", "python3.13"); exe != "" {
		found = append(found, peer(asyncio, exe, ""))
	} else {
		fmt.Fprintln(os.Stderr, "compare: no CPython 3.13 by 'PYENV_VERSION=3.13.0 python3'")
	}
	if exe := executable("__import__('uvloop')", "/usr/bin/python3", "python3"); exe != "" {
		found = append(found, peer("uvloop", exe, "import uvloop\nuvloop.install()\n"))
	} else {
		fmt.Fprintln(os.Stderr, "compare: no Python that has uvloop")
	}
	return found
}

// executable returns the path of the first Python that fulfils a condition. It is
// not that of a script which finds it, as to start that takes time too.
func executable(condition string, names ...string) string {
	for _, name := range names {
		cmd := exec.Command(name, "-c", "import sys; print(sys.executable if "+condition+" else '')")
		cmd.Env = append(os.Environ(), "PYENV_VERSION=3.13.0")
		if out, err := cmd.Output(); err == nil && len(strings.TrimSpace(string(out))) > 0 {
			return strings.TrimSpace(string(out))
		}
	}
	return ""
}

// measure runs a job on each system in turn.
func measure(systems []system, job string, runs int) (values map[string][]float64, unit string, err error) {
	values = make(map[string][]float64)
	for range runs {
		for _, s := range systems {
			var v float64
			switch {
			case job == cold:
				v, err = timed(s.cold)
				unit = "ms"
			case s.job == nil:
				continue
			default:
				v, unit, err = printed(s.job(job))
			}
			if err != nil {
				return nil, "", fmt.Errorf("%s on %s: %w", job, s.name, err)
			}
			values[s.name] = append(values[s.name], v)
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

// printed returns the value and the unit that a command prints.
func printed(command []string) (value float64, unit string, err error) {
	out, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		return 0, "", err
	}
	number, unit, ok := strings.Cut(strings.TrimSpace(string(out)), " ")
	if !ok {
		return 0, "", fmt.Errorf("it printed %q, not a value and a unit", out)
	}
	value, err = strconv.ParseFloat(number, 64)
	return value, unit, err
}
