// Demo is a tour of the library for those who have read how CPython's asyncio
// works inside and want to see the same in Go: for each part of it some real
// code, what that code does, and the file to read.
//
//	demo                the whole tour
//	demo -list          the names of the stops
//	demo -index         where the names of CPython's asyncio are to be found
//	demo NAME...        some stops
//	demo run FILE.json  a program of the op language, with the loop's queues
//	demo trace FILE     the tasks of a trace of runtime/trace, as a timeline
//	demo -h             help
//
// Everything runs in virtual time: nothing sleeps, and the output is the same
// every time.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	os.Exit(command{os.Stdin, os.Stdout, os.Stderr, os.Getenv}.main(os.Args[1:]))
}

// A command is a run of the demo, with what it knows of the world.
type command struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

// usageError is an error of whoever typed the command.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// main runs the demo and returns the exit code: 1 if something failed, 2 if the
// command line was wrong.
func (c command) main(args []string) int {
	err := c.run(args)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(c.err, "demo:", err)
		return 2
	}
	fmt.Fprintln(c.err, "demo:", err)
	return 1
}

func (c command) run(args []string) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	list := flags.Bool("list", false, "")
	index := flags.Bool("index", false, "")
	pause := flags.Bool("pause", false, "")
	p := newPage(c.out, mayColour(c.out, c.env))
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return help(p)
	case err != nil:
		return &usageError{err.Error() + "; demo -h lists what there is"}
	}
	args = flags.Args()
	switch {
	case (*list || *index) && len(args) > 0:
		return &usageError{"-list and -index take no names"}
	case *list:
		return listStops(p)
	case *index:
		return listNames(p)
	case len(args) == 0:
		return c.tour(p, *pause)
	case args[0] == "run" && len(args) == 2:
		return runProgram(p, args[1], c.in)
	case args[0] == "trace" && len(args) == 2:
		return showTrace(p, args[1], c.in)
	case args[0] == "run", args[0] == "trace":
		return &usageError{args[0] + " takes one file"}
	}
	chosen, err := find(args)
	if err != nil {
		return err
	}
	return c.visit(p, chosen, *pause)
}

// tour shows everything.
func (c command) tour(p *page, pause bool) error {
	p.line()
	p.line("  ", p.in(bold, "asyncio in Go: a tour"))
	p.line()
	p.prose(welcome)
	if err := c.visit(p, stops(), pause); err != nil {
		return err
	}
	p.rule("the end", "where to go next")
	p.line()
	p.prose(farewell)
	return p.w.Flush()
}

const welcome = `
One goroutine, a queue of what is ready, a heap of timers: the rest of asyncio
stands on these, here as in CPython. Each stop shows one part of it at work: a
few words, real code, what that code did, and the place to read on, beside its
name in CPython.

The time in the margin is the loop's. It is virtual: eight hours of sleep take no
time. Some stops show a panel for each iteration, #1, #2 and so on: what the loop
has before it at that moment.`

const farewell = `
Read eventloop/runonce.go, then tasks/step.go: these two are the heart of it. The
documentation begins at

	go doc github.com/goasyncio/asyncio

Write a program of your own in the op language and watch its queues:

	go run ./cmd/demo run cmd/demo/testdata/kitchen.json`

// visit shows stops, waiting for a key between them if pause is set.
func (c command) visit(p *page, all []stop, pause bool) error {
	keys := bufio.NewScanner(c.in)
	t := &tour{page: p}
	for i, s := range all {
		if pause && i > 0 {
			p.w.WriteString("  " + p.in(dim, "Enter goes on, q leaves: "))
			if err := p.w.Flush(); err != nil {
				return err
			}
			if !keys.Scan() || strings.HasPrefix(keys.Text(), "q") {
				return nil
			}
			p.line()
		}
		if err := t.visit(s); err != nil {
			return err
		}
	}
	return p.w.Flush()
}
