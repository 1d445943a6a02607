// Portscan finds the ports of a host at which somebody listens.
//
//	portscan [-n CONNECTIONS] [-timeout TIME] HOST FIRST-LAST
//
// It tries some ports at a time, and each for no longer than the timeout.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

func main() {
	atOnce := flag.Int("n", 200, "how many ports to try at a time")
	timeout := flag.Duration("timeout", time.Second, "how long to try a port")
	flag.Parse()
	first, last, err := ports(flag.Arg(1))
	if flag.NArg() != 2 || err != nil || *atOnce < 1 {
		fmt.Fprintln(os.Stderr, "usage: portscan [-n CONNECTIONS] [-timeout TIME] HOST FIRST-LAST")
		os.Exit(2)
	}
	err = asyncio.Run(context.Background(), func(ctx context.Context) error {
		return scan(ctx, os.Stdout, flag.Arg(0), first, last, *atOnce, *timeout)
	}, runners.WithInterrupt())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ports reads a range such as 1-1024.
func ports(s string) (first, last int, err error) {
	low, high, isRange := strings.Cut(s, "-")
	if !isRange {
		high = low
	}
	if first, err = strconv.Atoi(low); err == nil {
		last, err = strconv.Atoi(high)
	}
	if err == nil && (first < 1 || last > 65535 || first > last) {
		err = fmt.Errorf("portscan: no range of ports: %s", s)
	}
	return first, last, err
}

// scan writes the ports from first to last at which somebody listens, in their order.
func scan(ctx context.Context, out io.Writer, host string, first, last, atOnce int, timeout time.Duration) error {
	slots := asyncio.NewSemaphore(atOnce)
	open := make([]bool, last-first+1)
	err := asyncio.WithTaskGroup(ctx, func(ctx context.Context, g *asyncio.TaskGroup) error {
		for i := range open {
			if err := slots.Acquire(ctx); err != nil { // before the task is made: a task costs memory
				return err
			}
			address := net.JoinHostPort(host, strconv.Itoa(first+i))
			err := g.Go(func(ctx context.Context) error {
				defer slots.Release()
				err := asyncio.WithTimeout(ctx, timeout, func(ctx context.Context) error { return try(ctx, address) })
				open[i] = err == nil
				if asyncio.IsCancelled(ctx, err) {
					return err
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, yes := range open {
		if yes {
			fmt.Fprintln(out, first+i)
		}
	}
	return nil
}

// try connects to an address, and no more.
func try(ctx context.Context, address string) error {
	_, w, err := asyncio.OpenConnection(ctx, "tcp", address)
	if err != nil {
		return err
	}
	w.Transport().Abort()
	return nil
}
