package graph_test

// What a graph says of each thing that a task can wait for.

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/google/go-cmp/cmp"
)

func TestWaits(t *testing.T) {
	hour := func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }
	tests := []struct {
		name  string
		setUp func(ctx context.Context)
		want  []string
	}{
		{"a sleep", func(ctx context.Context) { spawn(ctx, "a", hour) },
			[]string{"a waits for sleep (1h00m left)"}},
		{"a future", func(ctx context.Context) {
			f := never(ctx)
			for _, name := range []string{"a", "b"} {
				spawn(ctx, name, func(ctx context.Context) error { _, err := f.Await(ctx); return err })
			}
			spawn(ctx, "c", func(ctx context.Context) error { _, err := never(ctx).Await(ctx); return err })
		}, []string{"a waits for future 1", "b waits for future 1", "c waits for future 2"}},
		{"a task", func(ctx context.Context) {
			a := spawn(ctx, "a", hour)
			spawn(ctx, "b", func(ctx context.Context) error { _, err := a.Await(ctx); return err })
		}, []string{"a waits for sleep (1h00m left)", "b waits for a"}},
		{"locks", func(ctx context.Context) {
			var x, y locks.Lock
			spawn(ctx, "holder", func(ctx context.Context) error { return x.With(ctx, hour) })
			y.TryAcquire()
			for _, name := range []string{"a", "b"} {
				spawn(ctx, name, func(ctx context.Context) error { return x.Acquire(ctx) })
			}
			spawn(ctx, "c", func(ctx context.Context) error { return y.Acquire(ctx) })
		}, []string{"holder waits for sleep (1h00m left)", "a waits for lock 1 held by holder (2 waiting)",
			"b waits for lock 1 held by holder (2 waiting)", "c waits for lock 2 (held, 1 waiting)"}},
		{"a lock whose holder has ended", func(ctx context.Context) {
			var x locks.Lock
			spawn(ctx, "gone", func(ctx context.Context) error { return x.Acquire(ctx) })
			spawn(ctx, "a", func(ctx context.Context) error { return x.Acquire(ctx) })
		}, []string{"a waits for lock 1 held by gone (1 waiting)", "gone done"}},
		{"an event", func(ctx context.Context) {
			var e locks.Event
			spawn(ctx, "a", e.Wait)
		}, []string{"a waits for event 1 (1 waiting)"}},
		{"a condition", func(ctx context.Context) {
			var c locks.Condition
			spawn(ctx, "a", func(ctx context.Context) error { return c.With(ctx, c.Wait) })
		}, []string{"a waits for condition 1 (1 waiting)"}},
		{"a semaphore", func(ctx context.Context) {
			s := locks.NewSemaphore(1)
			spawn(ctx, "a", func(ctx context.Context) error { return s.With(ctx, hour) })
			spawn(ctx, "b", func(ctx context.Context) error { return s.With(ctx, hour) })
		}, []string{"a waits for sleep (1h00m left)", "b waits for semaphore 1 (0 free, 1 waiting)"}},
		{"a barrier", func(ctx context.Context) {
			b := locks.NewBarrier(3)
			spawn(ctx, "a", func(ctx context.Context) error { _, err := b.Wait(ctx); return err })
		}, []string{"a waits for barrier 1 (1 of 3 there, 1 waiting)"}},
		{"queues", func(ctx context.Context) {
			q, other := queues.New[int](1), queues.New[int](1)
			other.TryPut(1)
			spawn(ctx, "getter", func(ctx context.Context) error { _, err := q.Get(ctx); return err })
			spawn(ctx, "putter", func(ctx context.Context) error { return other.Put(ctx, 2) })
			spawn(ctx, "joiner", other.Join)
		}, []string{"getter waits for item of queue 1 (0 there, 1 waiting)",
			"putter waits for room in queue 2 (1 of 1 there, 1 waiting)",
			"joiner waits for work on queue 2 (1 unfinished, 1 waiting)"}},
		{"a gather of gathers", func(ctx context.Context) {
			a, b := tasks.Create(ctx, never(ctx).Await, tasks.WithName("a")), never(ctx)
			spawn(ctx, "g", func(ctx context.Context) error {
				_, err := tasks.Gather(ctx, tasks.Gather(ctx, a, b), tasks.Gather[int](ctx)).Await(ctx)
				return err
			})
		}, []string{"a waits for future 1", "g waits for gather 1 (1 of 2 done)"}},
		{"a group", func(ctx context.Context) {
			spawn(ctx, "g", func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					g.Go(hour, tasks.WithName("a"))
					return g.Go(hour, tasks.WithName("b"))
				})
			})
		}, []string{"g waits for group 1 (2 left)", "a waits for sleep (1h00m left)", "b waits for sleep (1h00m left)"}},
		{"a shield", func(ctx context.Context) {
			a := spawn(ctx, "a", hour)
			spawn(ctx, "b", func(ctx context.Context) error { _, err := tasks.Shield(ctx, a).Await(ctx); return err })
		}, []string{"a waits for sleep (1h00m left)", "b waits for shield 1 of a"}},
		{"Wait", func(ctx context.Context) {
			both := []*tasks.Task[struct{}]{spawn(ctx, "a", hour), spawn(ctx, "b", hour)}
			for name, when := range map[string]tasks.ReturnWhen{"all": tasks.AllCompleted} {
				spawn(ctx, name, func(ctx context.Context) error {
					_, _, err := tasks.Wait(ctx, both, when, tasks.NoTimeout)
					return err
				})
			}
			spawn(ctx, "first", func(ctx context.Context) error {
				_, _, err := tasks.Wait(ctx, both, tasks.FirstCompleted, tasks.NoTimeout)
				return err
			})
			spawn(ctx, "failed", func(ctx context.Context) error {
				_, _, err := tasks.Wait(ctx, both, tasks.FirstException, tasks.NoTimeout)
				return err
			})
		}, []string{"a waits for sleep (1h00m left)", "b waits for sleep (1h00m left)",
			"all waits for wait 1 for all of 2", "first waits for wait 2 for the first of 2",
			"failed waits for wait 3 for an error of 2"}},
		{"AsCompleted", func(ctx context.Context) {
			a := spawn(ctx, "a", hour)
			spawn(ctx, "b", func(ctx context.Context) error {
				for range tasks.AsCompleted(ctx, tasks.NoTimeout, a).Results(ctx) {
				}
				return nil
			})
		}, []string{"a waits for sleep (1h00m left)", "b waits for completion 1 of the first of 1 (1 waiting)"}},
		{"WaitFor", func(ctx context.Context) {
			spawn(ctx, "a", func(ctx context.Context) error {
				_, err := tasks.WaitFor(ctx, never(ctx), timeouts.Never)
				return err
			})
		}, []string{"a waits for future 1"}},
		{"a stream", func(ctx context.Context) {
			r := new(streams.Reader)
			spawn(ctx, "a", func(ctx context.Context) error { _, err := r.ReadLine(ctx); return err })
		}, []string{"a waits for data of stream 1"}},
		{"channels", func(ctx context.Context) {
			ch, full := make(chan int), make(chan string, 1)
			full <- ""
			spawn(ctx, "a", func(ctx context.Context) error { _, _, err := threads.Recv(ctx, ch); return err })
			spawn(ctx, "b", func(ctx context.Context) error { return threads.Send(ctx, full, "") })
			spawn(ctx, "c", func(ctx context.Context) error { return threads.Send(ctx, (chan int)(nil), 1) })
		}, []string{"a waits for receive from channel 1 of int (unbuffered)",
			"b waits for send to channel 2 of string (1 of 1 there)", "c waits for send to channel of int (nil)"}},
		{"a function on another goroutine", func(ctx context.Context) {
			spawn(ctx, "a", func(ctx context.Context) error { _, err := threads.ToThread(ctx, untilEnd); return err })
			f := threads.RunInExecutor(ctx, nil, untilEnd)
			spawn(ctx, "b", func(ctx context.Context) error { _, err := f.Await(ctx); return err })
			for range 2 {
				threads.Recv(ctx, begun)
			}
		}, []string{"a waits for goroutine 1 of graph_test.untilEnd", "b waits for goroutine 2 of graph_test.untilEnd"}},
		{"one that has not started, and one that is ready", func(ctx context.Context) {
			spawn(ctx, "a", func(ctx context.Context) error {
				for {
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
				}
			})
			tasks.Current(ctx).Scheduler().Ready(later(func() { spawn(ctx, "b", hour) }))
			turns(ctx, 1)
		}, []string{"a ready", "b new"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				tt.setUp(ctx)
				if !strings.HasPrefix(tt.name, "one that") {
					turns(ctx, 3)
				}
				g := graph.Capture(ctx)
				if diff := cmp.Diff(tt.want, doing(g)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				if c := cycles(g); c != nil {
					t.Errorf("cycles: %v", c)
				}
				for _, task := range g.Tasks {
					if (task.State == graph.Waiting) != (task.Waits != graph.Ref{}) {
						t.Errorf("%s is %s and waits for %v", task.Name, task.State, task.Waits)
					}
				}
				for _, task := range tasks.All(ctx) {
					if task != tasks.Current(ctx) {
						task.Cancel()
					}
				}
			})
		})
	}
}

// begun tells of each untilEnd that it runs.
var begun = make(chan bool, 2)

// untilEnd is a function for other goroutines.
func untilEnd(ctx context.Context) (int, error) {
	begun <- true
	<-ctx.Done()
	return 0, nil
}

type later func()

func (f later) Run() { f() }
