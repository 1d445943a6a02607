//go:build unix

package eventloop_test

// Signals, and who else in the process handles them.

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
)

// Each loop that handles a signal gets it, and so do channels.
func TestSignalOfSeveralLoops(t *testing.T) {
	leak.Check(t)
	seen := make(chan os.Signal, 1)
	signal.Notify(seen, syscall.SIGUSR1)
	defer signal.Stop(seen)
	var loops []*eventloop.Loop
	for range 3 {
		l := eventloop.New()
		defer l.Close()
		handle(t, l, syscall.SIGUSR1, l.Stop)
		loops = append(loops, l)
	}
	send(t, syscall.SIGUSR1)
	for _, l := range loops {
		forever(t, l)
	}
	<-seen
}

// Close hands all signals back; what comes at the same time is dropped.
func TestCloseWithSignalsOnTheirWay(t *testing.T) {
	leak.Check(t)
	keep := make(chan os.Signal, 2)
	signal.Notify(keep, syscall.SIGUSR1, syscall.SIGUSR2)
	defer signal.Stop(keep)
	for range 100 {
		l := eventloop.New()
		handle(t, l, syscall.SIGUSR1, func() { t.Error("called") })
		handle(t, l, syscall.SIGUSR2, func() { t.Error("called") })
		send(t, syscall.SIGUSR1)
		send(t, syscall.SIGUSR2)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		<-keep // or the signal might come when nobody handles it any more
		<-keep
	}
}

// A signal whose handler was removed does again what it does by default, also
// while the loop handles others.
func TestRemovedSignalEndsTheProcess(t *testing.T) {
	if os.Getenv("SIGNAL_TEST_CHILD") == "1" {
		l := eventloop.New()
		handle(t, l, syscall.SIGUSR2, func() {})
		handle(t, l, syscall.SIGTERM, func() {
			os.Stdout.WriteString("handled\n")
			l.RemoveSignalHandler(syscall.SIGTERM)
			send(t, syscall.SIGTERM)
		})
		send(t, syscall.SIGTERM)
		l.RunForever()
		os.Exit(1)
	}
	if signal.Ignored(syscall.SIGTERM) {
		t.Skip("whoever has started the tests makes them ignore SIGTERM")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestRemovedSignalEndsTheProcess$")
	cmd.Env = append(os.Environ(), "SIGNAL_TEST_CHILD=1")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the process ended with %v", err)
	}
	status := exit.Sys().(syscall.WaitStatus)
	if string(out) != "handled\n" || !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("the process printed %q and ended with %v, want SIGTERM", out, err)
	}
}
