package tasks_test

// Tasks that the loop lets resume others on their own stacks.

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// hosted reports whether the caller is the guest of another task.
func hosted() bool {
	buf := make([]byte, 1<<20)
	return strings.Contains(string(buf[:runtime.Stack(buf, true)]), "eventloop.(*Loop).host(")
}

// becomeGuest gives way until the task is the guest of another one, which does so too.
func becomeGuest(ctx context.Context) error {
	for range 1000 {
		if err := tasks.Sleep(ctx, 0); err != nil {
			return err
		}
		if hosted() {
			return nil
		}
	}
	return errors.New("never a guest")
}

// giveWay is what a host does.
func giveWay(ctx context.Context) error {
	for {
		if err := tasks.Sleep(ctx, 0); err != nil {
			return err
		}
	}
}

// runHosted runs guest as the guest of a main task that gives way until guest ends,
// and returns what came of both. It is not in virtual time, whose loops have no hosts.
func runHosted(t *testing.T, guest func(ctx context.Context, host tasks.Any) error) (reported []string, hostErr, guestErr error) {
	t.Helper()
	leak.Check(t)
	var r reports
	hostErr = runners.Run(t.Context(), func(ctx context.Context) error {
		host := tasks.Current(ctx)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			if err := becomeGuest(ctx); err != nil {
				return err
			}
			return guest(ctx, host)
		})
		task.AddDoneCallback(func(*tasks.Task[struct{}]) {
			guestErr = task.Err()
			host.Cancel("over")
		})
		return giveWay(ctx)
	}, r.option())
	return r.lines, hostErr, guestErr
}

// brittle is a future that panics.
type brittle struct {
	*futures.Future[int]
	onSubscribe, onErr bool
}

func (b *brittle) Subscribe(w coro.Runnable) {
	if b.onSubscribe {
		panic("in Subscribe")
	}
	b.Future.Subscribe(w)
}

func (b *brittle) Err() error {
	if b.onErr {
		panic("in Err")
	}
	return b.Future.Err()
}

func TestGuest(t *testing.T) {
	awaitBrittle := func(onSubscribe, onErr bool) func(context.Context, tasks.Any) error {
		return func(ctx context.Context, _ tasks.Any) error {
			b := &brittle{futures.New[int](ctx), onSubscribe, onErr}
			eventloop.FromContext(ctx).CallSoon(func() { b.SetResult(1) })
			err := coro.Await(ctx, b)
			if p := (*coro.PanicError)(nil); errors.As(err, &p) {
				return errors.New("panic " + p.Value.(string))
			}
			return err
		}
	}
	for _, tt := range []struct {
		name            string
		guest           func(ctx context.Context, host tasks.Any) error
		host, wantGuest string // how they end; a host that is not named so is cancelled at the end
	}{
		{name: "ends", guest: func(context.Context, tasks.Any) error { return errTest }, wantGuest: "an error"},
		{name: "panics", guest: func(context.Context, tasks.Any) error { panic("x") }, wantGuest: "panic x"},
		{name: "awaits what panics when it subscribes", guest: awaitBrittle(true, false), wantGuest: "panic in Subscribe"},
		{name: "awaits what panics when it is done", guest: awaitBrittle(false, true), wantGuest: "panic in Err"},
		{name: "cancels its host", guest: func(ctx context.Context, host tasks.Any) error {
			host.Cancel("by the guest")
			return nil
		}, host: "by the guest", wantGuest: "nil"},
		{name: "has an eager task", guest: func(ctx context.Context, _ tasks.Any) error {
			child := tasks.Go(ctx, func(ctx context.Context) error {
				return tasks.Sleep(ctx, 0)
			}, tasks.Eager(true))
			_, err := child.Await(ctx)
			return err
		}, wantGuest: "nil"},
		{name: "has a task that takes over its stack", guest: func(ctx context.Context, _ tasks.Any) error {
			tasks.Go(ctx, becomeGuest)
			return nil
		}, wantGuest: "nil"},
		{name: "sleeps", guest: func(ctx context.Context, _ tasks.Any) error { return tasks.Sleep(ctx, 1) }, wantGuest: "nil"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reported, hostErr, guestErr := runHosted(t, tt.guest)
			if tt.host == "" {
				tt.host = "over"
			}
			var c *futures.CancelledError
			if !errors.As(hostErr, &c) || c.Msg != tt.host {
				t.Errorf("the host ended with %v, want %s", hostErr, tt.host)
			}
			switch p := (*coro.PanicError)(nil); {
			case errors.As(guestErr, &p):
				equal(t, "the guest", "panic "+p.Value.(string), tt.wantGuest)
			default:
				fails(t, "the guest", guestErr, tt.wantGuest)
			}
			equal(t, "reports", reported, nil)
		})
	}
}

// Timers that are pending keep nobody from being a host.
func TestHostBesideATimer(t *testing.T) {
	leak.Check(t)
	seen := false
	look := func(ctx context.Context) error {
		for n := 0; n < 300 && !seen; n++ {
			if err := tasks.Sleep(ctx, 0); err != nil {
				return err
			}
			seen = seen || hosted()
		}
		return nil
	}
	err := runners.Run(t.Context(), func(ctx context.Context) error {
		timer := eventloop.FromContext(ctx).CallLater(time.Hour, func() {})
		defer timer.Cancel()
		other := tasks.Go(ctx, look)
		if err := look(ctx); err != nil {
			return err
		}
		_, err := other.Await(ctx)
		return err
	})
	if err != nil || !seen {
		t.Errorf("%v, seen %t", err, seen)
	}
}

