package eventloop_test

// Steps that take too long: the watchdog, and what it sees.

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// A journal is a logger's output that several goroutines may write: a line for
// each record, "12.1s text name=..." with the time since its start, and the stacks
// apart.
type journal struct {
	start  time.Time
	mu     sync.Mutex
	lines  []string
	stacks []string
}

func newJournal() *journal { return &journal{start: time.Now()} }

func (j *journal) logger() *slog.Logger {
	return slog.New(&journalHandler{Handler: slog.DiscardHandler, j: j})
}

type journalHandler struct {
	slog.Handler
	j *journal
}

func (h *journalHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h *journalHandler) Handle(_ context.Context, r slog.Record) error {
	h.j.mu.Lock()
	defer h.j.mu.Unlock()
	var line bytes.Buffer
	fmt.Fprintf(&line, "%v %v: %s", time.Since(h.j.start), r.Level, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "stack":
			h.j.stacks = append(h.j.stacks, a.Value.String())
		case "created":
			_, function, _ := strings.Cut(a.Value.String(), " ")
			fmt.Fprintf(&line, " created=%s", function[strings.LastIndexByte(function, '/')+1:])
		default:
			fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		}
		return true
	})
	h.j.lines = append(h.j.lines, line.String())
	return nil
}

// run runs fn as a task called "main" on a new loop with a watchdog.
func run(t *testing.T, log *slog.Logger, fn func(ctx context.Context) error, opts ...eventloop.Option) *eventloop.Loop {
	t.Helper()
	l := eventloop.New(append([]eventloop.Option{
		eventloop.WithSlowCallbackDuration(100 * time.Millisecond), eventloop.WithLogger(log)}, opts...)...)
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), fn, tasks.WithName("main"))
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
	return l
}

// A step that has taken too long is told of when it is over, whatever it was, and
// before that whenever ten times as long has passed.
func TestSlowSteps(t *testing.T) {
	const took, blocks = "WARN: asyncio: a step took long", "WARN: asyncio: a step blocks the loop"
	tests := []struct {
		name string
		main func(ctx context.Context) error
		want []string
	}{
		{"quick ones", func(ctx context.Context) error {
			for range 50 {
				time.Sleep(99 * time.Millisecond)
				tasks.Sleep(ctx, 0)
			}
			return nil
		}, nil},
		{"one of a task", func(ctx context.Context) error {
			tasks.Sleep(ctx, time.Second)
			dawdle()
			return nil
		}, []string{
			"1.1s " + blocks + " name=task main running=100ms",
			"1.15s " + took + " name=task main took=150ms",
		}},
		{"a long one", func(ctx context.Context) error {
			time.Sleep(20 * time.Second)
			return nil
		}, []string{
			"100ms " + blocks + " name=task main running=100ms",
			"1s " + blocks + " name=task main running=1s",
			"10s " + blocks + " name=task main running=10s",
			"20s " + took + " name=task main took=20s",
		}},
		{"a channel", func(ctx context.Context) error {
			<-time.After(300 * time.Millisecond)
			return nil
		}, []string{
			"100ms " + blocks + " name=task main running=100ms",
			"300ms " + took + " name=task main took=300ms",
		}},
		{"the next after a long one", func(ctx context.Context) error {
			time.Sleep(150 * time.Millisecond)
			tasks.Go(ctx, func(context.Context) error { time.Sleep(200 * time.Millisecond); return nil })
			tasks.Go(ctx, func(context.Context) error { time.Sleep(200 * time.Millisecond); return nil })
			return tasks.Sleep(ctx, 0)
		}, []string{
			"100ms " + blocks + " name=task main running=100ms",
			"150ms " + took + " name=task main took=150ms",
			"250ms " + blocks + " name=task Task-1 running=100ms",
			"350ms " + took + " name=task Task-1 took=200ms",
			"450ms " + blocks + " name=task Task-2 running=100ms",
			"550ms " + took + " name=task Task-2 took=200ms",
		}},
		{"after quick ones of one iteration", func(ctx context.Context) error {
			for range 5 {
				tasks.Go(ctx, func(context.Context) error { time.Sleep(60 * time.Millisecond); return nil })
			}
			tasks.Go(ctx, func(context.Context) error { dawdle(); return nil })
			return tasks.Sleep(ctx, 0)
		}, []string{
			"400ms " + blocks + " name=task Task-6 running=100ms",
			"450ms " + took + " name=task Task-6 took=150ms",
		}},
		{"a callback", func(ctx context.Context) error {
			eventloop.FromContext(ctx).CallSoon(dawdle)
			eventloop.FromContext(ctx).CallLater(0, dawdle)
			return tasks.Sleep(ctx, time.Second)
		}, []string{
			"100ms " + blocks + " name=eventloop_test.dawdle running=100ms",
			"150ms " + took + " name=eventloop_test.dawdle took=150ms",
			"250ms " + blocks + " name=eventloop_test.dawdle running=100ms",
			"300ms " + took + " name=eventloop_test.dawdle took=150ms",
		}},
		{"one that cancels its own handle, renames its own task, and panics", func(ctx context.Context) error {
			l := eventloop.FromContext(ctx)
			var h *eventloop.Handle
			h = l.CallSoon(func() { h.Cancel(); dawdle(); explode("boom") })
			tasks.Current(ctx).SetName("other")
			dawdle()
			return tasks.Sleep(ctx, time.Second)
		}, []string{
			"100ms " + blocks + " name=task main running=100ms",
			"150ms " + took + " name=task main took=150ms",
			"250ms " + blocks + " name=eventloop_test.TestSlowSteps.func8.1 running=100ms",
			"300ms " + took + " name=eventloop_test.TestSlowSteps.func8.1 took=150ms",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				j := newJournal()
				run(t, j.logger(), tt.main, eventloop.WithExceptionHandler(quiet))
				if diff := cmp.Diff(tt.want, j.lines); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		})
	}
}

