//go:build linux

// Command echo measures echo servers over loopback: one of this module, and those of
// other runtimes, each in a process of its own on the first processor, in turn, with a
// client on the second. It writes a table of the medians of the processor time that the
// server takes for each request, and of the requests in a second. What is not installed
// is left out. It needs Linux, taskset, and two processors, and is run from the root of
// the module.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// loads are what the client does: so many connections, each of which sends a message and
// waits until it has come back, again and again.
var loads = []load{{50, 64}, {500, 64}, {50, 16 << 10}, {500, 16 << 10}}

type load struct{ conns, size int }

// A sample is what one measurement gave.
type sample struct {
	cpu  time.Duration // for each request
	rate float64       // requests in a second
}

func main() {
	runs := flag.Int("runs", 7, "how often each server is measured")
	span := flag.Duration("time", time.Second, "how long each time")
	pick := flag.String("systems", ".", "the servers, as a regular expression")
	flag.Parse()
	only, err := regexp.Compile(*pick)
	if err == nil {
		err = compare(*runs, *span, only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}

func compare(runs int, span time.Duration, only *regexp.Regexp) error {
	if runtime.NumCPU() < 2 {
		return fmt.Errorf("client and server need a processor each")
	}
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all := servers(dir, only.MatchString)
	samples := make([][][]sample, len(all))
	for i := range all {
		samples[i] = make([][]sample, len(loads))
	}
	for run := range runs {
		fmt.Fprintf(os.Stderr, "run %d of %d\n", run+1, runs)
		for i, s := range all {
			got, err := measure(s.command, span)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			for j := range loads {
				samples[i][j] = append(samples[i][j], got[j])
			}
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "size\tconnections\tserver\tCPU of a request, us\tfrom\tto\truns\trequests/s")
	for j, l := range loads {
		for i, s := range all {
			cpu := sorted(samples[i][j], func(s sample) float64 { return float64(s.cpu) / 1e3 })
			rate := sorted(samples[i][j], func(s sample) float64 { return s.rate })
			fmt.Fprintf(w, "%d\t%d\t%s\t%.1f\t%.1f\t%.1f\t%d\t%.0f\n", l.size, l.conns, s.name,
				cpu[runs/2], cpu[0], cpu[runs-1], runs, rate[runs/2])
		}
	}
	return w.Flush()
}

// sorted returns a value of each sample, the smallest first.
func sorted(samples []sample, value func(sample) float64) []float64 {
	var all []float64
	for _, s := range samples {
		all = append(all, value(s))
	}
	slices.Sort(all)
	return all
}

// measure runs a server, which gets a port as its last argument, under each load.
func measure(command []string, span time.Duration) ([]sample, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := append([]string{"-c", "0"}, command...)
	server := exec.Command("taskset", append(args, strconv.Itoa(port))...)
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer server.Wait()
	defer server.Process.Kill()
	// The first load does not count: until a server of asyncio has closed its first
	// connections, its C library maps new memory for each read.
	var samples []sample
	for _, l := range append(loads[:1:1], loads...) {
		s, err := l.put(server.Process.Pid, port, span)
		if err != nil {
			return nil, err
		}
		samples = append(samples, s)
	}
	return samples[1:], nil
}

// freePort returns a port that nobody listens at.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// cpuTime returns the processor time that a process has taken.
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// Behind the name, which may hold anything, the 12th and 13th, in hundredths.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc/%d/stat is %q", pid, stat)
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}
