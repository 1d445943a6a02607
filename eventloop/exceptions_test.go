package eventloop_test

// Errors that nobody else receives.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

//go:noinline
func explode(v any) { panic(v) }

// A callback that panics is reported, and the rest of its iteration runs in that
// iteration.
func TestPanicInACallback(t *testing.T) {
	leak.Check(t)
	var got []string
	var events []eventloop.Event
	l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		logf(&got, "handler")
		events = append(events, e)
	}))
	defer l.Close()
	l.CallSoon(func() { logf(&got, "a"); l.CallSoon(func() { logf(&got, "next"); l.Stop() }) })
	l.CallSoon(func() { explode(io.EOF) })
	l.CallSoon(func() { logf(&got, "b") })
	l.CallSoonThreadsafe(func() { explode("boom") })
	l.CallLater(0, func() { logf(&got, "c") })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "handler", "b", "handler", "c", "next"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(events) != 2 {
		t.Fatalf("%d events, want 2", len(events))
	}
	for _, e := range events {
		var p *coro.PanicError
		if e.Reason != eventloop.ReasonCallback || !errors.As(e.Err, &p) {
			t.Errorf("event %v: %v, want a PanicError of a callback", e.Reason, e.Err)
			continue
		}
		if !strings.Contains(string(p.Stack), "eventloop_test.explode") {
			t.Errorf("no trace of the function that panicked in\n%s", p.Stack)
		}
	}
	if !errors.Is(events[0].Err, io.EOF) {
		t.Errorf("%v is not the error it panicked with", events[0].Err)
	}
}

// No task is taken for the running one after a callback has panicked.
func TestPanicLeavesNoCurrentTask(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithExceptionHandler(quiet))
	defer l.Close()
	ctx := l.Context(context.Background())
	l.CallSoon(func() {
		tasks.Go(ctx, func(context.Context) error { return nil }, tasks.Eager(true))
		explode("boom")
	})
	l.CallSoon(func() {
		if task := tasks.Current(ctx); task != nil {
			t.Errorf("current task %s", task.Name())
		}
		l.Stop()
	})
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}

// A handler that panics does not end the loop; both errors are logged.
func TestPanicInTheHandler(t *testing.T) {
	leak.Check(t)
	var log bytes.Buffer
	l := eventloop.New(
		eventloop.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
		eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) { explode("in the handler") }))
	defer l.Close()
	ran := false
	l.CallSoon(func() { explode("in the callback") })
	l.CallSoon(func() { ran = true; l.Stop() })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if !ran {
		t.Error("the rest of the iteration did not run")
	}
	for _, want := range []string{
		`"asyncio: panic in the exception handler"`, "asyncio: panic: in the handler",
		`"asyncio: panic in a callback"`, "asyncio: panic: in the callback",
	} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("%d times %q in the log\n%s", strings.Count(log.String(), want), want, &log)
		}
	}
}

// A broken is a log handler that panics.
type broken struct{ slog.Handler }

func (broken) Enabled(context.Context, slog.Level) bool  { return true }
func (broken) Handle(context.Context, slog.Record) error { panic("no log today") }

// swapStderr makes the standard error a file until the test ends. The function
// returned tells what was written.
func swapStderr(t *testing.T) func() string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stderr
	os.Stderr = file
	t.Cleanup(func() {
		os.Stderr = was
		file.Close()
	})
	return func() string {
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// Nor does a logger that panics: there is nobody left to tell.
func TestPanicInTheLogger(t *testing.T) {
	leak.Check(t)
	stderr := swapStderr(t)
	for name, opts := range map[string][]eventloop.Option{
		"default handler": nil,
		"after a handler": {eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) { explode("too") })},
	} {
		t.Run(name, func(t *testing.T) {
			l := eventloop.New(append(opts, eventloop.WithLogger(slog.New(broken{})))...)
			defer l.Close()
			ran := false
			l.CallSoon(func() { explode("boom") })
			l.CallSoon(func() { ran = true; l.Stop() })
			if err := l.RunForever(); err != nil {
				t.Fatal(err)
			}
			if !ran {
				t.Error("the rest of the iteration did not run")
			}
		})
	}
	text := stderr()
	// One from the first run, and from the second one for each of two errors.
	if n := strings.Count(text, "asyncio: panic in the logger: no log today; while logging panic in "); n != 3 {
		t.Errorf("%d lines of the standard error tell of it, want 3\n%s", n, text)
	}
}

