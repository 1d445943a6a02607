package eventloop_test

// Whatever panics, it is logged with its stack, and the loop goes on: observed or
// not.

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"runtime"
	rtrace "runtime/trace"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/google/go-cmp/cmp"
)

func TestPanicsDoNoHarm(t *testing.T) {
	tests := []struct {
		name  string
		panic func(ctx context.Context)
		want  []string // reasons in the log
	}{
		{"in a callback", func(ctx context.Context) {
			eventloop.FromContext(ctx).CallSoon(func() { explode("boom") })
		}, []string{"panic in a callback"}},
		{"in a timer", func(ctx context.Context) {
			eventloop.FromContext(ctx).CallLater(time.Millisecond, func() { explode("boom") })
		}, []string{"panic in a callback"}},
		{"in a posted callback", func(ctx context.Context) {
			eventloop.FromContext(ctx).CallSoonThreadsafe(func() { explode("boom") })
		}, []string{"panic in a callback"}},
		{"in a done callback of a future", func(ctx context.Context) {
			f := futures.New[int](ctx)
			f.AddDoneCallback(func(*futures.Future[int]) { explode("boom") })
			f.SetResult(1)
		}, []string{"panic in a callback"}},
		{"in a done callback of a task", func(ctx context.Context) {
			tasks.Go(ctx, func(context.Context) error { return nil }).AddDoneCallback(
				func(*tasks.Task[struct{}]) { explode("boom") })
		}, []string{"panic in a callback"}},
		{"in one of three done callbacks", func(ctx context.Context) {
			f := futures.New[int](ctx)
			ran := 0
			f.AddDoneCallback(func(*futures.Future[int]) { ran++ })
			f.AddDoneCallback(func(*futures.Future[int]) { explode("boom") })
			f.AddDoneCallback(func(*futures.Future[int]) { ran++ })
			f.SetResult(1)
			tasks.Sleep(ctx, 0)
			if ran != 2 {
				t.Errorf("%d of the 2 others ran", ran)
			}
		}, []string{"panic in a callback"}},
		{"in a task", func(ctx context.Context) {
			tasks.Go(ctx, func(context.Context) error { explode("boom"); return nil })
		}, []string{"panic in a task that nobody awaits"}},
		{"in a task that has waited", func(ctx context.Context) {
			tasks.Go(ctx, func(ctx context.Context) error { tasks.Sleep(ctx, 0); explode("boom"); return nil })
		}, []string{"panic in a task that nobody awaits"}},
		{"in an eager task", func(ctx context.Context) {
			tasks.Go(ctx, func(context.Context) error { explode("boom"); return nil }, tasks.Eager(true))
		}, []string{"error was never retrieved"}},
		{"in a job of an executor", func(ctx context.Context) {
			threads.RunInExecutor(ctx, nil, func(context.Context) (int, error) { explode("boom"); return 0, nil })
		}, []string{"error on another goroutine that nobody waits for"}},
		{"in a job that was submitted", func(ctx context.Context) {
			threads.Submit(eventloop.FromContext(ctx), func(context.Context) (int, error) { explode("boom"); return 0, nil })
		}, []string{"error was never retrieved"}},
	}
	quietly := func(l *eventloop.Loop, e eventloop.Event) { l.DefaultExceptionHandler(e) }
	panicking := func(*eventloop.Loop, eventloop.Event) { explode("too") }
	for mode, opts := range map[string][]eventloop.Option{
		"": nil, "watched": {eventloop.WithSlowCallbackDuration(time.Hour)}, "debug": {eventloop.WithDebug(), eventloop.WithSlowCallbackDuration(time.Hour)}, "traced": nil,
		"with a handler": {eventloop.WithExceptionHandler(quietly)}, "with a handler that panics": {eventloop.WithExceptionHandler(panicking)},
		"watched, with a handler that panics": {eventloop.WithSlowCallbackDuration(time.Hour), eventloop.WithExceptionHandler(panicking)},
	} {
		for _, tt := range tests {
			t.Run(strings.TrimPrefix(mode+", "+tt.name, ", "), func(t *testing.T) {
				leak.Check(t)
				if mode == "traced" {
					if err := rtrace.Start(io.Discard); err != nil {
						t.Skip(err)
					}
					defer rtrace.Stop()
				}
				var log bytes.Buffer
				l := eventloop.New(append([]eventloop.Option{
					eventloop.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
					eventloop.WithClock(new(eventloop.VirtualClock))}, opts...)...)
				ran := 0
				main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
					tt.panic(ctx)
					l.CallSoon(func() { ran++ })
					l.CallLater(time.Millisecond, func() { ran++ })
					tasks.Go(ctx, func(ctx context.Context) error { ran++; return tasks.Sleep(ctx, time.Second) })
					tasks.Sleep(ctx, time.Minute)
					runtime.GC() // for what is reported when it is collected
					ran++
					return nil
				})
				if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
					t.Errorf("%v, %v", err, main.Err())
				}
				l.Close()
				if ran != 4 {
					t.Errorf("%d of 4 others ran", ran)
				}
				var got []string
				for line := range strings.Lines(log.String()) {
					_, text, _ := strings.Cut(line, `msg="asyncio: `)
					reason, rest, _ := strings.Cut(text, `"`)
					if reason == "panic in the exception handler" && strings.Contains(mode, "that panics") {
						continue
					}
					got = append(got, reason)
					if !strings.Contains(rest, "asyncio: panic: boom") || !strings.Contains(rest, "eventloop_test.explode") {
						t.Errorf("without its stack:\n%s", line)
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

// A task that calls runtime.Goexit, as t.FailNow does, ends the run of an observed
// loop too, and the next is as if nothing had been.
func TestGoexitOfAnObservedLoop(t *testing.T) {
	leak.Check(t)
	j := newJournal()
	for _, traced := range []bool{false, true} {
		l := eventloop.New(eventloop.WithSlowCallbackDuration(time.Hour), eventloop.WithLogger(j.logger()))
		if traced {
			if err := rtrace.Start(io.Discard); err != nil {
				t.Skip(err)
			}
		}
		ctx := l.Context(context.Background())
		other := tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
		tasks.Go(ctx, func(context.Context) error { runtime.Goexit(); return nil })
		done := make(chan bool)
		go func() {
			defer close(done)
			l.RunForever()
			t.Error("RunForever has returned")
		}()
		<-done
		if s, ok := l.Stuck(); ok {
			t.Errorf("something still runs: %+v", s)
		}
		if err := l.RunUntilComplete(other); err != nil || other.Err() != nil {
			t.Errorf("%v, %v", err, other.Err())
		}
		l.Close()
		if traced {
			rtrace.Stop()
		}
	}
	if len(j.lines) > 0 {
		t.Errorf("log %q", j.lines)
	}
}
