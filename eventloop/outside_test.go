package eventloop_test

// What joins a loop to other goroutines.

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// An extension writes down when it is told of the end.
type extension struct {
	name string
	told *[]string
}

func (e *extension) LoopClosed() { *e.told = append(*e.told, e.name) }

func TestExtensions(t *testing.T) {
	leak.Check(t)
	var told []string
	made := 0
	maker := func(name string) func() eventloop.Extension {
		return func() eventloop.Extension { made++; return &extension{name, &told} }
	}
	l := eventloop.New(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {}))
	if e := l.Extension("b", nil); e != nil {
		t.Errorf("one that was not made: %v", e)
	}
	b, a := l.Extension("b", maker("b")), l.Extension("a", maker("a"))
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if l.Extension("b", maker("b again")) != b || l.Extension("a", nil) != a {
				t.Error("not the one that was made first")
			}
		})
	}
	wg.Wait()
	task := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		defer func() { told = append(told, "task") }()
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	})
	turn(t, l)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	// The tasks first, then the extensions as they were made.
	if diff := cmp.Diff([]string{"task", "b", "a"}, told); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if e := l.Extension("b", maker("late")); e != nil || made != 2 || !task.Done() {
		t.Errorf("on a closed loop: %v; %d made", e, made)
	}
}

func TestPostRunnables(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var got []string
	l.Retain()
	go func() {
		l.Post(runner(func() { got = append(got, "posted") }))
		l.PostAndRelease(runner(func() { got = append(got, "released"); l.Stop() }))
	}()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"posted", "released"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var dead *eventloop.DeadlockError
	if err := l.RunForever(); !errors.As(err, &dead) {
		t.Errorf("%v, want a deadlock, as nothing holds the loop", err)
	}
	l.Close()
	for _, err := range []error{l.Post(runner(func() {})), l.PostAndRelease(runner(func() {}))} {
		if err != eventloop.ErrLoopClosed {
			t.Errorf("on a closed loop: %v", err)
		}
	}
}

// runner is a function as a Runnable.
type runner func()

func (r runner) Run() { r() }

// A Retain stops virtual time and keeps the loop from being deadlocked; an Expect does
// only the latter.
func TestRetainAndExpect(t *testing.T) {
	for _, tt := range []struct {
		name       string
		take, drop func(l *eventloop.Loop)
		want       time.Duration // when the world ends it, after an hour
	}{
		{"Retain", (*eventloop.Loop).Retain, (*eventloop.Loop).Release, 0},
		{"Expect", (*eventloop.Loop).Expect, (*eventloop.Loop).Unexpect, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)))
				defer l.Close()
				l.CallLater(time.Minute, func() {})
				tt.take(l)
				var ended time.Duration
				time.AfterFunc(time.Hour, func() {
					l.CallSoonThreadsafe(func() {
						ended = l.Time()
						go tt.drop(l)
					})
				})
				var dead *eventloop.DeadlockError
				if err := l.RunForever(); !errors.As(err, &dead) {
					t.Errorf("%v, want a deadlock in the end", err)
				}
				if ended != tt.want || l.Time() != time.Minute {
					t.Errorf("virtual time was %v when it ended, %v at the end", ended, l.Time())
				}
			})
		})
	}
}
