// Conform runs programs of the op language on this module and prints their
// traces, to be compared with those of CPython's asyncio.
//
//	conform [-iters] [FILE]            one program, from FILE or standard input
//	conform [-iters] -batch FILE       one program a line; "=== <id>" before each trace
//
// With -iters the number of the loop's iteration stands before each line. The
// file name - is standard input.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/goasyncio/asyncio/internal/oplang"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "conform:", err)
		os.Exit(1)
	}
}

func run(args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("conform", flag.ExitOnError)
	var opts oplang.Options
	flags.BoolVar(&opts.Iterations, "iters", false, "put the number of the loop's iteration before each line")
	batch := flags.String("batch", "", "run each line of `FILE` as a program")
	flags.Parse(args)
	do, names := one, flags.Args()
	if *batch != "" {
		do, names = each, append(names, *batch)
	}
	source := stdin
	switch {
	case len(names) > 1:
		return errors.New("too many files; give one, alone or after -batch")
	case len(names) == 1 && names[0] != "-":
		f, err := os.Open(names[0])
		if err != nil {
			return err
		}
		defer f.Close()
		source = f
	}
	out := bufio.NewWriter(stdout)
	return errors.Join(do(source, out, opts), out.Flush())
}

// one runs the program in source.
func one(source io.Reader, out *bufio.Writer, opts oplang.Options) error {
	text, err := io.ReadAll(source)
	if err != nil {
		return err
	}
	p, err := oplang.Parse(text)
	if err != nil {
		return err
	}
	return oplang.Run(p, out, opts)
}

// each runs every line of source. A program that cannot be run does not keep the
// others from running.
func each(source io.Reader, out *bufio.Writer, opts oplang.Options) error {
	var failed error
	lines := bufio.NewReader(source)
	for n := 0; ; n++ {
		text, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			if err := line(text, n, out, opts); err != nil {
				failed = errors.Join(failed, fmt.Errorf("line %d: %w", n+1, err))
			}
		}
		switch {
		case err == io.EOF:
			return failed
		case err != nil:
			return errors.Join(failed, err)
		}
	}
}

// line runs one line of a batch.
func line(text []byte, n int, out *bufio.Writer, opts oplang.Options) error {
	p, err := oplang.Parse(text)
	if err != nil {
		return err
	}
	id := p.ID
	if id == "" {
		id = strconv.Itoa(n)
	}
	fmt.Fprintf(out, "=== %s\n", id)
	return oplang.Run(p, out, opts)
}
