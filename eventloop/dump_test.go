package eventloop_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// dump returns what l.Dump writes.
func dump(t *testing.T, ctx context.Context, l *eventloop.Loop) string {
	t.Helper()
	var b bytes.Buffer
	if err := l.Dump(ctx, &b); err != nil {
		t.Errorf("Dump: %v", err)
	}
	return b.String()
}

// has fails t unless text has all of these.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

func TestDump(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New()
		defer l.Close()
		f := futures.On[int](l)
		ctx := l.Context(context.Background())
		tasks.Create(ctx, f.Await, tasks.WithName("waiter"))
		main := tasks.Go(ctx, func(ctx context.Context) error {
			has(t, dump(t, ctx, l), "asyncio: 2 tasks at ", "waiter: waiting", "main: running", "eventloop_test.TestDump")
			return tasks.Sleep(ctx, time.Minute)
		}, tasks.WithName("main"))
		time.AfterFunc(time.Second, func() {
			has(t, dump(t, t.Context(), l), "waiter: waiting 1s for future 1", "main: waiting 1s for sleep (59s left)")
			l.CallSoonThreadsafe(func() { f.SetResult(1) })
		})
		if err := l.RunUntilComplete(main); err != nil {
			t.Error(err)
		}
	})
}

// A loop that does not answer is stuck, and in what is shown.
func TestDumpOfAStuckLoop(t *testing.T) {
	for name, opts := range map[string][]eventloop.Option{
		"watched": {eventloop.WithSlowCallbackDuration(time.Hour)}, "not watched": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				l := eventloop.New(opts...)
				defer l.Close()
				c := make(chan int)
				main := tasks.Go(l.Context(context.Background()), func(context.Context) error { receive(c); return nil }, tasks.WithName("main"))
				time.AfterFunc(time.Second, func() {
					text := dump(t, context.Background(), l)
					has(t, text, "has not answered for 1s", "eventloop_test.receive")
					if opts != nil {
						has(t, text, "task main has been running for 2s")
					}
					c <- 1
				})
				if err := l.RunUntilComplete(main); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestDumpWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New()
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		var b bytes.Buffer
		if err := l.Dump(ended, &b); !errors.Is(err, context.Canceled) {
			t.Errorf("with a ctx that has ended: %v", err)
		}
		if err := l.Dump(t.Context(), &b); !errors.Is(err, eventloop.ErrNoAnswer) {
			t.Errorf("of a loop that does not run: %v", err)
		}
		l.Close()
		if err := l.Dump(t.Context(), &b); !errors.Is(err, eventloop.ErrLoopClosed) {
			t.Errorf("of a closed loop: %v", err)
		}
		if b.Len() > 0 {
			t.Errorf("written: %s", b.String())
		}
	})
}