// A guest sees where its host waits, as it sees other tasks.
func TestGuestLooksAtItsHost(t *testing.T) {
	var stacks []string
	_, _, err := runHosted(t, func(ctx context.Context, host tasks.Any) error {
		for range 3 {
			for _, task := range graph.Of(eventloop.FromContext(ctx)).Tasks {
				if task.Name != host.Name() {
					continue
				}
				for _, f := range task.Frames {
					if strings.HasSuffix(f.Func, ".giveWay") {
						stacks = append(stacks, "giveWay")
					}
				}
			}
		}
		return nil
	})
	fails(t, "the guest", err, "nil")
	equal(t, "stacks of the host", stacks, []string{"giveWay", "giveWay", "giveWay"})
}

// A looking is a future that looks at all tasks when somebody is about to wait for it,
// which happens on the stack of the host.
type looking struct {
	*futures.Future[int]
	graph *graph.Graph
}

func (f *looking) Subscribe(w coro.Runnable) {
	f.graph = graph.Of(f.Scheduler().(*eventloop.Loop))
	f.Future.Subscribe(w)
}

func TestHostIsLookedAtFromItsOwnStack(t *testing.T) {
	var f looking
	_, _, err := runHosted(t, func(ctx context.Context, host tasks.Any) error {
		f.Future = futures.New[int](ctx)
		eventloop.FromContext(ctx).CallSoon(func() { f.SetResult(1) })
		return coro.Await(ctx, &f)
	})
	fails(t, "the guest", err, "nil")
	var seen []string
	for _, task := range f.graph.Tasks {
		for _, frame := range task.Frames {
			_, name, _ := strings.Cut(frame.Func, "tasks_test.")
			seen = append(seen, task.Name+" "+name)
		}
	}
	if !slices.Contains(seen, "Task-1 giveWay") {
		t.Errorf("seen: %q", seen)
	}
}

// A guest that calls runtime.Goexit takes its loop along, but not its host, which is
// cancelled as any other task and cleans up.
func TestGoexitInAGuest(t *testing.T) {
	for _, eager := range []bool{false, true} {
		leak.Check(t)
		var log []string
		gone := make(chan struct{})
		var guest *tasks.Task[struct{}]
		go func() {
			defer close(gone)
			runners.Run(t.Context(), func(ctx context.Context) error {
				guest = tasks.Go(ctx, func(ctx context.Context) error {
					if err := becomeGuest(ctx); err != nil {
						return err
					}
					if !eager {
						runtime.Goexit()
					}
					tasks.Go(ctx, func(context.Context) error { runtime.Goexit(); return nil }, tasks.Eager(true))
					return nil
				})
				err := giveWay(ctx)
				if errors.Is(err, context.Canceled) {
					log = append(log, "cancelled")
				}
				if tasks.Sleep(ctx, 0) == nil {
					log = append(log, "cleaned up")
				}
				return err
			})
			log = append(log, "returned")
		}()
		<-gone
		fails(t, "the guest", guest.Err(), coro.ErrGoexit.Error())
		equal(t, "what the host did", log, []string{"cancelled", "cleaned up"})
	}
}

// What a loop with hosts runs, in which order and in which iteration, is what one
// without them does.
func TestHostsChangeNoOrder(t *testing.T) {
	program := func(ctx context.Context) (log []string) {
		l := eventloop.FromContext(ctx)
		var all []*tasks.Task[struct{}]
		queue := make([]*futures.Future[int], 3)
		for i := range queue {
			queue[i] = futures.New[int](ctx)
		}
		for i := range 3 {
			all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
				for n := range 200 {
					log = append(log, string(rune('a'+i)))
					switch {
					case n%17 == 3*i:
						l.CallSoon(func() { log = append(log, "-") })
					case n%29 == 7*i:
						l.CallLater(0, func() { log = append(log, "t") })
					case n%23 == 5*i:
						tasks.Go(ctx, func(ctx context.Context) error {
							log = append(log, "+")
							return tasks.Sleep(ctx, 0)
						})
					case n%3 == 1:
						next := queue[(i+1)%3]
						if !next.Done() {
							next.SetResult(n)
						}
						if queue[i].Done() {
							queue[i] = futures.New[int](ctx)
						}
					}
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		for _, task := range all {
			task.Await(ctx)
		}
		return log
	}
	var with, without []string
	if err := runners.Run(t.Context(), func(ctx context.Context) error { with = program(ctx); return nil }); err != nil {
		t.Fatal(err)
	}
	run(t, func(ctx context.Context) { without = program(ctx) })
	if len(with) < 600 || !slices.Equal(with, without) {
		t.Errorf("with hosts:\n%s\nwithout:\n%s", strings.Join(with, ""), strings.Join(without, ""))
	}
}

// A loop that a guest stops goes on where it was.
func TestGuestStopsTheLoop(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	stops, turns := 0, 0
	ctx := l.Context(t.Context())
	tasks.Go(ctx, func(ctx context.Context) error {
		for stops < 3 {
			turns++
			if err := tasks.Sleep(ctx, 0); err != nil {
				return err
			}
		}
		l.Stop()
		return nil
	})
	tasks.Go(ctx, func(ctx context.Context) error {
		for ; stops < 3; stops++ {
			if err := becomeGuest(ctx); err != nil {
				return err
			}
			l.Stop()
		}
		return nil
	})
	for n := range 3 {
		before := turns
		if err := l.RunForever(); err != nil || turns == before {
			t.Fatalf("run %d: %v after %d turns", n, err, turns-before)
		}
		equal(t, "stops", stops, n+1)
	}
	fails(t, "the last run", l.RunForever(), "nil")
	equal(t, "stops", stops, 3)
}
