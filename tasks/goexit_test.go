package tasks_test

// Tasks that call runtime.Goexit, as t.FailNow does.

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// runGone runs fn as a main task on a goroutine of its own, and reports whether
// Run returned there, rather than let the goroutine exit.
func runGone(r *reports, fn func(ctx context.Context) error) (returned bool) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		runErr(fn, r.option())
		returned = true
	}()
	<-gone
	return returned
}

// The dead task ends with ErrGoexit; the others are cancelled and get to their
// end; then the goroutine of Run exits.
func TestGoexitInATask(t *testing.T) {
	type fn = func(ctx context.Context) error
	exit := func(ctx context.Context) error {
		tasks.Sleep(ctx, time.Second)
		runtime.Goexit()
		return nil
	}
	for _, tt := range []struct {
		name string
		// main makes the task that dies, gives it to dead, and awaits.
		main func(ctx context.Context, dead func(*tasks.Task[struct{}])) error
	}{
		{"child, main awaits it", func(ctx context.Context, dead func(*tasks.Task[struct{}])) error {
			child := tasks.Go(ctx, exit, tasks.WithName("child"))
			dead(child)
			_, err := child.Await(ctx)
			return err
		}},
		{"child, main sleeps", func(ctx context.Context, dead func(*tasks.Task[struct{}])) error {
			dead(tasks.Go(ctx, exit, tasks.WithName("child")))
			return tasks.Sleep(ctx, time.Hour)
		}},
		{"at its first step", func(ctx context.Context, dead func(*tasks.Task[struct{}])) error {
			dead(tasks.Go(ctx, func(context.Context) error { runtime.Goexit(); return nil }, tasks.WithName("child")))
			return tasks.Sleep(ctx, time.Hour)
		}},
		{"with cleanup that awaits", func(ctx context.Context, dead func(*tasks.Task[struct{}])) error {
			dead(tasks.Go(ctx, func(ctx context.Context) error {
				defer func() { fails(t, "the await of the cleanup", tasks.Sleep(ctx, time.Second), "nil") }()
				return exit(ctx)
			}, tasks.WithName("child")))
			return tasks.Sleep(ctx, time.Hour)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var r reports
			var dead, sibling *tasks.Task[struct{}]
			cleanedUp := 0
			returned := runGone(&r, func(ctx context.Context) error {
				cleansUp := func(ctx context.Context) error {
					err := tasks.Sleep(ctx, time.Hour)
					if tasks.Sleep(ctx, time.Minute) == nil {
						cleanedUp++
					}
					return err
				}
				sibling = tasks.Go(ctx, cleansUp)
				tasks.Go(ctx, fn(cleansUp))
				return tt.main(ctx, func(task *tasks.Task[struct{}]) { dead = task })
			})
			equal(t, "Run returned", returned, false)
			fails(t, "the dead task", dead.Err(), coro.ErrGoexit.Error())
			equal(t, "sibling cancelled", sibling.Cancelled(), true)
			equal(t, "siblings that cleaned up", cleanedUp, 2)
			equal(t, "reports", r.lines, nil) // the exit of the goroutine says it all
		})
	}
}

func TestGoexitInTheMainTask(t *testing.T) {
	leak.Check(t)
	var r reports
	cleanedUp := false
	returned := runGone(&r, func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, time.Hour)
			cleanedUp = tasks.Sleep(ctx, time.Minute) == nil
			return err
		})
		tasks.Sleep(ctx, 0)
		runtime.Goexit()
		return nil
	})
	equal(t, "Run returned", returned, false)
	equal(t, "the other task cleaned up", cleanedUp, true)
	equal(t, "reports", r.lines, nil)
}

// In an eager first step it passes the nested coroutines, and takes the creators
// along: all of them are complete.
func TestGoexitInAnEagerStep(t *testing.T) {
	leak.Check(t)
	var r reports
	var all []*tasks.Task[struct{}]
	cleanedUp := 0
	returned := runGone(&r, func(ctx context.Context) error {
		var nest func(depth int) func(ctx context.Context) error
		nest = func(depth int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				all = append(all, tasks.Current(ctx).(*tasks.Task[struct{}]))
				defer func() { cleanedUp++ }()
				if depth == 0 {
					runtime.Goexit()
				}
				tasks.Go(ctx, nest(depth-1), tasks.Eager(true))
				return nil
			}
		}
		tasks.Go(ctx, nest(3))
		return tasks.Sleep(ctx, time.Hour)
	})
	equal(t, "Run returned", returned, false)
	equal(t, "tasks", len(all), 4)
	for _, task := range all {
		fails(t, task.Name(), task.Err(), coro.ErrGoexit.Error())
	}
	equal(t, "deferred functions that ran", cleanedUp, 4)
	equal(t, "reports", r.lines, nil)
}

// In a callback no task dies of it.
func TestGoexitInACallback(t *testing.T) {
	leak.Check(t)
	var r reports
	cleanedUp := false
	returned := runGone(&r, func(ctx context.Context) error {
		eventloop.FromContext(ctx).CallLater(time.Second, runtime.Goexit)
		err := tasks.Sleep(ctx, time.Hour)
		fails(t, "the sleep of main", err, "cancelled()")
		cleanedUp = true
		return err
	})
	equal(t, "Run returned", returned, false)
	equal(t, "main cleaned up", cleanedUp, true)
	equal(t, "reports", r.lines, nil)
}

// Two that die in one iteration: the second dies during the shutdown that the
// first began.
func TestGoexitDuringTheShutdown(t *testing.T) {
	leak.Check(t)
	var r reports
	cleanedUp := false
	returned := runGone(&r, func(ctx context.Context) error {
		for range 3 {
			tasks.Go(ctx, func(ctx context.Context) error {
				tasks.Sleep(ctx, time.Second)
				runtime.Goexit()
				return nil
			})
		}
		err := tasks.Sleep(ctx, time.Hour)
		cleanedUp = tasks.Sleep(ctx, time.Minute) == nil
		return err
	})
	equal(t, "Run returned", returned, false)
	equal(t, "main cleaned up", cleanedUp, true)
}

// So does one that dies when there is no shutdown left: in the Close of a loop.
func TestGoexitInTheCloseOfALoop(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {}))
	var unwound []string
	var all []tasks.Any
	for _, name := range []string{"a", "b", "c"} {
		all = append(all, tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
			defer func() { unwound = append(unwound, name) }()
			fails(t, "the sleep", tasks.Sleep(ctx, time.Hour), coro.ErrClosed.Error())
			if name != "c" {
				runtime.Goexit()
			}
			return nil
		}))
	}
	l.CallSoon(l.Stop)
	l.RunForever()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		l.Close()
	}()
	<-gone
	equal(t, "unwound", unwound, []string{"a", "b", "c"})
	for _, task := range all {
		equal(t, "Done", task.Done(), true)
	}
	equal(t, "left", len(tasks.AllOf(l)), 0)
}
