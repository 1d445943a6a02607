//go:build unix

package eventloop_test

// Handlers of signals, which the tests send to their own process.

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

// send sends the process a signal.
func send(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(syscall.Getpid(), sig); err != nil {
		t.Fatal(err)
	}
}

// sendTo sends the process a signal, and waits until l has been told.
func sendTo(t *testing.T, l *eventloop.Loop, sig syscall.Signal) {
	t.Helper()
	send(t, sig)
	for !l.Posted() {
		runtime.Gosched() // it is on its way through the kernel and two goroutines
	}
}

// handle adds a handler that must be accepted.
func handle(t *testing.T, l *eventloop.Loop, sig os.Signal, fn func()) {
	t.Helper()
	if err := l.AddSignalHandler(sig, fn); err != nil {
		t.Fatalf("AddSignalHandler(%v): %v", sig, err)
	}
}

// forever runs l until a callback stops it.
func forever(t *testing.T, l *eventloop.Loop) {
	t.Helper()
	if err := l.RunForever(); err != nil {
		t.Errorf("the loop ended with %v", err)
	}
}

// CPython: test_signal_handling_while_selecting. The loop sleeps, in whatever
// kind of time, and is not deadlocked.
func TestSignalWakesTheLoop(t *testing.T) {
	for name, opt := range map[string]eventloop.Option{
		"real time":    eventloop.WithDeadlockError(),
		"virtual time": eventloop.WithClock(new(eventloop.VirtualClock)),
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(opt)
			defer l.Close()
			caught := 0
			handle(t, l, syscall.SIGUSR1, func() { caught++; l.Stop() })
			for range 3 {
				l.CallSoon(func() { send(t, syscall.SIGUSR1) })
				forever(t, l)
			}
			if caught != 3 {
				t.Errorf("caught %d signals, want 3", caught)
			}
		})
	}
}

// That a signal may come does not hold up virtual time.
func TestSignalHandlersAndVirtualTime(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)))
	defer l.Close()
	handle(t, l, syscall.SIGUSR1, func() {})
	l.CallLater(time.Hour, l.Stop)
	forever(t, l)
	if l.Time() != time.Hour {
		t.Errorf("stopped at %v, want 1h", l.Time())
	}
	l.RemoveSignalHandler(syscall.SIGUSR1)
	var deadlock *eventloop.DeadlockError
	if err := l.RunForever(); !errors.As(err, &deadlock) {
		t.Errorf("without a handler: %v, want a deadlock", err)
	}
}

