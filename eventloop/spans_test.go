package eventloop_test

// A loop in the traces of runtime/trace.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	rtrace "runtime/trace"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
	xtrace "golang.org/x/exp/trace"
)

// tracing starts a trace, which the function returned ends and reads back: a line
// for each event of a user's, in order.
func tracing(t *testing.T) (stop func() []string) {
	t.Helper()
	var buf bytes.Buffer
	if err := rtrace.Start(&buf); err != nil {
		t.Skip(err)
	}
	return func() []string {
		rtrace.Stop()
		return readTrace(t, &buf)
	}
}

func readTrace(t *testing.T, r io.Reader) (lines []string) {
	t.Helper()
	reader, err := xtrace.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	names := map[xtrace.TaskID]string{0: "-", xtrace.NoTask: "-"}
	of := func(id xtrace.TaskID) string {
		if name, ok := names[id]; ok {
			return name
		}
		return "unknown"
	}
	logf := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	open := make(map[string]xtrace.GoID) // a region ends on the goroutine that it began on
	for {
		ev, err := reader.ReadEvent()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		switch ev.Kind() {
		case xtrace.EventTaskBegin:
			names[ev.Task().ID] = ev.Task().Type
			logf("%s: created by %s", ev.Task().Type, of(ev.Task().Parent))
		case xtrace.EventTaskEnd:
			logf("%s: ended", of(ev.Task().ID))
		case xtrace.EventRegionBegin:
			key := of(ev.Region().Task) + ": " + ev.Region().Type
			open[key] = ev.Goroutine()
			logf("%s {", key)
		case xtrace.EventRegionEnd:
			key := of(ev.Region().Task) + ": " + ev.Region().Type
			if open[key] != ev.Goroutine() {
				t.Errorf("%s ends on goroutine %d, began on %d", key, ev.Goroutine(), open[key])
			}
			logf("%s }", key)
		case xtrace.EventLog:
			logf("%s: %s %s", of(ev.Log().Task), ev.Log().Category, ev.Log().Message)
		}
	}
}

// traced runs main on a loop in virtual time.
func traced(t *testing.T, main func(ctx context.Context) error, opts ...eventloop.Option) {
	t.Helper()
	l := eventloop.New(append(opts, eventloop.WithClock(new(eventloop.VirtualClock)))...)
	defer l.Close()
	task := tasks.Go(l.Context(context.Background()), main, tasks.WithName("main"))
	if err := l.RunUntilComplete(task); err != nil || task.Err() != nil {
		t.Fatalf("%v, %v", err, task.Err())
	}
}

