package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// here returns the frame of its caller.
func here() graph.Frame {
	pc, file, line, _ := runtime.Caller(1)
	return graph.Frame{Func: runtime.FuncForPC(pc).Name(), File: file, Line: line}
}

// The frames of a task are the user's, to the line.
func TestFrames(t *testing.T) {
	run(t, func(ctx context.Context) {
		var outer, inner graph.Frame
		sleeper := func(ctx context.Context) error {
			inner = here()
			return tasks.Sleep(ctx, time.Second) // the line below
		}
		var lock locks.Lock
		spawn(ctx, "a", func(ctx context.Context) error {
			outer = here()
			return lock.With(ctx, sleeper) // the line below
		})
		turns(ctx, 1)
		inner.Line++
		outer.Line++
		g := graph.Capture(ctx)
		if diff := cmp.Diff([]graph.Frame{inner, outer}, g.Tasks[1].Frames); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		want := here()
		want.Line -= 4
		main := g.Tasks[0].Frames
		if len(main) == 0 || main[0] != want {
			t.Errorf("the task that asks is at %v, want %v", main, want)
		}
		short := fmt.Sprintf("capture_test.go:%d graph_test.TestFrames.func1", want.Line)
		if want.String() != short {
			t.Errorf("in one line: %s, want %s", want, short)
		}
	})
}