// A handler is a callback: it interrupts none, and waits for its turn.
func TestSignalHandlerTakesItsTurn(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	var got []string
	handle(t, l, syscall.SIGUSR1, func() {
		logf(&got, "handler")
		l.CallSoon(l.Stop)
	})
	l.CallSoon(func() {
		logf(&got, "a begins")
		sendTo(t, l, syscall.SIGUSR1)
		l.CallSoon(func() { logf(&got, "c") })
		logf(&got, "a ends")
	})
	l.CallSoon(func() { logf(&got, "b") })
	forever(t, l)
	if diff := cmp.Diff([]string{"a begins", "a ends", "b", "c", "handler"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The handler is the one that the loop has when the signal's turn comes.
func TestSignalHandlerIsReplacedOrRemoved(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, l *eventloop.Loop, log func(s string) func())
		want []string
	}{
		{"replaced", func(t *testing.T, l *eventloop.Loop, log func(s string) func()) {
			handle(t, l, syscall.SIGUSR1, log("second"))
		}, []string{"second"}},
		{"removed", func(t *testing.T, l *eventloop.Loop, log func(s string) func()) {
			if !l.RemoveSignalHandler(syscall.SIGUSR1) || l.RemoveSignalHandler(syscall.SIGUSR1) {
				t.Error("RemoveSignalHandler does not say whether there was one")
			}
		}, nil},
		{"removed and added", func(t *testing.T, l *eventloop.Loop, log func(s string) func()) {
			l.RemoveSignalHandler(syscall.SIGUSR1)
			handle(t, l, syscall.SIGUSR1, log("second"))
		}, nil},
		{"another is removed", func(t *testing.T, l *eventloop.Loop, log func(s string) func()) {
			l.RemoveSignalHandler(syscall.SIGUSR2)
		}, []string{"first"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New()
			defer l.Close()
			var got []string
			log := func(s string) func() { return func() { logf(&got, "%s", s) } }
			handle(t, l, syscall.SIGUSR1, log("first"))
			handle(t, l, syscall.SIGUSR2, log("other"))
			l.CallSoon(func() {
				sendTo(t, l, syscall.SIGUSR1)
				tt.do(t, l, log)
				l.CallLater(0, l.Stop)
			})
			forever(t, l)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A handler may remove itself, or others.
func TestSignalHandlerRemovesItself(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	started := leak.Count()
	handle(t, l, syscall.SIGUSR1, func() {
		l.RemoveSignalHandler(syscall.SIGUSR1)
		l.RemoveSignalHandler(syscall.SIGUSR2)
		l.Stop()
	})
	handle(t, l, syscall.SIGUSR2, func() {})
	send(t, syscall.SIGUSR1)
	forever(t, l)
	if n := started(); n != 0 {
		t.Errorf("%d goroutines are left of removed handlers", n)
	}
}

// Pitfall: a signal handler that panics ends a Go program. Here it is reported
// with its stack, and the next signal is handled.
func TestPitfallPanicInASignalHandler(t *testing.T) {
	leak.Check(t)
	var got []eventloop.Event
	l := eventloop.New(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) { got = append(got, e) }))
	defer l.Close()
	caught := 0
	handle(t, l, syscall.SIGUSR1, func() {
		if caught++; caught == 1 {
			l.CallSoon(func() { send(t, syscall.SIGUSR1) })
			explode("boom")
		}
		l.Stop()
	})
	l.CallSoon(func() { send(t, syscall.SIGUSR1) })
	forever(t, l)
	if caught != 2 || len(got) != 1 || got[0].Reason != eventloop.ReasonCallback {
		t.Fatalf("%d signals caught, reports %v; want 2 and one", caught, got)
	}
	var p *coro.PanicError
	if !errors.As(got[0].Err, &p) || p.Value != "boom" || !strings.Contains(string(p.Stack), "eventloop_test.explode") {
		t.Errorf("reported %v; want the panic with its stack", got[0].Err)
	}
}

// CPython: test_add_signal_handler.
func TestSignalHandlersThatAreRefused(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithDebug())
	never := func() { t.Error("called") }
	for _, sig := range []os.Signal{syscall.SIGKILL, os.Kill, syscall.SIGSTOP, syscall.Signal(0), syscall.Signal(-1), syscall.Signal(65), named{}} {
		if err := l.AddSignalHandler(sig, never); err == nil || !strings.HasPrefix(err.Error(), "asyncio: the signal ") {
			t.Errorf("AddSignalHandler(%v): %v", sig, err)
		}
		if l.RemoveSignalHandler(sig) {
			t.Errorf("RemoveSignalHandler(%v) is true", sig)
		}
	}
	for want, call := range map[string]func(){
		"asyncio: AddSignalHandler of a nil function": func() { l.AddSignalHandler(syscall.SIGUSR1, nil) },
		"asyncio: AddSignalHandler of a nil signal":   func() { l.AddSignalHandler(nil, never) },
	} {
		if v := recovered(call); v != want {
			t.Errorf("panic %v, want %q", v, want)
		}
	}
	l.CallSoon(func() {
		for _, call := range []func(){
			func() { l.AddSignalHandler(syscall.SIGUSR1, never) },
			func() { l.RemoveSignalHandler(syscall.SIGUSR1) },
		} {
			if v := elsewhere(call); v != wrongGoroutine {
				t.Errorf("on another goroutine: panic %v, want %q", v, wrongGoroutine)
			}
		}
		l.Stop()
	})
	forever(t, l)
	l.Close()
	if err := l.AddSignalHandler(syscall.SIGUSR1, never); err != eventloop.ErrLoopClosed {
		t.Errorf("on a closed loop: %v, want ErrLoopClosed", err)
	}
	if l.RemoveSignalHandler(syscall.SIGUSR1) {
		t.Error("a closed loop had a handler")
	}
}

// named is a signal of another kind.
type named struct{}

func (named) Signal()        {}
func (named) String() string { return "named" }

// recovered returns what fn panics with.
func recovered(fn func()) (value any) {
	defer func() { value = recover() }()
	fn()
	return nil
}
