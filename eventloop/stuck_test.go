package eventloop_test

// What another goroutine sees of a loop that does not answer.

import (
	"context"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// spin, lock and receive block a goroutine until it is let go.
//
//go:noinline
func spin(free *atomic.Bool) {
	for !free.Load() {
	}
}

//go:noinline
func lock(mu *sync.Mutex) { mu.Lock() }

//go:noinline
func receive(c chan int) { <-c }

// The stack is that of the function which blocks, wherever it runs, with and
// without a watchdog.
func TestStuck(t *testing.T) {
	var mu sync.Mutex
	free := new(atomic.Bool)
	c := make(chan int)
	tests := []struct {
		name     string
		main     func(ctx context.Context)
		free     func()
		step, in string // its name; a function of the stack
	}{
		{"a busy loop", func(ctx context.Context) { spin(free) }, func() { free.Store(true) }, "task main", "eventloop_test.spin"},
		{"a mutex", func(ctx context.Context) { mu.Lock(); lock(&mu); mu.Unlock() }, func() { mu.Unlock() }, "task main", "eventloop_test.lock"},
		{"a channel", func(ctx context.Context) { receive(c) }, func() { c <- 1 }, "task main", "eventloop_test.receive"},
		{"after a wait", func(ctx context.Context) { tasks.Sleep(ctx, time.Millisecond); receive(c) }, func() { c <- 1 }, "task main", "eventloop_test.receive"},
		{"an eager step within the step of another", func(ctx context.Context) {
			tasks.Go(ctx, func(context.Context) error { receive(c); return nil }, tasks.Eager(true))
		}, func() { c <- 1 }, "task main", "eventloop_test.receive"},
		{"a generator within a step", func(ctx context.Context) {
			next, stop := iter.Pull(func(yield func(int) bool) { receive(c); yield(1) })
			next()
			stop()
		}, func() { c <- 1 }, "task main", "eventloop_test.receive"},
		{"a callback", func(ctx context.Context) {
			l := eventloop.FromContext(ctx)
			done := futures.New[int](ctx)
			l.CallSoon(func() { receive(c); done.SetResult(1) })
			done.Await(ctx)
		}, func() { c <- 1 }, "eventloop_test.TestStuck.func", "eventloop_test.receive"},
	}
	failed := false
	for _, watched := range []bool{true, false} {
		for _, tt := range tests {
			name := tt.name
			if watched {
				name += ", watched"
			}
			t.Run(name, func(t *testing.T) {
				leak.Check(t)
				free.Store(false)
				mu = sync.Mutex{}
				d := time.Duration(0)
				if watched {
					d = time.Hour
				}
				if failed {
					t.Skip("it takes long to fail")
				}
				defer func() { failed = t.Failed() }()
				l := eventloop.New(eventloop.WithSlowCallbackDuration(d))
				defer l.Close()
				if s, ok := l.Stuck(); ok {
					t.Errorf("before the run: %+v", s)
				}
				main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
					tt.main(ctx)
					return nil
				}, tasks.WithName("main"))
				done := make(chan error)
				go func() { done <- l.RunUntilComplete(main) }()
				s := stuckIn(t, l, tt.in)
				tt.free()
				if err := <-done; err != nil {
					t.Error(err)
				}
				switch {
				case watched && (!strings.HasPrefix(s.Name, tt.step) || s.Running <= 0):
					t.Errorf("name %q, running %v; want %q", s.Name, s.Running, tt.step)
				case !watched && (s.Name != "" || s.Running != 0):
					t.Errorf("name %q, running %v without a watchdog", s.Name, s.Running)
				}
				if strings.Contains(s.Stack, "coro.") || strings.Contains(s.Stack, "iter.Pull") {
					t.Errorf("the stack has more than the user's functions:\n%s", s.Stack)
				}
			})
		}
	}
}

// stuckIn asks the loop until its stack has the function.
func stuckIn(t *testing.T, l *eventloop.Loop, function string) eventloop.Step {
	t.Helper()
	var last eventloop.Step
	for range 2000 {
		if s, ok := l.Stuck(); ok {
			if last = s; strings.Contains(s.Stack, function+"(") {
				return s
			}
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("no %s in the stack\n%s", function, last.Stack)
	return last
}

// A loop that waits is not stuck; nor is one taken for another.
func TestNotStuck(t *testing.T) {
	leak.Check(t)
	c := make(chan int)
	other := eventloop.New()
	defer other.Close()
	blocked := tasks.Go(other.Context(context.Background()), func(context.Context) error { receive(c); return nil })
	gone := make(chan error)
	go func() { gone <- other.RunUntilComplete(blocked) }()
	stuckIn(t, other, "eventloop_test.receive")
	for _, d := range []time.Duration{0, time.Hour} {
		l := eventloop.New(eventloop.WithSlowCallbackDuration(d), eventloop.WithLogger(slog.New(slog.DiscardHandler)))
		done := make(chan error)
		entered := make(chan bool)
		l.CallSoon(func() { close(entered) })
		go func() { done <- l.RunForever() }()
		<-entered
		for n, tries := 0, 0; n < 3; time.Sleep(time.Millisecond) {
			if tries++; tries > 1000 {
				t.Fatal("a loop that waits is taken for a stuck one")
			}
			if s, ok := l.Stuck(); ok {
				if strings.Contains(s.Stack, "eventloop_test.receive") {
					t.Fatalf("the stack of another loop:\n%s", s.Stack)
				}
				continue // between the callback and the wait
			}
			n++
		}
		l.CallSoonThreadsafe(l.Stop)
		if err := <-done; err != nil {
			t.Error(err)
		}
		l.Close()
	}
	c <- 1
	<-gone
}

// The watchdog logs the stack of what blocks the loop, while it does.
func TestWatchdogLogsTheStack(t *testing.T) {
	leak.Check(t)
	free := new(atomic.Bool)
	log := &freeing{journal: newJournal(), free: free}
	run(t, log.logger(), func(ctx context.Context) error {
		spin(free) // until the warning comes
		return nil
	}, eventloop.WithSlowCallbackDuration(time.Millisecond))
	if len(log.stacks) == 0 || !strings.Contains(log.stacks[0], "eventloop_test.spin(") {
		t.Errorf("stacks %q", log.stacks)
	}
}

// A freeing ends the step that it is told of.
type freeing struct {
	*journal
	free *atomic.Bool
}

func (f *freeing) logger() *slog.Logger {
	return slog.New(&freeingHandler{journalHandler{slog.DiscardHandler, f.journal}, f.free})
}

type freeingHandler struct {
	journalHandler
	free *atomic.Bool
}

func (h *freeingHandler) Handle(ctx context.Context, r slog.Record) error {
	h.free.Store(true)
	return h.journalHandler.Handle(ctx, r)
}

// A logger that panics there does no harm.
func TestWatchdogWithABrokenLogger(t *testing.T) {
	leak.Check(t)
	stderr := swapStderr(t)
	run(t, slog.New(broken{}), func(ctx context.Context) error {
		time.Sleep(20 * time.Millisecond)
		return nil
	}, eventloop.WithSlowCallbackDuration(time.Millisecond))
	if text := stderr(); !strings.Contains(text, "asyncio: panic in the logger: no log today") {
		t.Errorf("standard error: %q", text)
	}
}
