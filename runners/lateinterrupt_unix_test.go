//go:build unix

package runners_test

// Interrupts that come too late, or to a loop that does not listen.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// An interrupt in the instant when main ends, that reaches the loop after its last
// iteration for main, is too late: it must not stop the shutdown, nor the next run.
func TestInterruptInTheInstantMainEnds(t *testing.T) {
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprintf("next run %t", again), func(t *testing.T) {
			leak.Check(t)
			var got []string
			woken := &wakes{told: make(chan struct{}, 100)}
			r := runners.New(runners.WithInterrupt(), runners.WithLoop(eventloop.WithSelector(woken)))
			defer r.Close()
			err := r.Run(context.Background(), func(ctx context.Context) error {
				tasks.Go(ctx, func(ctx context.Context) error {
					err := waitForEver(ctx)
					logf(&got, "bystander cancelled %t", futures.IsCancelled(err))
					logf(&got, "cleanup %v", pass(ctx))
					return err
				}, tasks.Eager(true))
				// Behind the callback that ends the run, in the same iteration.
				tasks.Current(ctx).Subscribe(callback(func() {
					woken.drain()
					interrupt(t)
					<-woken.told
				}))
				return nil
			})
			if err != nil {
				t.Errorf("Run: %v", err)
			}
			want := []string{"bystander cancelled true", "cleanup <nil>"}
			if again {
				err := r.Run(context.Background(), func(ctx context.Context) error { return tasks.Sleep(ctx, 1) })
				logf(&got, "the next run: %v", err)
				want = append([]string{"the next run: <nil>"}, want...)
			}
			if err := r.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

type callback func()

func (c callback) Run() { c() }

// wakes is a selector that does not sleep, and tells when it is woken.
type wakes struct{ told chan struct{} }

func (w *wakes) Select(time.Duration) error { return nil }
func (w *wakes) Wake()                      { w.told <- struct{}{} }
func (w *wakes) Close() error               { return nil }

func (w *wakes) drain() {
	for len(w.told) > 0 {
		<-w.told
	}
}

// Pitfall: a task that blocks the loop keeps it from acting on an interrupt. The
// third one ends the process all the same.
func TestPitfallThirdInterrupt(t *testing.T) {
	if os.Getenv("INTERRUPT_TEST_CHILD") == "1" {
		runners.Run(context.Background(), func(ctx context.Context) error {
			for range 10_000 {
				syscall.Kill(syscall.Getpid(), syscall.SIGINT)
				os.Stdout.WriteString("blocked\n")
				time.Sleep(time.Millisecond)
			}
			return nil
		}, runners.WithInterrupt())
		os.Exit(1)
	}
	if signal.Ignored(os.Interrupt) {
		t.Skip("whoever has started the tests makes them ignore interrupts")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestPitfallThirdInterrupt$")
	cmd.Env = append(os.Environ(), "INTERRUPT_TEST_CHILD=1")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the process ended with %v", err)
	}
	if status := exit.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("the process ended with %v, want SIGINT", err)
	}
	if n := strings.Count(string(out), "\n"); n < 2 {
		t.Errorf("the process ended with interrupt %d, want the third", n+1)
	}
}
