package coro_test

// Values that a ctx gets besides its parent's.

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// with returns a function for Decorate that adds one value.
func with(k valueKey, v any) func(context.Context) context.Context {
	return func(ctx context.Context) context.Context { return context.WithValue(ctx, k, v) }
}

func TestDecorate(t *testing.T) {
	var got []any
	outer := context.WithValue(context.WithValue(context.Background(), valueKey("run"), "r"), valueKey("both"), "r")
	runIn(t, outer, func(ctx context.Context) error {
		own := coro.Own(ctx)
		done := ctx.Done()
		values := func(ctx context.Context) {
			got = append(got, []any{ctx.Value(valueKey("run")), ctx.Value(valueKey("both")), ctx.Value(valueKey("more"))})
		}
		own.Decorate(with("more", 1))
		values(ctx)
		own.Decorate(with("both", 2)) // in place of the first
		values(ctx)
		values(coro.NewScope(ctx))
		if ctx.Done() != done {
			t.Error("it has another Done channel")
		}
		child := tasks.Go(ctx, func(ctx context.Context) error { values(ctx); return nil })
		if _, err := child.Await(ctx); err != nil {
			return err
		}
		n := runtime.NumGoroutine()
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		if runtime.NumGoroutine() != n {
			t.Error("a derived ctx needs a goroutine")
		}
		own.Cancel(errors.New("stop"))
		if context.Cause(derived).Error() != "stop" {
			t.Errorf("derived: %v", context.Cause(derived))
		}
		return nil
	})
	want := []any{[]any{"r", "r", 1}, []any{"r", 2, nil}, []any{"r", 2, nil}, []any{"r", "r", nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A ctx that has ended is left as it is.
func TestDecorateAnEndedContext(t *testing.T) {
	run(t, func(ctx context.Context) error {
		child := tasks.Go(ctx, func(context.Context) error { return nil })
		if _, err := child.Await(ctx); err != nil {
			return err
		}
		coro.Own(child.Context()).Decorate(with("more", 1))
		if v := child.Context().Value(valueKey("more")); v != nil || child.Context().Err() == nil {
			t.Errorf("value %v, error %v", v, child.Context().Err())
		}
		return nil
	})
}

// Other goroutines may use the ctx meanwhile.
func TestDecorateWhileOthersLook(t *testing.T) {
	run(t, func(ctx context.Context) error {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 100 {
					ctx.Value(valueKey("more"))
					ctx.Err()
					ctx.Done()
				}
			})
		}
		for i := range 100 {
			coro.Own(ctx).Decorate(with("more", i))
		}
		wg.Wait()
		return nil
	})
}
