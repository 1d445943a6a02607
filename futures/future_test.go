package futures_test

// What each call does to a future in each of its states.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

var errX = errors.New("x")

func logf(log *[]string, f string, args ...any) { *log = append(*log, fmt.Sprintf(f, args...)) }

// run runs fn as a main task in virtual time.
func run(t *testing.T, fn func(ctx context.Context) error, opts ...runners.Option) {
	t.Helper()
	leak.Check(t)
	if err := runners.Run(context.Background(), fn, append(opts, runners.WithVirtualTime())...); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// pass gives way once.
func pass(ctx context.Context) error { return coro.Await(ctx, nil) }

// A line is a scheduler that only queues.
type line struct {
	ready   []coro.Runnable
	onReady func() // called within Ready
}

func (l *line) Ready(r coro.Runnable) {
	l.ready = append(l.ready, r)
	if l.onReady != nil {
		l.onReady()
	}
}

func (l *line) Turn() *coro.Turn { return &coro.Turn{Scheduler: l} }

// turn runs what is ready, as one iteration of a loop does.
func (l *line) turn() {
	ready := l.ready
	l.ready = nil
	for _, r := range ready {
		r.Run()
	}
}

// name gives errors short names.
func name(err error) string {
	var c *futures.CancelledError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &c):
		return "cancelled " + c.Msg
	case errors.Is(err, futures.ErrInvalidState):
		return "invalid"
	}
	return err.Error()
}

// state describes f without marking an error as seen.
func state(f *futures.Future[int]) string {
	switch {
	case !f.Done():
		return "pending"
	case f.Cancelled():
		return "cancelled " + f.Core().Message()
	case f.Core().Peek() != nil:
		return "error"
	}
	v, _ := f.Result()
	return fmt.Sprintf("result %d", v)
}

func TestTransitions(t *testing.T) {
	starts := map[string]func(f *futures.Future[int]){
		"pending":   func(f *futures.Future[int]) {},
		"result":    func(f *futures.Future[int]) { f.SetResult(1) },
		"error":     func(f *futures.Future[int]) { f.SetError(errX) },
		"cancelled": func(f *futures.Future[int]) { f.Cancel("m") },
	}
	ops := map[string]func(ctx context.Context, f *futures.Future[int]) string{
		"SetResult": func(ctx context.Context, f *futures.Future[int]) string { return name(f.SetResult(2)) },
		"SetError":  func(ctx context.Context, f *futures.Future[int]) string { return name(f.SetError(io.EOF)) },
		"Cancel":    func(ctx context.Context, f *futures.Future[int]) string { return fmt.Sprint(f.Cancel("n")) },
		"Result": func(ctx context.Context, f *futures.Future[int]) string {
			v, err := f.Result()
			return fmt.Sprint(v, " ", name(err))
		},
		"Err": func(ctx context.Context, f *futures.Future[int]) string { return name(f.Err()) },
		// Await runs in a task that takes its first step at once.
		"Await": func(ctx context.Context, f *futures.Future[int]) string {
			waiter := tasks.Create(ctx, f.Await, tasks.Eager(true))
			if !waiter.Done() {
				return "waits"
			}
			v, err := waiter.Result()
			return fmt.Sprint(v, " ", name(err))
		},
		"AddDoneCallback": func(ctx context.Context, f *futures.Future[int]) string {
			called := false
			f.AddDoneCallback(func(*futures.Future[int]) { called = true })
			if called {
				return "called at once"
			}
			pass(ctx)
			if called {
				return "called by the loop"
			}
			return "not called"
		},
		"RemoveDoneCallback": func(ctx context.Context, f *futures.Future[int]) string {
			called := false
			cb := f.AddDoneCallback(func(*futures.Future[int]) { called = true })
			n := f.RemoveDoneCallback(cb)
			pass(ctx)
			return fmt.Sprint(n, " ", called)
		},
	}
	tests := []struct {
		from, op, want, to string
	}{
		{"pending", "SetResult", "ok", "result 2"},
		{"pending", "SetError", "ok", "error"},
		{"pending", "Cancel", "true", "cancelled n"},
		{"pending", "Result", "0 invalid", "pending"},
		{"pending", "Err", "invalid", "pending"},
		{"pending", "Await", "waits", "pending"},
		{"pending", "AddDoneCallback", "not called", "pending"},
		{"pending", "RemoveDoneCallback", "1 false", "pending"},

		{"result", "SetResult", "invalid", "result 1"},
		{"result", "SetError", "invalid", "result 1"},
		{"result", "Cancel", "false", "result 1"},
		{"result", "Result", "1 ok", "result 1"},
		{"result", "Err", "ok", "result 1"},
		{"result", "Await", "1 ok", "result 1"},
		{"result", "AddDoneCallback", "called by the loop", "result 1"},
		{"result", "RemoveDoneCallback", "0 true", "result 1"}, // too late for one that is scheduled

		{"error", "SetResult", "invalid", "error"},
		{"error", "SetError", "invalid", "error"},
		{"error", "Cancel", "false", "error"},
		{"error", "Result", "0 x", "error"},
		{"error", "Err", "x", "error"},
		{"error", "Await", "0 x", "error"},
		{"error", "AddDoneCallback", "called by the loop", "error"},
		{"error", "RemoveDoneCallback", "0 true", "error"},

		{"cancelled", "SetResult", "invalid", "cancelled m"},
		{"cancelled", "SetError", "invalid", "cancelled m"},
		{"cancelled", "Cancel", "false", "cancelled m"},
		{"cancelled", "Result", "0 cancelled m", "cancelled m"},
		{"cancelled", "Err", "cancelled m", "cancelled m"},
		{"cancelled", "Await", "0 cancelled m", "cancelled m"},
		{"cancelled", "AddDoneCallback", "called by the loop", "cancelled m"},
		{"cancelled", "RemoveDoneCallback", "0 true", "cancelled m"},
	}
	if want := len(starts) * len(ops); len(tests) != want {
		t.Errorf("%d rows, want one for each state and call: %d", len(tests), want)
	}
	for _, tt := range tests {
		t.Run(tt.from+"/"+tt.op, func(t *testing.T) {
			run(t, func(ctx context.Context) error {
				f := futures.New[int](ctx)
				starts[tt.from](f)
				if got := ops[tt.op](ctx, f); got != tt.want {
					t.Errorf("%q, want %q", got, tt.want)
				}
				if got := state(f); got != tt.to {
					t.Errorf("state %q, want %q", got, tt.to)
				}
				f.Err() // seen, for the loop's report at Close
				return nil
			})
		})
	}
}

