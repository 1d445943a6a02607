package waitq_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// A gate is a primitive of nothing but a line.
type gate struct {
	home waitq.Home
	line waitq.Line
}

func (g *gate) String() string { return "the gate" }

func (g *gate) Explain() waits.Reason {
	return waits.Reason{Kind: "gate", Object: g, Line: g.line.All()}
}

// wait waits for its turn, and reports whether it had been woken.
func (g *gate) wait(ctx context.Context) (woken bool, err error) {
	w, err := g.line.Join(ctx, &g.home, g)
	if err != nil {
		return false, err
	}
	err = coro.Await(ctx, w)
	return g.line.Leave(w), err
}

func run(t *testing.T, fn func(ctx context.Context) error) {
	t.Helper()
	leak.Check(t)
	if err := runners.Run(context.Background(), fn, runners.WithVirtualTime()); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// pass gives way once.
func pass(ctx context.Context) error { return coro.Await(ctx, nil) }

// crowd starts tasks that wait at the gate, and log what comes of it.
func crowd(ctx context.Context, g *gate, log *[]string, names ...string) map[string]*tasks.Task[struct{}] {
	all := map[string]*tasks.Task[struct{}]{}
	for _, name := range names {
		all[name] = tasks.Go(ctx, func(ctx context.Context) error {
			woken, err := g.wait(ctx)
			*log = append(*log, fmt.Sprintf("%s woken %t %v", name, woken, err != nil))
			return nil
		}, tasks.Eager(true))
	}
	return all
}

func TestWaking(t *testing.T) {
	tests := []struct {
		name string
		do   func(g *gate, all map[string]*tasks.Task[struct{}])
		left int
		live bool
		want []string
	}{
		{"none", func(g *gate, all map[string]*tasks.Task[struct{}]) {}, 3, true, nil},
		{"the next", func(g *gate, all map[string]*tasks.Task[struct{}]) { g.line.WakeNext() }, 2, true,
			[]string{"a woken true false"}},
		{"the next two", func(g *gate, all map[string]*tasks.Task[struct{}]) { g.line.WakeNext(); g.line.WakeNext() }, 1, true,
			[]string{"a woken true false", "b woken true false"}},
		{"the first, twice", func(g *gate, all map[string]*tasks.Task[struct{}]) { g.line.WakeFirst(); g.line.WakeFirst() }, 2, true,
			[]string{"a woken true false"}},
		{"all", func(g *gate, all map[string]*tasks.Task[struct{}]) { g.line.WakeAll(); g.line.WakeAll() }, 0, false,
			[]string{"a woken true false", "b woken true false", "c woken true false"}},
		{"one that is cancelled is passed over", func(g *gate, all map[string]*tasks.Task[struct{}]) {
			all["a"].Cancel()
			g.line.WakeNext()
		}, 1, true, []string{"a woken false true", "b woken true false"}},
		{"the first that is cancelled is not woken", func(g *gate, all map[string]*tasks.Task[struct{}]) {
			all["a"].Cancel()
			g.line.WakeFirst()
		}, 2, true, []string{"a woken false true"}},
		{"one that is cancelled after it was woken passes that on", func(g *gate, all map[string]*tasks.Task[struct{}]) {
			g.line.WakeNext()
			all["a"].Cancel()
		}, 2, true, []string{"a woken true true"}},
		{"more than there are", func(g *gate, all map[string]*tasks.Task[struct{}]) {
			all["b"].Cancel()
			for range 5 {
				g.line.WakeNext()
			}
		}, 0, false, []string{"b woken false true", "a woken true false", "c woken true false"}},
		{"all are cancelled", func(g *gate, all map[string]*tasks.Task[struct{}]) {
			for _, name := range []string{"c", "a", "b"} {
				all[name].Cancel()
			}
			if g.line.Live() || g.line.Len() != 3 {
				panic("cancelled waiters live, or have left before their tasks ran")
			}
		}, 0, false, []string{"c woken false true", "a woken false true", "b woken false true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) error {
				var g gate
				var got []string
				all := crowd(ctx, &g, &got, "a", "b", "c")
				tt.do(&g, all)
				if err := pass(ctx); err != nil {
					return err
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				if g.line.Len() != tt.left || g.line.Live() != tt.live {
					t.Errorf("%d in the line, live %t; want %d, %t", g.line.Len(), g.line.Live(), tt.left, tt.live)
				}
				return nil
			})
		})
	}
}