// The default handler logs to slog.Default as it is at the time.
func TestDefaultHandlerLogs(t *testing.T) {
	leak.Check(t)
	var log bytes.Buffer
	was := slog.Default()
	defer slog.SetDefault(was)
	l := eventloop.New()
	defer l.Close()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	l.CallExceptionHandler(eventloop.Event{Reason: eventloop.ReasonShield, Err: io.EOF, Name: "inner"})
	l.CallExceptionHandler(eventloop.Event{Reason: eventloop.ReasonOrphan, Err: io.EOF})
	want := `level=ERROR msg="asyncio: error in a shielded future" err=EOF name=inner
level=ERROR msg="asyncio: error in a group's task whose parent task is done" err=EOF
`
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReasonsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for r := eventloop.ReasonCallback; r <= eventloop.ReasonHandler; r++ {
		if r.String() == "" || strings.HasPrefix(r.String(), "Reason(") || seen[r.String()] {
			t.Errorf("reason %d is called %q", int(r), r)
		}
		seen[r.String()] = true
	}
	got := []string{eventloop.Reason(0).String(), eventloop.Reason(99).String(), eventloop.Reason(-1).String()}
	if diff := cmp.Diff([]string{"Reason(0)", "Reason(99)", "Reason(-1)"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Each kind of event says what it is about.
func TestEventsAreTyped(t *testing.T) {
	type event struct {
		Reason      eventloop.Reason
		Err, Name   string
		Task, Panic bool // Source is a task; Err is a panic
	}
	tests := []struct {
		name string
		do   func(l *eventloop.Loop, ctx context.Context)
		want []event
	}{
		{"a task that panics", func(l *eventloop.Loop, ctx context.Context) {
			tasks.Go(ctx, func(context.Context) error { panic(io.EOF) }, tasks.WithName("p"))
		}, []event{{Reason: eventloop.ReasonTaskPanic, Name: "p", Task: true, Panic: true}}},
		{"a task that fails", func(l *eventloop.Loop, ctx context.Context) {
			tasks.Go(ctx, func(context.Context) error { return io.EOF }, tasks.WithName("f"))
		}, []event{{Reason: eventloop.ReasonUnretrieved, Err: "EOF", Name: "f"}}},
		{"a task that is left", func(l *eventloop.Loop, ctx context.Context) {
			tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 1e9) }, tasks.WithName("d"))
		}, []event{{Reason: eventloop.ReasonDestroyed, Err: eventloop.ErrLoopClosed.Error(), Name: "d", Task: true}}},
		{"a shielded task that fails", func(l *eventloop.Loop, ctx context.Context) {
			inner := tasks.Go(ctx, func(ctx context.Context) error {
				tasks.Sleep(ctx, 0)
				return io.EOF
			}, tasks.WithName("s"))
			tasks.Shield(ctx, inner).Cancel()
		}, []event{{Reason: eventloop.ReasonShield, Err: "EOF", Name: "s", Task: true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var got []event
			l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
				ev := event{Reason: e.Reason, Name: e.Name}
				_, ev.Task = e.Source.(tasks.Any)
				var p *coro.PanicError
				if ev.Panic = errors.As(e.Err, &p); !ev.Panic {
					ev.Err = e.Err.Error()
				}
				got = append(got, ev)
			}))
			tt.do(l, l.Context(context.Background()))
			for range 4 {
				turn(t, l)
			}
			l.Close()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
