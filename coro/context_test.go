package coro_test

// The ctx of a task: its values, its end, and what package context makes of it.

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/google/go-cmp/cmp"
)

// run runs fn as a main task in virtual time.
func run(t *testing.T, fn func(ctx context.Context) error) {
	t.Helper()
	runIn(t, context.Background(), fn)
}

func runIn(t *testing.T, ctx context.Context, fn func(ctx context.Context) error) {
	t.Helper()
	leak.Check(t)
	if err := runners.Run(ctx, fn, runners.WithVirtualTime()); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// pass gives way once.
func pass(ctx context.Context) error { return coro.Await(ctx, nil) }

type valueKey string

func TestValuesAreInherited(t *testing.T) {
	var got []any
	outer := context.WithValue(context.Background(), valueKey("run"), "r")
	runIn(t, outer, func(ctx context.Context) error {
		ctx = context.WithValue(ctx, valueKey("main"), "m")
		child := tasks.Go(ctx, func(ctx context.Context) error {
			ctx = context.WithValue(ctx, valueKey("child"), "c")
			return timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
				ctx.Done() // it answers the same with all its parts made
				for _, k := range []valueKey{"run", "main", "child", "none"} {
					got = append(got, ctx.Value(k))
				}
				return nil
			})
		})
		_, err := child.Await(ctx)
		got = append(got, ctx.Value(valueKey("child")))
		return err
	})
	if diff := cmp.Diff([]any{"r", "m", "c", nil, nil}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A child has the values of the ctx that it was created with, and nothing else:
// neither its deadline, nor its end.
func TestEndsAreNotInherited(t *testing.T) {
	run(t, func(ctx context.Context) error {
		derived, cancel := context.WithTimeout(context.WithValue(ctx, valueKey("k"), "v"), time.Hour)
		child := tasks.Go(derived, func(ctx context.Context) error {
			cancel()
			if _, ok := ctx.Deadline(); ok {
				t.Error("the child has a deadline")
			}
			if err := pass(ctx); err != nil {
				t.Errorf("await after the end of the creator's ctx: %v", err)
			}
			if ctx.Err() != nil {
				t.Errorf("the child's ctx has ended: %v", ctx.Err())
			}
			if v := ctx.Value(valueKey("k")); v != "v" {
				t.Errorf("value %v, want v", v)
			}
			return nil
		})
		_, err := child.Await(ctx)
		return err
	})
}

func TestEndOfATaskEndsItsContext(t *testing.T) {
	for _, asked := range []bool{false, true} {
		t.Run(fmt.Sprintf("asked=%t", asked), func(t *testing.T) {
			run(t, func(ctx context.Context) error {
				var own context.Context
				child := tasks.Go(ctx, func(ctx context.Context) error {
					own = ctx
					if asked {
						ctx.Done()
					}
					if ctx.Err() != nil {
						t.Errorf("Err while it runs: %v", ctx.Err())
					}
					return nil
				})
				if _, err := child.Await(ctx); err != nil {
					return err
				}
				select {
				case <-own.Done():
				default:
					t.Error("Done is open after the end")
				}
				if own.Err() != context.Canceled {
					t.Errorf("Err %v, want context.Canceled", own.Err())
				}
				derived, cancel := context.WithCancel(own)
				defer cancel()
				if derived.Err() != context.Canceled {
					t.Errorf("Err of one derived later %v, want context.Canceled", derived.Err())
				}
				return nil
			})
		})
	}
}

// Cancel closes Done for others, and leaves the task's own awaits open.
func TestCancelIsAnEdgeForTheTaskAndALevelForOthers(t *testing.T) {
	var got []string
	run(t, func(ctx context.Context) error {
		child := tasks.Go(ctx, func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			err := tasks.Sleep(ctx, time.Hour)
			logf(&got, "await: %v", err)
			logf(&got, "ctx: %v, cause: %v", ctx.Err(), context.Cause(ctx))
			logf(&got, "derived: %v, cause: %v", derived.Err(), context.Cause(derived))
			var c *futures.CancelledError
			logf(&got, "the cause is typed: %t", errors.As(context.Cause(derived), &c))
			logf(&got, "cleanup: %v", tasks.Sleep(ctx, time.Second))
			logf(&got, "with a value: %v", pass(context.WithValue(ctx, valueKey("k"), 1)))
			logf(&got, "without cancel: %v", pass(context.WithoutCancel(ctx)))
			logf(&got, "derived await: %v", pass(derived))
			return err
		})
		if err := pass(ctx); err != nil {
			return err
		}
		child.Cancel("enough")
		child.Await(ctx)
		return nil
	})
	want := []string{
		"await: asyncio: cancelled: enough",
		"ctx: context canceled, cause: asyncio: cancelled: enough",
		"derived: context canceled, cause: asyncio: cancelled: enough",
		"the cause is typed: true",
		"cleanup: <nil>",
		"with a value: <nil>",
		"without cancel: <nil>",
		"derived await: context canceled",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A timeout that is handled leaves the ctx of its task open.
func TestScopesEndAlone(t *testing.T) {
	run(t, func(ctx context.Context) error {
		var scope context.Context
		err := timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
			scope = ctx
			err := tasks.Sleep(ctx, time.Hour)
			if ctx.Err() != context.Canceled {
				t.Errorf("Err of the scope %v, want context.Canceled", ctx.Err())
			}
			if err := pass(ctx); err != nil {
				t.Errorf("a second await in the scope: %v, want none: it is an edge", err)
			}
			return err
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("timeout: %v", err)
		}
		if scope.Err() == nil || ctx.Err() != nil {
			t.Errorf("scope: %v, task: %v, want only the scope ended", scope.Err(), ctx.Err())
		}
		return nil
	})
}

// Done, Err and Value of a task's ctx may be used on any goroutine.
func TestContextFromOtherGoroutines(t *testing.T) {
	run(t, func(ctx context.Context) error {
		var wg sync.WaitGroup
		defer wg.Wait()
		for range 20 {
			child := tasks.Go(context.WithValue(ctx, valueKey("k"), "v"), func(ctx context.Context) error {
				for range 4 {
					wg.Go(func() {
						derived, cancel := context.WithCancel(ctx)
						defer cancel()
						if ctx.Value(valueKey("k")) != "v" {
							t.Error("value lost")
						}
						ctx.Err()
						<-ctx.Done()
						<-derived.Done()
						if ctx.Err() != context.Canceled {
							t.Errorf("Err after Done: %v", ctx.Err())
						}
					})
				}
				if err := pass(ctx); err != nil {
					return err
				}
				return tasks.Sleep(ctx, time.Hour)
			})
			if err := pass(ctx); err != nil {
				return err
			}
			child.Cancel()
			child.Await(ctx)
		}
		return nil
	})
}

func TestContextWithoutATask(t *testing.T) {
	leak.Check(t)
	if c, foreign := coro.FromContext(context.Background()); c != nil || foreign != nil {
		t.Errorf("FromContext of a ctx without a loop: %v, %v", c, foreign)
	}
	const want = "asyncio: ctx has no event loop; pass the ctx that the task's function received"
	if got := mustPanic(t, func() { coro.Await(context.Background(), nil) }); got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	l := eventloop.New()
	defer l.Close()
	ctx := l.Context(context.Background())
	if err := coro.Await(ctx, nil); err != coro.ErrNoTask {
		t.Errorf("await outside a task: %v, want ErrNoTask", err)
	}
	if eventloop.FromContext(ctx) != l {
		t.Error("the loop's ctx does not find the loop")
	}
}