func TestZeroFuture(t *testing.T) {
	t.Run("may be completed without a loop", func(t *testing.T) {
		var a, b, c futures.Future[int]
		a.SetResult(1)
		b.SetError(errX)
		c.Cancel("m")
		got := []string{state(&a), state(&b), name(b.Err()), state(&c)}
		if diff := cmp.Diff([]string{"result 1", "error", "x", "cancelled m"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
	t.Run("is bound to a loop by the first Await", func(t *testing.T) {
		run(t, func(ctx context.Context) error {
			var f futures.Future[int]
			if f.Scheduler() != nil {
				t.Error("it has a loop before")
			}
			waiter := tasks.Create(ctx, f.Await)
			if err := pass(ctx); err != nil {
				return err
			}
			if f.Scheduler() != coro.Scheduler(eventloop.FromContext(ctx)) {
				t.Error("it has no loop while it is awaited")
			}
			f.SetResult(7)
			v, err := waiter.Await(ctx)
			if v != 7 {
				t.Errorf("await: %d, want 7", v)
			}
			return err
		})
	})
	t.Run("that is done may be awaited", func(t *testing.T) {
		run(t, func(ctx context.Context) error {
			var f futures.Future[int]
			f.SetResult(7)
			v, err := f.Await(ctx)
			if v != 7 {
				t.Errorf("await: %d, want 7", v)
			}
			return err
		})
	})
}

func TestMisusePanicsWithASentence(t *testing.T) {
	l := new(line)
	tests := []struct {
		name string
		fn   func()
		want string
	}{
		{"SetError of nil", func() { futures.On[int](l).SetError(nil) },
			"asyncio: SetError(nil); use SetResult for success"},
		{"AddDoneCallback of nil", func() { futures.On[int](l).AddDoneCallback(nil) },
			"asyncio: AddDoneCallback of a nil function"},
		{"AddDoneCallback without a loop", func() { new(futures.Future[int]).AddDoneCallback(func(*futures.Future[int]) {}) },
			"asyncio: callback on a future without a loop; make it with NewFuture"},
		{"New without a loop", func() { futures.New[int](context.Background()) },
			"asyncio: ctx has no event loop; pass the ctx that the task's function received"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != tt.want {
					t.Errorf("panic %v, want %q", got, tt.want)
				}
			}()
			tt.fn()
		})
	}
}

// A future belongs to its loop; a task of another may not await it.
func TestFutureOfAnotherLoop(t *testing.T) {
	other := eventloop.New()
	defer other.Close()
	f := futures.On[int](other)
	run(t, func(ctx context.Context) error {
		if _, err := f.Await(ctx); !errors.Is(err, eventloop.ErrForeignLoop) {
			t.Errorf("await: %v, want ErrForeignLoop", err)
		}
		f.SetResult(1)
		if v, err := f.Await(ctx); v != 1 || err != nil {
			t.Errorf("await of what is done: %d, %v; want its result, which nothing waits for", v, err)
		}
		return nil
	})
}