func dawdle() { time.Sleep(150 * time.Millisecond) }

// Debug mode has a watchdog; an option may turn that off.
func TestDebugModeHasAWatchdog(t *testing.T) {
	for name, tt := range map[string]struct {
		opts []eventloop.Option
		want int
	}{
		"debug":                  {[]eventloop.Option{eventloop.WithDebug()}, 1},
		"no limit in debug":      {[]eventloop.Option{eventloop.WithSlowCallbackDuration(0), eventloop.WithDebug()}, 0},
		"another limit in debug": {[]eventloop.Option{eventloop.WithDebug(), eventloop.WithSlowCallbackDuration(time.Minute)}, 0},
		"neither":                {nil, 0},
		"nonsense is no limit":   {[]eventloop.Option{eventloop.WithSlowCallbackDuration(-1)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				j := newJournal()
				l := eventloop.New(append(tt.opts, eventloop.WithLogger(j.logger()))...)
				defer l.Close()
				l.CallSoon(func() { time.Sleep(100 * time.Millisecond); l.Stop() })
				if err := l.RunForever(); err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, line := range j.lines {
					if strings.Contains(line, "took long") {
						n++
					}
				}
				if n != tt.want {
					t.Errorf("%q, want %d lines", j.lines, tt.want)
				}
			})
		})
	}
}

// No timer is set while the loop waits: in a bubble time would go on for it.
func TestWatchdogSleepsWithTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		j := newJournal()
		run(t, j.logger(), func(ctx context.Context) error {
			l := eventloop.FromContext(ctx)
			defer l.Hold()()
			go func() {
				// Nothing but this goroutine and the loop, which is parked.
				synctest.Wait()
				if now := time.Since(j.start); now != 0 {
					t.Errorf("%v have passed", now)
				}
				l.CallSoonThreadsafe(func() { tasks.AllOf(l)[0].Cancel() })
			}()
			tasks.Sleep(ctx, 24*time.Hour)
			return nil
		})
		if now := time.Since(j.start); now != 0 || len(j.lines) > 0 {
			t.Errorf("%v have passed, log %q", now, j.lines)
		}
	})
}