func TestTrace(t *testing.T) {
	nap := func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) }
	tests := []struct {
		name string
		main func(ctx context.Context) error
		want []string
	}{
		{"a task and its steps", nap, []string{
			"main: created by -",
			"main: step {", "main: await a sleep until 1s", "main: step }",
			"sleeper {", "sleeper }",
			"main: step {", "main: step }",
			"main: ended",
			"stop {", "stop }",
		}},
		{"a child, and its child", func(ctx context.Context) error {
			_, err := tasks.Go(ctx, func(ctx context.Context) error {
				tasks.Go(ctx, func(context.Context) error { return nil }, tasks.WithName("inner"))
				return nil
			}, tasks.WithName("outer")).Await(ctx)
			return err
		}, []string{
			"main: created by -",
			"main: step {", "outer: created by main", "main: await outer", "main: step }",
			"outer: step {", "inner: created by outer", "outer: step }", "outer: ended",
			"inner: step {", "inner: step }", "inner: ended",
			"main: step {", "main: step }", "main: ended",
			"stop {", "stop }",
		}},
		{"a bare yield, alone", func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }, []string{
			"main: created by -",
			"main: step {", "main: await its next turn", "main: step }",
			"main: step {", "main: step }", "main: ended",
			"stop {", "stop }",
		}},
		{"an eager task", func(ctx context.Context) error {
			tasks.Go(ctx, func(ctx context.Context) error { return nil }, tasks.WithName("at once"), tasks.Eager(true))
			_, err := tasks.Go(ctx, nap, tasks.WithName("eager"), tasks.Eager(true)).Await(ctx)
			return err
		}, []string{
			"main: created by -",
			"main: step {",
			"at once: created by main", "at once: step {", "at once: step }", "at once: ended",
			"eager: created by main", "eager: step {", "eager: step }", "eager: await a sleep until 1s",
			"main: await eager", "main: step }",
			"sleeper {", "sleeper }",
			"eager: step {", "eager: step }", "eager: ended",
			"main: step {", "main: step }", "main: ended",
			"stop {", "stop }",
		}},
		{"a user's log, region and task", func(ctx context.Context) error {
			rtrace.Log(ctx, "user", "hello")
			defer rtrace.StartRegion(ctx, "work").End()
			ctx, request := rtrace.NewTask(ctx, "request")
			defer request.End()
			tasks.Go(ctx, func(ctx context.Context) error { rtrace.Log(ctx, "user", "child"); return nil }, tasks.WithName("child"))
			return tasks.Sleep(ctx, 0)
		}, []string{
			"main: created by -",
			"main: step {", "main: user hello", "main: work {", "request: created by main",
			"child: created by request",
			"main: await its next turn", "main: step }",
			"child: step {", "child: user child", "child: step }", "child: ended",
			"main: step {", "request: ended", "main: work }", "main: step }", "main: ended",
			"stop {", "stop }",
		}},
		{"a panic, in a task and in a callback", func(ctx context.Context) error {
			l := eventloop.FromContext(ctx)
			l.CallSoon(func() { explode("boom") })
			tasks.Go(ctx, func(context.Context) error { panic("boom") }, tasks.WithName("p"))
			tasks.Sleep(ctx, 0)
			return tasks.Sleep(ctx, 0)
		}, []string{
			"main: created by -",
			"main: step {", "p: created by main", "main: await its next turn", "main: step }",
			"callback eventloop_test.TestTrace.func6.1 {", "callback eventloop_test.TestTrace.func6.1 }",
			"p: step {", "p: step }", "p: ended",
			"main: step {", "main: await its next turn", "main: step }",
			"main: step {", "main: step }", "main: ended",
			"stop {", "stop }",
		}},
	}
	rename := func(lines []string) (renamed []string) {
		for _, line := range lines {
			for from, to := range map[string]string{
				"-: tasks.sleeper ": "sleeper ", "-: eventloop.stopper ": "stop ", "-: eventloop_test.": "callback eventloop_test.",
			} {
				if rest, ok := bytes.CutPrefix([]byte(line), []byte(from)); ok {
					line = to + string(rest)
				}
			}
			renamed = append(renamed, line)
		}
		return renamed
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			stop := tracing(t)
			traced(t, tt.main, eventloop.WithExceptionHandler(quiet))
			if diff := cmp.Diff(tt.want, rename(stop())); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A task that yields while it is alone takes a step for each: on a loop in real
// time, which lets it go on without one otherwise.
func TestTraceOfATaskAlone(t *testing.T) {
	leak.Check(t)
	stop := tracing(t)
	l := eventloop.New()
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		for range 3 {
			if err := tasks.Sleep(ctx, 0); err != nil {
				return err
			}
		}
		return nil
	}, tasks.WithName("main"))
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
	steps := 0
	for _, line := range stop() {
		if line == "main: step {" {
			steps++
		}
	}
	if steps != 4 {
		t.Errorf("%d steps, want 4", steps)
	}
}

// A task that has lived when the tracing begins is part of it from its next step
// on, and one that is traced goes on when that is over.
func TestTracePartOfALife(t *testing.T) {
	leak.Check(t)
	var lines []string
	traced(t, func(ctx context.Context) error {
		done := futures.New[int](ctx)
		old := tasks.Go(ctx, func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx) // which asks the task's ctx for its Done channel
			defer cancel()
			done.Await(ctx)
			rtrace.Log(ctx, "user", "awake")
			return tasks.Sleep(ctx, time.Second)
		}, tasks.WithName("old"))
		idle := tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }, tasks.WithName("idle"))
		tasks.Sleep(ctx, 0)
		for range 2 {
			stop := tracing(t)
			tasks.Sleep(ctx, 0)
			done.SetResult(1)
			tasks.Sleep(ctx, time.Millisecond)
			lines = append(lines, stop()...)
			tasks.Sleep(ctx, 0) // an iteration without a trace
		}
		_, err := tasks.Gather[struct{}](ctx, old, idle).Await(ctx)
		return err
	})
	want := []string{
		"main: created by -",
		"main: step {", "main: await a sleep until 1ms", "main: step }",
		"old: created by -",
		"old: step {", "old: user awake", "old: await a sleep until 1s", "old: step }",
		"-: tasks.sleeper {", "-: tasks.sleeper }",
		"main: step {",
		"main: created by -", // again
		"main: step {", "main: await a sleep until 2ms", "main: step }",
		"-: tasks.sleeper {", "-: tasks.sleeper }",
		"main: step {",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
