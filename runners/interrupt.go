package runners

import (
	"os"
	"os/signal"

	"github.com/goasyncio/asyncio/tasks"
)

// interrupts handles SIGINT while a main task runs (asyncio: _on_sigint). The
// function returned ends that and waits for its goroutine.
//
// That is not a handler of the loop, because the second interrupt has to give the
// signal back to the system even if a task blocks the loop.
func (r *Runner) interrupts(main *tasks.Task[struct{}]) (stop func()) {
	r.config.interrupts = 0
	if !r.config.interrupt {
		return func() {}
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt)
	done, gone := make(chan struct{}), make(chan struct{})
	over := false   // the loop's goroutine only
	r.loop.Expect() // rather than Hold, which would stop virtual time
	go func() {
		defer close(gone)
		for n := 1; ; n++ {
			select {
			case <-signals:
			case <-done:
				return
			}
			if n == 2 {
				signal.Stop(signals) // the next one is the system's to handle
			}
			r.loop.CallSoonThreadsafe(func() {
				if !over { // or what comes in the instant main ends would stop the shutdown
					r.interrupted(main)
				}
			})
		}
	}()
	return func() {
		over = true
		signal.Stop(signals)
		close(done)
		<-gone
		r.loop.Unexpect()
	}
}

// interrupted handles one interrupt on the loop.
func (r *Runner) interrupted(main *tasks.Task[struct{}]) {
	r.config.interrupts++
	if r.config.interrupts == 1 && !main.Done() {
		main.Cancel()
		return
	}
	r.loop.Stop()
}
