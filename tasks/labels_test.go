package tasks_test

// The pprof labels of tasks.

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"testing"
	"time"
	"weak"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// labels returns what ctx has, as the profiles write it: {"a":"1", "b":"2"}.
func labels(ctx context.Context) string {
	var all []string
	pprof.ForLabels(ctx, func(key, value string) bool {
		all = append(all, `"`+key+`":"`+value+`"`)
		return true
	})
	return "{" + strings.Join(all, ", ") + "}"
}

// inProfile returns the labels that the goroutine profile has for the stack with
// the function.
func inProfile(t *testing.T, function string) string {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(b.String(), "\n\n") {
		if strings.Contains(part, function+"+0x") {
			_, rest, _ := strings.Cut(part, "# labels: ")
			found, _, _ := strings.Cut(rest, "\n")
			return found
		}
	}
	t.Errorf("no %s in the profile\n%s", function, &b)
	return ""
}

//go:noinline
func parked(ctx context.Context, f *futures.Future[int]) error {
	_, err := f.Await(ctx)
	return err
}

func TestTaskLabels(t *testing.T) {
	leak.Check(t)
	base := pprof.WithLabels(context.Background(), pprof.Labels("service", "shop"))
	tests := []struct {
		name string
		opts []eventloop.Option
		main string // labels in the main task
		do   string // within pprof.Do
		late string // of a task that was created there, after a wait
	}{
		{"with labels", []eventloop.Option{eventloop.WithTaskLabels()},
			`{"service":"shop", "task":"main"}`,
			`{"request":"7", "service":"shop", "task":"main"}`,
			`{"request":"7", "service":"shop", "task":"late"}`},
		{"without", nil, `{"service":"shop"}`, `{"request":"7", "service":"shop"}`, `{"request":"7", "service":"shop"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := eventloop.New(append(tt.opts, eventloop.WithValues(base), eventloop.WithClock(new(eventloop.VirtualClock)))...)
			defer l.Close()
			var got []string
			main := tasks.Go(l.Context(base), func(ctx context.Context) error {
				got = append(got, labels(ctx))
				done := futures.New[int](ctx)
				var late *tasks.Task[struct{}]
				pprof.Do(ctx, pprof.Labels("request", "7"), func(ctx context.Context) {
					got = append(got, labels(ctx))
					late = tasks.Go(ctx, func(ctx context.Context) error {
						tasks.Sleep(ctx, time.Second)
						got = append(got, labels(ctx))
						return parked(ctx, done)
					}, tasks.WithName("late"))
				})
				tasks.Sleep(ctx, time.Minute)
				if len(tt.opts) > 0 {
					got = append(got, inProfile(t, "tasks_test.parked"), inProfile(t, "tasks_test.TestTaskLabels.func1.1"))
				}
				done.SetResult(1)
				_, err := late.Await(ctx)
				return err
			}, tasks.WithName("main"))
			if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
				t.Fatalf("%v, %v", err, main.Err())
			}
			want := []string{tt.main, tt.do, tt.late}
			if len(tt.opts) > 0 {
				want = append(want, tt.late, tt.main)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A goroutine that has run a task with labels keeps none of them for the next.
func TestTaskLabelsOnAUsedStack(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithTaskLabels())
	defer l.Close()
	for _, name := range []string{"one", "two"} {
		task := tasks.FromSeq(l.Context(context.Background()), func(ctx context.Context) coro.Seq {
			return func(yield func(coro.Awaitable) bool) {
				yield(nil)
				if got, want := inProfile(t, "tasks_test.TestTaskLabelsOnAUsedStack.func1.1"), `{"task":"`+name+`"}`; !strings.Contains(got, want) {
					t.Errorf("labels %s, want %s", got, want)
				}
			}
		}, tasks.WithName(name))
		if err := l.RunUntilComplete(task); err != nil {
			t.Fatal(err)
		}
	}
}

// A ctx that was derived from a decorated one ends with it, without a goroutine
// to watch that.
func TestDerivedFromALabelledContext(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithTaskLabels())
	defer l.Close()
	var derived context.Context
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		n := runtime.NumGoroutine()
		var cancel context.CancelFunc
		derived, cancel = context.WithCancel(ctx)
		t.Cleanup(cancel)
		if now := runtime.NumGoroutine(); now != n {
			t.Errorf("%d goroutines more", now-n)
		}
		return derived.Err()
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Fatalf("%v, %v", err, main.Err())
	}
	if derived.Err() == nil {
		t.Error("it has not ended with its task")
	}
}

// A chain of tasks, each made by the last, does not keep its ancestors alive by
// what their ctx are decorated with.
func TestDecoratedTasksDropTheirAncestors(t *testing.T) {
	for _, traced := range []bool{false, true} {
		name := "labels"
		if traced {
			name = "labels and a trace"
		}
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			if traced {
				if err := trace.Start(io.Discard); err != nil {
					t.Skip(err)
				}
				defer trace.Stop()
			}
			l := eventloop.New(eventloop.WithTaskLabels())
			defer l.Close()
			type big struct{ data [1 << 12]byte }
			var ancestors []weak.Pointer[big]
			var contexts []weak.Pointer[tasks.Task[struct{}]]
			ended := futures.On[context.Context](l)
			var respawn func(n int) func(ctx context.Context) error
			respawn = func(n int) func(ctx context.Context) error {
				b := new(big)
				ancestors = append(ancestors, weak.Make(b))
				return func(ctx context.Context) error {
					if n == 0 {
						return ended.SetResult(ctx)
					}
					contexts = append(contexts, weak.Make(tasks.Go(ctx, respawn(n-1))))
					b.data[0]++
					return nil
				}
			}
			tasks.Go(l.Context(context.Background()), respawn(50))
			if err := l.RunUntilComplete(ended); err != nil {
				t.Fatal(err)
			}
			last, _ := ended.Result()
			if n := alive(ancestors); n > stacks {
				t.Errorf("%d of %d ancestors are alive", n, len(ancestors))
			}
			if n := alive(contexts); n > stacks {
				t.Errorf("%d of %d tasks are alive", n, len(contexts))
			}
			runtime.KeepAlive(last)
		})
	}
}
