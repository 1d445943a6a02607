package runners

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// WithDump makes a signal write a dump of the loop to w while a main task runs:
// every task, what it waits for, and its stack; or, of a loop that does not answer,
// what that is stuck in. The run goes on. See [eventloop.Loop.Dump].
//
//	runners.WithDump(syscall.SIGQUIT, os.Stderr)
//
// It takes over the signal for the whole process meanwhile, and cannot be used in a
// synctest bubble. It panics if sig or w is nil.
func WithDump(sig os.Signal, w io.Writer) Option {
	if sig == nil || w == nil {
		panic("asyncio: WithDump of a nil signal or writer")
	}
	return func(c *config) { c.dumps = append(c.dumps, dump{sig, w}) }
}

type dump struct {
	sig os.Signal
	w   io.Writer
}

// dumps handles the signals of [WithDump] while a main task runs. The function
// returned ends that and waits for its goroutine.
func (r *Runner) dumps() (stop func()) {
	var stops []func()
	for _, d := range r.config.dumps {
		stops = append(stops, r.dump(d))
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

func (r *Runner) dump(d dump) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, d.sig)
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			if err := r.loop.Dump(ctx, d.w); err != nil && ctx.Err() == nil {
				fmt.Fprintln(d.w, err)
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		cancel()
		<-gone
	}
}
