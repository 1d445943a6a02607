package eventloop_test

// Debug mode notes where tasks and futures are made.

import (
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/google/go-cmp/cmp"
)

func failing(context.Context) error { return io.EOF }

// makeTask and makeFuture are the places to be found.
//
//go:noinline
func makeTask(ctx context.Context, fn func(context.Context) error) {
	tasks.Go(ctx, fn, tasks.WithName("made"))
}

//go:noinline
func makeFuture(ctx context.Context) { futures.New[int](ctx).SetError(io.EOF) }

// short returns the names of functions without the path of their package.
func short(frames []runtime.Frame) []string {
	var names []string
	for _, f := range frames {
		if strings.HasPrefix(f.Function, "testing") || !strings.HasSuffix(f.File, "_test.go") {
			break
		}
		names = append(names, f.Function[strings.LastIndexByte(f.Function, '/')+1:])
	}
	return names
}

func TestEventsSayWhereItWasCreated(t *testing.T) {
	tests := []struct {
		name   string
		do     func(ctx context.Context)
		reason eventloop.Reason
		want   []string
	}{
		{"an error of a task", func(ctx context.Context) { makeTask(ctx, failing) },
			eventloop.ReasonUnretrieved, []string{"eventloop_test.makeTask", "eventloop_test.TestEventsSayWhereItWasCreated.func1"}},
		{"an error of a future", makeFuture,
			eventloop.ReasonUnretrieved, []string{"eventloop_test.makeFuture"}},
		{"an error of a gather", func(ctx context.Context) {
			tasks.Gather[int](ctx, tasks.Coro(func(ctx context.Context) (int, error) { return 0, failing(ctx) }))
			tasks.Sleep(ctx, time.Second)
		}, eventloop.ReasonUnretrieved, []string{"eventloop_test.TestEventsSayWhereItWasCreated.func2"}},
		{"an error on another goroutine", func(ctx context.Context) {
			threads.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) { return 0, io.EOF })
			tasks.Sleep(ctx, time.Second)
		}, eventloop.ReasonUnretrieved, []string{"eventloop_test.TestEventsSayWhereItWasCreated.func3"}},
		{"a panic", func(ctx context.Context) { makeTask(ctx, func(context.Context) error { panic("boom") }) },
			eventloop.ReasonTaskPanic, []string{"eventloop_test.makeTask", "eventloop_test.TestEventsSayWhereItWasCreated.func4"}},
		{"a task that is left", func(ctx context.Context) {
			makeTask(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) })
		}, eventloop.ReasonDestroyed, []string{"eventloop_test.makeTask", "eventloop_test.TestEventsSayWhereItWasCreated.func5"}},
	}
	for _, tt := range tests {
		for _, debug := range []bool{true, false} {
			name := tt.name
			if debug {
				name += ", debug mode"
			}
			t.Run(name, func(t *testing.T) {
				leak.Check(t)
				var got []eventloop.Event
				opts := []eventloop.Option{eventloop.WithClock(new(eventloop.VirtualClock)), eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) { got = append(got, e) })}
				if debug {
					opts = append(opts, eventloop.WithDebug())
				}
				l := eventloop.New(opts...)
				main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
					tt.do(ctx)
					return tasks.Sleep(ctx, 0)
				})
				if err := l.RunUntilComplete(main); err != nil {
					t.Fatal(err)
				}
				l.Close()
				if len(got) != 1 || got[0].Reason != tt.reason {
					t.Fatalf("events %+v, want one of %v", got, tt.reason)
				}
				want := tt.want
				if !debug {
					want = nil
				}
				names := short(got[0].Created)
				if len(names) > len(want) {
					names = names[:len(want)] // below is this test
				}
				if diff := cmp.Diff(want, names); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

// The log has the place, too.
func TestLogsSayWhereItWasCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		j := newJournal()
		run(t, j.logger(), func(ctx context.Context) error {
			makeTask(ctx, failing)
			makeTask(ctx, func(ctx context.Context) error { dawdle(); return nil })
			return tasks.Sleep(ctx, time.Second)
		}, eventloop.WithDebug())
		want := []string{
			"100ms WARN: asyncio: a step blocks the loop name=task made running=100ms created=eventloop_test.makeTask",
			"150ms WARN: asyncio: a step took long name=task made took=150ms created=eventloop_test.makeTask",
			"1s ERROR: asyncio: error was never retrieved err=EOF name=made created=eventloop_test.makeTask",
		}
		if diff := cmp.Diff(want, j.lines); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