// Since is the moment at which a wait began, in virtual time exactly.
func TestSince(t *testing.T) {
	run(t, func(ctx context.Context) {
		f := never(ctx)
		spawn(ctx, "a", func(ctx context.Context) error {
			tasks.Sleep(ctx, 3*time.Second)
			_, err := f.Await(ctx)
			return err
		})
		tasks.Sleep(ctx, 5*time.Second)
		spawn(ctx, "b", func(context.Context) error { return nil })
		g := graph.Capture(ctx)
		got := []time.Duration{g.Time, g.Tasks[1].Since, g.Tasks[2].Since}
		if diff := cmp.Diff([]time.Duration{5 * time.Second, 3 * time.Second, 5 * time.Second}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		f.SetResult(1)
		turns(ctx, 2)
	})
}

// A loop that has slept without a timer knows how late it is.
func TestSinceAfterASleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			l := eventloop.FromContext(ctx)
			defer l.Hold()()
			f, g := never(ctx), never(ctx)
			waiter := spawn(ctx, "a", func(ctx context.Context) error {
				f.Await(ctx)
				_, err := g.Await(ctx)
				return err
			})
			time.AfterFunc(time.Hour, func() { l.CallSoonThreadsafe(func() { f.SetResult(1) }) })
			f.Await(ctx)
			turns(ctx, 1)
			if since := graph.Capture(ctx).Task(waiter.ID()).Since; since != time.Hour {
				t.Errorf("waits since %v, want an hour", since)
			}
			waiter.Cancel()
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A loop that is never idle, and has no timers, looks at the clock now and then.
func TestSinceInABusyLoop(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		busy := spawn(ctx, "busy", func(ctx context.Context) error {
			for {
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
			}
		})
		l := eventloop.FromContext(ctx)
		begin := l.Time()
		for l.Time() == begin {
			turns(ctx, 1)
		}
		turns(ctx, 200)
		waiter := tasks.Create(ctx, never(ctx).Await)
		turns(ctx, 1)
		if g := graph.Capture(ctx); g.Task(waiter.ID()).Since <= begin {
			t.Errorf("waits since %v, but was created after %v", g.Task(waiter.ID()).Since, begin)
		}
		waiter.Cancel()
		busy.Cancel()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A task has the same ID in every graph, and its own.
func TestIDs(t *testing.T) {
	run(t, func(ctx context.Context) {
		a := spawn(ctx, "a", func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) })
		spawn(ctx, "b", func(ctx context.Context) error { return tasks.Sleep(ctx, time.Minute) })
		ids := func() (all []int) {
			for _, t := range graph.Capture(ctx).Tasks {
				all = append(all, t.ID)
			}
			return all
		}
		before := ids()
		a.Await(ctx)
		spawn(ctx, "c", func(ctx context.Context) error { return nil })
		if diff := cmp.Diff([][]int{{1, 2, 3}, {1, 3, 4}}, [][]int{before, ids()}); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// Who waits for a task is found through whatever stands between.
func TestAwaitedBy(t *testing.T) {
	run(t, func(ctx context.Context) {
		a := tasks.Create(ctx, never(ctx).Await, tasks.WithName("a"))
		spawn(ctx, "direct", func(ctx context.Context) error { _, err := a.Await(ctx); return err })
		spawn(ctx, "gather", func(ctx context.Context) error {
			_, err := tasks.Gather(ctx, tasks.Awaitable[int](a), tasks.Shield(ctx, a)).Await(ctx)
			return err
		})
		spawn(ctx, "other", func(ctx context.Context) error { _, err := never(ctx).Await(ctx); return err })
		turns(ctx, 1)
		g := graph.Capture(ctx)
		var names []string
		for _, t := range g.AwaitedBy(2) {
			names = append(names, t.Name)
		}
		if diff := cmp.Diff([]string{"direct", "gather"}, names); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if g.AwaitedBy(99) != nil || g.Task(99) != nil || g.Object(99) != nil || g.Object(0) != nil {
			t.Error("found what is not there")
		}
	})
}

func TestLineIsInOrder(t *testing.T) {
	run(t, func(ctx context.Context) {
		var lock locks.Lock
		for _, name := range []string{"holder", "a", "b", "c"} {
			spawn(ctx, name, func(ctx context.Context) error {
				return lock.With(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) })
			})
		}
		turns(ctx, 1)
		tasks.All(ctx)[2].Cancel() // a stays in line until it runs, but gets nothing
		g := graph.Capture(ctx)
		o := g.Object(g.Tasks[3].Waits.Object)
		if o.Holder != 2 || !slices.Equal(o.Line, []int{4, 5}) {
			t.Errorf("held by %d, line %v", o.Holder, o.Line)
		}
	})
}

func TestJSON(t *testing.T) {
	g := deadlock(t, func(ctx context.Context) error {
		var lock locks.Lock
		return lock.With(ctx, func(ctx context.Context) error {
			a := spawn(ctx, "a", lock.Acquire)
			_, err := tasks.Gather(ctx, tasks.Awaitable[struct{}](a)).Await(ctx)
			return err
		})
	})
	text, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	back := new(graph.Graph)
	if err := json.Unmarshal(text, back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(g, back, cmpopts.IgnoreUnexported(graph.Graph{})); diff != "" {
		t.Errorf("(-sent +received)\n%s", diff)
	}
	if diff := cmp.Diff(cycles(g), cycles(back)); diff != "" || len(cycles(back)) != 1 {
		t.Errorf("cycles (-sent +received)\n%s", diff)
	}
}

// Request asks a loop that runs, from other goroutines, while tasks come and go.
func TestRequest(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		waiting, end := 0, never(ctx)
		for range 1000 {
			spawn(ctx, "waits", func(ctx context.Context) error { waiting++; _, err := end.Await(ctx); return err })
		}
		for waiting < 1000 {
			turns(ctx, 1)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				g, err := graph.Request(t.Context(), l)
				if err != nil {
					t.Error(err)
					return
				}
				n := 0
				for _, task := range g.Tasks {
					if task.Name == "waits" && g.Text(task.Waits) == "future 1" && len(task.Frames) > 0 {
						n++
					}
				}
				if n != 1000 {
					t.Errorf("%d tasks that wait for the future, want 1000", n)
				}
			})
		}
		asked := make(chan bool)
		go func() { wg.Wait(); close(asked) }()
		for {
			select {
			case <-asked:
				end.SetResult(1)
				return nil
			default:
			}
			for range 10 {
				spawn(ctx, "brief", func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
			}
			turns(ctx, 1)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// A turnCounter is a loop that counts how often it is asked for another turn.
type turnCounter struct {
	*eventloop.Loop
	turns int
}

func (c *turnCounter) Ready(r coro.Runnable) { c.turns++; c.Loop.Ready(r) }

// A big graph takes several turns, so that the loop is not held up.
func TestRequestTakesTurns(t *testing.T) {
	run(t, func(ctx context.Context) {
		end := never(ctx)
		for range 1000 {
			spawn(ctx, "a", func(ctx context.Context) error { _, err := end.Await(ctx); return err })
		}
		c := &turnCounter{Loop: eventloop.FromContext(ctx)}
		g, err := threads.ToThread(ctx, func(ctx context.Context) (*graph.Graph, error) { return graph.Request(ctx, c) })
		if err != nil || c.turns < 3 {
			t.Errorf("a graph of %d tasks in %d turns, %v", len(g.Tasks), c.turns, err)
		}
		end.SetResult(1)
		turns(ctx, 2)
	})
}

func TestRequestThatGetsNoAnswer(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if g, err := graph.Request(ctx, l); g != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("of a loop that does not run: %v, %v", g, err)
	}
	l.Close()
	if g, err := graph.Request(t.Context(), l); g != nil || !errors.Is(err, eventloop.ErrLoopClosed) {
		t.Errorf("of a closed loop: %v, %v", g, err)
	}
}

// With the ctx of a task, a callback or a function on another goroutine, Request
// does what is right there.
func TestRequestWithACtxOfTheLoop(t *testing.T) {
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		ask := func(ctx context.Context) (*graph.Graph, error) { return graph.Request(ctx, l) }
		fromTask, err := ask(ctx)
		if err != nil || fromTask.Tasks[0].State != graph.Running {
			t.Errorf("in a task: %v, %v", fromTask, err)
		}
		fromThread, err := threads.ToThread(ctx, ask)
		if err != nil || len(fromThread.Tasks) != 1 || fromThread.Tasks[0].State != graph.Waiting {
			t.Errorf("on another goroutine: %v, %v", fromThread, err)
		}
		l.CallSoon(func() {
			g, err := ask(l.Context(context.Background()))
			if err != nil || len(g.Tasks) != 1 || g.Tasks[0].State != graph.Ready {
				t.Errorf("in a callback: %v, %v", g, err)
			}
		})
		turns(ctx, 1)
	})
}

func TestCaptureWithoutALoop(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Capture of a ctx without a loop did not panic")
		}
	}()
	graph.Capture(context.Background())
}

// A task that starts another eagerly runs, and so does that.
func TestEagerStart(t *testing.T) {
	run(t, func(ctx context.Context) {
		tasks.Go(ctx, func(ctx context.Context) error {
			g := graph.Capture(ctx)
			got := []string{g.Tasks[0].Name + " " + string(g.Tasks[0].State), g.Tasks[1].Name + " " + string(g.Tasks[1].State)}
			if diff := cmp.Diff([]string{"Task-1 running", "eager running"}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if len(g.Tasks[0].Frames) != 0 || len(g.Tasks[1].Frames) == 0 {
				t.Errorf("stacks: %v, %v", g.Tasks[0].Frames, g.Tasks[1].Frames)
			}
			return nil
		}, tasks.Eager(true), tasks.WithName("eager"))
	})
}