// WakeNext says whether there was anybody.
func TestWakeNextOfAnEmptyLine(t *testing.T) {
	run(t, func(ctx context.Context) error {
		var g gate
		var got []string
		if g.line.WakeNext() {
			t.Error("somebody in an empty line")
		}
		crowd(ctx, &g, &got, "a")
		if !g.line.WakeNext() || g.line.WakeNext() {
			t.Error("want one waiter to be woken, once")
		}
		return nil
	})
}

// An await that fails at once leaves no trace in the line.
func TestAwaitThatFailsAtOnce(t *testing.T) {
	run(t, func(ctx context.Context) error {
		var g gate
		ended, cancel := context.WithCancel(ctx)
		cancel()
		woken, err := g.wait(ended)
		if woken || err != context.Canceled || g.line.Len() != 0 || g.line.Live() {
			t.Errorf("woken %t, %v, %d in the line", woken, err, g.line.Len())
		}
		return nil
	})
}

// Nor does the end of a ctx while it waits, or a task that is closed.
func TestWaitThatIsGivenUp(t *testing.T) {
	var g gate
	run(t, func(ctx context.Context) error {
		derived, cancel := context.WithCancel(ctx)
		eventloop.FromContext(ctx).CallSoon(cancel)
		if woken, err := g.wait(derived); woken || err != context.Canceled {
			t.Errorf("woken %t, %v", woken, err)
		}
		if g.line.Len() != 0 || g.line.Live() {
			t.Errorf("%d in the line", g.line.Len())
		}
		return nil
	})
	leak.Check(t)
	var other gate
	l := eventloop.New(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {}))
	tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		for { // until it is unwound
			other.wait(ctx)
		}
	})
	l.Stop()
	l.RunForever()
	if other.line.Len() != 1 {
		t.Errorf("%d in the line, want 1", other.line.Len())
	}
	l.Close()
	if other.line.Live() {
		t.Error("a closed task is still live in the line")
	}
}

// A primitive belongs to the loop of the first that waited for it.
func TestHome(t *testing.T) {
	var g gate
	run(t, func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error { _, err := g.wait(ctx); return err }, tasks.Eager(true))
		g.line.WakeAll()
		return pass(ctx)
	})
	run(t, func(ctx context.Context) error {
		_, err := g.wait(ctx)
		if !errors.Is(err, eventloop.ErrForeignLoop) {
			t.Errorf("on another loop: %v, want ErrForeignLoop", err)
		}
		return nil
	})
}

// A deadlock names what the task waits for.
func TestReportNamesThePrimitive(t *testing.T) {
	leak.Check(t)
	var g gate
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		_, err := g.wait(ctx)
		return err
	}, runners.WithVirtualTime())
	var d *eventloop.DeadlockError
	if !errors.As(err, &d) || len(d.Waiting()) != 1 || d.Waiting()[0] != "Task-1 waits for gate 1 (1 waiting)" {
		t.Errorf("Run: %v", err)
	}
}

// A woken waiter is not used again while somebody may still look at it.
func TestWaitersAreUsedAgainWithCare(t *testing.T) {
	run(t, func(ctx context.Context) error {
		var g gate
		var got []string
		a := crowd(ctx, &g, &got, "a")["a"]
		g.line.WakeNext()
		a.Cancel() // it was woken and is cancelled before it runs
		crowd(ctx, &g, &got, "b")
		if err := pass(ctx); err != nil {
			return err
		}
		crowd(ctx, &g, &got, "c")
		g.line.WakeAll()
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			return err
		}
		want := []string{"a woken true true", "b woken true false", "c woken true false"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		return nil
	})
}
