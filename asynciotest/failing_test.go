package asynciotest_test

// Tests that fail, for a child process.

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/asynciotest"
)

func TestFailing(t *testing.T) {
	if os.Getenv("ASYNCIOTEST_FAIL") == "" {
		t.Skip("TestFailures runs these in a process of their own")
	}
	wait := func(ctx context.Context) error { return new(asyncio.Event).Wait(ctx) }
	for _, tt := range []struct {
		name string
		fn   func(t *testing.T, ctx context.Context)
	}{
		{"Error", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, wait, asyncio.WithName("guest"))
			asyncio.Sleep(ctx, time.Hour)
			t.Error("it is late")
		}},
		{"Fatal", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, wait, asyncio.WithName("guest"))
			asyncio.Sleep(ctx, 0)
			t.Fatal("no more")
		}},
		{"FatalInTask", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, wait, asyncio.WithName("guest"))
			asyncio.Go(ctx, func(ctx context.Context) error { t.Fatal("no more"); return nil }).Await(ctx)
		}},
		{"Skip", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, func(ctx context.Context) error { t.Skip("not today"); return nil }).Await(ctx)
		}},
		{"Goexit", func(t *testing.T, ctx context.Context) { runtime.Goexit() }},
		{"Panic", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, wait, asyncio.WithName("guest"))
			asyncio.Sleep(ctx, 0)
			oops()
		}},
		{"PanicInTask", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, func(context.Context) error { oops(); return nil }, asyncio.WithName("bad"))
			asyncio.Sleep(ctx, time.Second)
		}},
		{"Unseen", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, func(context.Context) error { return errors.New("nobody looks") }, asyncio.WithName("bad"))
			asyncio.Sleep(ctx, time.Second)
		}},
		{"Shutdown", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, func(ctx context.Context) error { wait(ctx); return errors.New("cleanup failed") })
			asyncio.Sleep(ctx, time.Second)
		}},
		{"Deadlock", func(t *testing.T, ctx context.Context) {
			guest := asyncio.Go(ctx, wait, asyncio.WithName("guest"))
			asyncio.Sleep(ctx, 5*time.Second)
			guest.Await(ctx)
			defer t.Log("cleaned up")
		}},
		{"DeadlockInCleanup", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, func(ctx context.Context) error {
				wait(ctx)
				return wait(ctx)
			}, asyncio.WithName("guest"))
			asyncio.Sleep(ctx, time.Second)
		}},
		{"DeadlockTwice", func(t *testing.T, ctx context.Context) {
			wait(ctx)
			wait(ctx)
			t.Error("reached")
		}},
		{"Stop", func(t *testing.T, ctx context.Context) {
			asyncio.RunningLoop(ctx).Stop()
			asyncio.Sleep(ctx, time.Hour)
		}},
		{"Goroutine", func(t *testing.T, ctx context.Context) {
			go stay(make(chan int))
		}},
		{"SleepingGoroutine", func(t *testing.T, ctx context.Context) {
			go time.Sleep(time.Hour)
		}},
		{"Passes", func(t *testing.T, ctx context.Context) {
			asyncio.Go(ctx, wait)
			asyncio.Sleep(ctx, time.Hour)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asynciotest.Run(t, func(ctx context.Context) { tt.fn(t, ctx) })
		})
	}
}

func oops() { panic("oops") }

func stay(ch chan int) { <-ch }
