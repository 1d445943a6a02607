// Asyncio-ps shows the tasks of a program that serves the pages of package tools:
// what each is doing, for how long, for what it waits and at which line.
//
//	asyncio-ps http://127.0.0.1:6060/debug/asyncio/
//	asyncio-ps -group 127.0.0.1:6060      tasks that do the same in one row
//	asyncio-ps -tree URL                  who waits for whom
//	asyncio-ps -dump URL                  the stacks of all tasks, once
//	asyncio-ps -n 1 URL                   once
//	asyncio-ps -h                         all flags
//
// On a terminal it shows as much as there is room for and looks again every two
// seconds; q leaves, t changes between table and tree, g groups. Elsewhere it
// writes everything once. It exits with 1 if the program does not answer.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/goasyncio/asyncio/graph"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	c := command{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, screen: terminal(os.Stdout)}
	code := c.main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// A command is a run of asyncio-ps, with what it knows of the world.
type command struct {
	in       *os.File
	out, err io.Writer
	env      func(string) string
	screen   *screen // nil if out is no terminal
}

// settings is what the command line says.
type settings struct {
	view
	url      string
	interval time.Duration
	count    int // 0 is for ever
	dump     bool
	timeout  time.Duration
}

// usageError is an error of whoever typed the command.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// main runs the command and returns the exit code: 1 if something failed, 2 if
// the command line was wrong.
func (c command) main(ctx context.Context, args []string) int {
	s, err := c.parse(args)
	if err == nil {
		err = c.run(ctx, s)
	}
	var usage *usageError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp) || errors.Is(err, context.Canceled):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(c.err, "asyncio-ps:", err)
		return 2
	}
	fmt.Fprintln(c.err, "asyncio-ps:", err)
	return 1
}

// parse reads the command line.
func (c command) parse(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("asyncio-ps", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&s.tree, "tree", false, "show who waits for whom")
	flags.BoolVar(&s.group, "group", false, "one row for all tasks that do the same at the same line")
	flags.StringVar(&s.sort, "sort", "for", "sort by `what`: for (how long), id, name, state")
	flags.BoolVar(&s.dump, "dump", false, "write the stacks of all tasks, once")
	flags.IntVar(&s.count, "n", 0, "look `N` times; 0 is for ever on a terminal, and once elsewhere")
	flags.DurationVar(&s.interval, "interval", 2*time.Second, "look again after `DURATION`")
	flags.DurationVar(&s.timeout, "timeout", 5*time.Second, "wait for the loop for `DURATION`")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(c.out, "usage: asyncio-ps [flags] URL\n\nURL is where the program serves the pages of package tools.\n ")
		flags.SetOutput(c.out)
		flags.PrintDefaults()
		return s, err
	case err != nil:
		return s, &usageError{err.Error() + "; asyncio-ps -h lists what there is"}
	case flags.NArg() != 1:
		return s, &usageError{"it takes one URL, such as http://127.0.0.1:6060/debug/asyncio/"}
	case orders[s.sort] == nil:
		return s, &usageError{fmt.Sprintf("-sort is %q; make it for, id, name or state", s.sort)}
	case s.interval <= 0 || s.timeout <= 0 || s.count < 0:
		return s, &usageError{"-interval and -timeout have to be more than 0, and -n not less"}
	}
	if s.count == 0 && c.screen == nil || s.dump {
		s.count = 1
	}
	var err error
	s.url, err = address(flags.Arg(0))
	return s, err
}

// run shows what there is until it has been shown as often as it should.
func (c command) run(ctx context.Context, s settings) error {
	client := &http.Client{Timeout: s.timeout + 5*time.Second}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var keys <-chan byte
	if c.screen != nil && s.count != 1 {
		keys = c.screen.open(c.in)
		defer c.screen.close()
	}
	var g *graph.Graph
	for n := 1; ; n++ {
		var err error
		if g, err = fetch(ctx, client, s.url, s.timeout); err != nil {
			return err
		}
		if s.dump {
			_, err := g.WriteTo(c.out)
			return err
		}
		if err := c.show(g, s); err != nil || n == s.count {
			return err
		}
		if quit, err := c.pause(ctx, &s, g, keys); quit || err != nil {
			return err
		}
	}
}

// pause waits until it is time to look again, and does what keys say meanwhile.
func (c command) pause(ctx context.Context, s *settings, g *graph.Graph, keys <-chan byte) (quit bool, err error) {
	next := time.NewTimer(s.interval)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return true, nil
		case <-next.C:
			return false, nil
		case k, ok := <-keys:
			switch {
			case !ok:
				keys = nil // there is nobody at the keys
				continue
			case k == 'q':
				return true, nil
			case k == 't':
				s.tree = !s.tree
			case k == 'g':
				s.tree, s.group = false, !s.group
			case k != ' ':
				continue
			}
			if err := c.show(g, *s); err != nil {
				return true, err
			}
		}
	}
}

// show writes one page.
func (c command) show(g *graph.Graph, s settings) error {
	if c.screen == nil {
		v := s.view
		v.width = number(c.env("COLUMNS"))
		return writeLines(c.out, v.lines(g), "\n")
	}
	v := s.view
	v.width, v.height = c.screen.size(c.env)
	if s.count == 1 {
		v.height = max(1, v.height-1) // for the prompt
		return writeLines(c.out, v.lines(g), "\n")
	}
	return c.screen.draw(v.lines(g))
}
