package eventloop_test

// What other goroutines may do to a loop. These tests are for the race detector
// as well.

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// Callbacks posted by one goroutine run in order, each once, on the loop.
func TestPostsFromManyGoroutines(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	const posters, each = 100, 50
	last := make([]int, posters) // only callbacks touch it
	left := posters * each
	release := l.Hold()
	for p := range posters {
		go func() {
			for i := 1; i <= each; i++ {
				_, err := l.CallSoonThreadsafe(func() {
					if last[p] != i-1 {
						t.Errorf("poster %d: %d came after %d", p, i, last[p])
					}
					last[p] = i
					if left--; left == 0 {
						l.Stop()
					}
				})
				if err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	release()
	for p, n := range last {
		if n != each {
			t.Errorf("poster %d: %d callbacks ran, want %d", p, n, each)
		}
	}
}

// A post wakes a loop that is parked, for ever or until a timer.
func TestPostWakesAParkedLoop(t *testing.T) {
	for _, timer := range []bool{false, true} {
		t.Run(fmt.Sprintf("timer=%t", timer), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				l := eventloop.New()
				defer l.Close()
				if timer {
					l.CallLater(time.Hour, func() { t.Error("the timer fired first") })
				}
				for i := range 3 {
					time.AfterFunc(time.Duration(i+1)*time.Second, func() {
						l.CallSoonThreadsafe(func() {
							if want := time.Duration(i+1) * time.Second; l.Time() != want {
								t.Errorf("woken at %v, want %v", l.Time(), want)
							}
							if i == 2 {
								l.Stop()
							}
						})
					})
				}
				if err := l.RunForever(); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// A post before the run is not lost.
func TestPostBeforeTheRun(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	l.CallSoonThreadsafe(l.Stop)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}

// CPython 3.14: the handle of a post may be cancelled on another goroutine while
// the loop is about to run it. It is either cancelled or run.
func TestCancelRacesTheRun(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	const n = 5000
	ran := make([]bool, n) // only callbacks touch it
	handles := make([]*eventloop.Handle, n)
	var cancellers sync.WaitGroup
	posted := make(chan int, n)
	release := l.Hold()
	defer release()
	for range 2 {
		cancellers.Go(func() {
			for i := range posted {
				handles[i].Cancel()
				handles[i].Cancelled()
			}
		})
	}
	go func() {
		for i := range handles {
			handles[i], _ = l.CallSoonThreadsafe(func() { ran[i] = true })
			posted <- i
		}
		close(posted)
		cancellers.Wait()
		l.CallSoonThreadsafe(l.Stop)
	}()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	for i, h := range handles {
		if h.Cancelled() == ran[i] {
			t.Fatalf("callback %d: cancelled %t, ran %t", i, h.Cancelled(), ran[i])
		}
	}
}

// A callback that cancels its own handle is running already.
func TestCancelOfARunningPost(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	var h *eventloop.Handle
	h, _ = l.CallSoonThreadsafe(func() {
		h.Cancel()
		if h.Cancelled() {
			t.Error("Cancelled, though it runs")
		}
		l.Stop()
	})
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	h.Cancel()
	if h.Cancelled() {
		t.Error("Cancelled, though it ran")
	}
}

// Posting while the loop is being closed gives an error or a handle, never a
// callback after Close has returned.
func TestPostRacesClose(t *testing.T) {
	leak.Check(t)
	for range 50 {
		l := eventloop.New()
		var wg sync.WaitGroup
		var closed atomic.Bool
		for range 4 {
			wg.Go(func() {
				for {
					_, err := l.CallSoonThreadsafe(func() {
						if closed.Load() {
							t.Error("ran after Close")
						}
					})
					if err == eventloop.ErrLoopClosed {
						return
					}
					l.Hold()()
					l.IsClosed()
				}
			})
		}
		turn(t, l)
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		closed.Store(true)
		wg.Wait()
		if _, err := l.CallSoonThreadsafe(func() {}); err != eventloop.ErrLoopClosed {
			t.Errorf("%v, want ErrLoopClosed", err)
		}
	}
}

// What several goroutines bring reaches a task in one piece.
func TestPostsWakeATask(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	const n = 200
	sum := 0 // only callbacks touch it
	var wg sync.WaitGroup
	release := l.Hold()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		for i := range n {
			wg.Go(func() { l.CallSoonThreadsafe(func() { sum += i }) })
		}
		for sum < n*(n-1)/2 {
			if err := tasks.Sleep(ctx, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err := l.RunUntilComplete(main); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	release()
}
