package tasks_test

// Raw generators as tasks: FromSeq.

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// A yield is what yield is to a generator.
type yield = func(coro.Awaitable) bool

// seq makes gen a raw generator for FromSeq.
func seq(gen func(yield)) func(context.Context) coro.Seq {
	return func(context.Context) coro.Seq { return gen }
}

func TestGeneratorRunsInSteps(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var events []string
		fut := futures.New[int](ctx)
		task := tasks.FromSeq(ctx, seq(func(yield yield) {
			events = append(events, "begin")
			equal(t, "bare yield", yield(nil), true)
			events = append(events, "after a bare yield")
			equal(t, "yield of a future", yield(fut), true)
			events = append(events, "after a future")
		}), tasks.WithName("gen"))
		for range 3 {
			turns(ctx, 1)
			events = append(events, "turn")
		}
		fut.SetResult(7)
		equal(t, "Done", task.Done(), false)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "nil")
		equal(t, "Name", task.Name(), "gen")
		equal(t, "events", events, []string{"begin", "turn", "after a bare yield", "turn", "turn", "after a future"})
	})
}

// A cancellation, and the error of what it awaits, reach a generator as a yield
// that returns false; that error is its outcome unless coro.Wait takes it.
func TestErrorsThrownIntoAGenerator(t *testing.T) {
	for _, tt := range []struct {
		name string
		gen  func(fut coro.Awaitable, yield yield)
		end  func(task *tasks.Task[struct{}], fut *futures.Future[int])
		want string
	}{
		{"cancelled, and returns", func(fut coro.Awaitable, yield yield) {
			if yield(fut) {
				panic("resumed")
			}
		}, cancelGen, "cancelled(stop)"},
		{"cancelled, and does not look", func(fut coro.Awaitable, yield yield) { yield(fut) }, cancelGen, "cancelled(stop)"},
		{"cancelled, and cleans up", func(fut coro.Awaitable, yield yield) {
			yield(fut)
			for range 2 {
				if !yield(nil) {
					panic("the cleanup was not resumed")
				}
			}
		}, cancelGen, "cancelled(stop)"},
		{"cancelled, and takes it", func(fut coro.Awaitable, yield yield) {
			if err := coro.Wait(yield, fut); !futures.IsCancelled(err) {
				panic(err)
			}
		}, cancelGen, "nil"},
		{"cancelled at a bare yield, and takes it", func(fut coro.Awaitable, yield yield) {
			yield(nil)
			for coro.Wait(yield, nil) == nil {
			}
		}, cancelGen, "nil"},
		{"error, and returns", func(fut coro.Awaitable, yield yield) { yield(fut) }, failGen, errTest.Error()},
		{"error, and takes it", func(fut coro.Awaitable, yield yield) { coro.Wait(yield, fut) }, failGen, "nil"},
		{"error, and a later one", func(fut coro.Awaitable, yield yield) {
			yield(fut)
			yield(fut) // is done, and fails again
		}, failGen, errTest.Error()},
		{"result", func(fut coro.Awaitable, yield yield) {
			if !yield(fut) {
				panic("not resumed")
			}
		}, func(_ *tasks.Task[struct{}], fut *futures.Future[int]) { fut.SetResult(1) }, "nil"},
		{"panic", func(fut coro.Awaitable, yield yield) {
			yield(fut)
			panic("boom")
		}, cancelGen, "panic(boom)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				fut := futures.New[int](ctx)
				task := tasks.FromSeq(ctx, seq(func(yield yield) { tt.gen(fut, yield) }))
				turns(ctx, 2)
				tt.end(task, fut)
				_, err := task.Await(ctx)
				fails(t, "the task", err, tt.want)
			})
		})
	}
}

func cancelGen(task *tasks.Task[struct{}], _ *futures.Future[int]) { task.Cancel("stop") }
func failGen(_ *tasks.Task[struct{}], fut *futures.Future[int])    { fut.SetError(errTest) }

// Generators compose by a call with the outer one's yield, as Python's yield
// from does; so does cleanup that awaits.
func TestGeneratorsCompose(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var events []string
		work, lock := futures.New[int](ctx), futures.New[int](ctx)
		release := func(yield yield) {
			events = append(events, "releasing")
			if err := coro.Wait(yield, lock); err != nil {
				events = append(events, describe(err))
			}
			events = append(events, "released")
		}
		child := func(yield yield) {
			defer release(yield)
			if err := coro.Wait(yield, work); err != nil {
				events = append(events, describe(err))
				return
			}
			events = append(events, "worked")
		}
		task := tasks.FromSeq(ctx, seq(func(yield yield) {
			child(yield)
			events = append(events, "parent goes on")
		}))
		turns(ctx, 1)
		task.Cancel("first")
		turns(ctx, 1)
		equal(t, "events so far", events, []string{"cancelled(first)", "releasing"})
		task.Cancel("second")
		_, err := task.Await(ctx)
		fails(t, "the task", err, "nil") // both cancellations were taken
		equal(t, "Cancelling", task.Cancelling(), 2)
		equal(t, "events", events, []string{
			"cancelled(first)", "releasing", "cancelled(second)", "released", "parent goes on"})
	})
}

// The ctx that gen gets is the task's: functions that await may be called from a
// generator, within its steps.
func TestGeneratorMayCallFunctionsThatAwait(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.FromSeq(ctx, func(ctx context.Context) coro.Seq {
			return func(yield yield) {
				equal(t, "current", tasks.Current(ctx).Name(), "gen")
				yield(nil)
				fails(t, "Sleep", tasks.Sleep(ctx, time.Second), "nil")
				yield(nil)
			}
		}, tasks.WithName("gen"))
		_, err := task.Await(ctx)
		fails(t, "the task", err, "nil")
		equal(t, "time", now(ctx), time.Second)
	})
}

// A generator is an ordinary iterator as well: any other driver may step it.
func TestGeneratorByHand(t *testing.T) {
	l := eventloop.New()
	defer l.Close()
	fut := futures.On[int](l)
	gen := func(yield yield) {
		for _, a := range []coro.Awaitable{nil, fut, nil} {
			if !yield(a) {
				return
			}
		}
	}
	got := slices.Collect(coro.Seq(gen))
	equal(t, "is the future", []bool{got[0] == fut, got[1] == fut, got[2] == fut}, []bool{false, true, false})
}

// A yield of something that is done takes a turn, unlike an await.
func TestYieldOfWhatIsDoneTakesATurn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		fut.SetResult(1)
		var events []string
		tasks.FromSeq(ctx, seq(func(yield yield) {
			events = append(events, "yields")
			yield(fut)
			events = append(events, "is resumed")
		}))
		tasks.Go(ctx, func(ctx context.Context) error {
			events = append(events, "another task")
			return nil
		})
		turns(ctx, 3)
		equal(t, "events", events, []string{"yields", "another task", "is resumed"})
	})
}

// A generator whose maker returns nil, or panics, is a task that panicked.
func TestGeneratorThatCannotBeMade(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for want, gen := range map[string]func(context.Context) coro.Seq{
			"panic(asyncio: coro.FromSeq of a nil generator)": func(context.Context) coro.Seq { return nil },
			"panic(boom)": func(context.Context) coro.Seq { panic("boom") },
		} {
			_, err := tasks.FromSeq(ctx, gen).Await(ctx)
			fails(t, "the task", err, want)
		}
	})
}
