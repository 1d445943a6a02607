package main

// The systems that run the jobs, as far as they are installed.

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goasyncio/asyncio/internal/peers"
)

// A system runs jobs.
type system struct {
	name string
	job  func(name string) []string // the command of a job, nil if it only starts
	cold []string                   // that of the cold start, nil if that is of no interest
}

const (
	here    = "here"
	asyncio = "asyncio"
	uvloop  = "uvloop"
)

// others are the systems beside the library, and how to find or build them in a
// directory.
var others = []struct {
	name string
	find func(dir string) (system, error)
}{
	{"goroutines", goroutines},
	{asyncio, func(string) (system, error) { return python(asyncio, "", peers.Asyncio) }},
	{uvloop, func(string) (system, error) { return python(uvloop, "import uvloop\nuvloop.install()\n", peers.UVLoop) }},
	{"node", node},
	{"tokio", tokio},
}

// systems returns the library, and those of the others whose names only matches.
func systems(dir string, only func(name string) bool) ([]system, error) {
	bin, err := peers.Go(dir, "internal/peertasks")
	if err != nil {
		return nil, err
	}
	found := []system{
		{here, with(bin), []string{bin, "none"}},
		{"no loop", nil, []string{bin, "unknown"}}, // the same process without Run
	}
	for _, o := range others {
		if !only(o.name) {
			continue
		}
		s, err := o.find(dir)
		if err != nil {
			fmt.Fprintf(os.Stderr, "no %s: %v\n", o.name, err)
			continue
		}
		s.name = o.name
		found = append(found, s)
	}
	return found, nil
}

// with returns the commands of a program that takes the job as its last argument.
func with(command ...string) func(job string) []string {
	return func(job string) []string { return append(command[:len(command):len(command)], job) }
}

func goroutines(dir string) (system, error) {
	bin, err := peers.Go(dir, peers.Dir+"/goroutines/tasks")
	return system{job: with(bin)}, err
}

func python(loop, setup string, find func() (string, error)) (system, error) {
	exe, err := find()
	return system{
		job:  with(exe, peers.Dir+"/tasks/tasks.py", loop),
		cold: []string{exe, "-c", "import asyncio\n" + setup + "async def main(): pass\nasyncio.run(main())"},
	}, err
}

func node(string) (system, error) {
	exe, err := peers.Node()
	return system{
		job:  with(exe, "--expose-gc", peers.Dir+"/tasks/tasks.js"),
		cold: []string{exe, "-e", "(async () => {})()"},
	}, err
}

func tokio(dir string) (system, error) {
	programs, err := peers.Tokio(dir)
	bin := filepath.Join(programs, "tasks")
	return system{job: with(bin), cold: []string{bin, "none"}}, err
}
