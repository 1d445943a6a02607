package threads_test

// Many goroutines, one loop, random cancellations, and a close in the middle: each that
// asks gets an answer, and no function is called twice. For the race detector above all.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// tally counts answers by kind.
type tally struct {
	mu sync.Mutex
	by map[string]int
}

func (c *tally) count(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = make(map[string]int)
	}
	c.by[kind]++
}

func (c *tally) total() (n int) {
	for _, m := range c.by {
		n += m
	}
	return n
}

// kindOf names an outcome, "" if it is none that is possible.
func kindOf(want, got int, err error) string {
	var p *coro.PanicError
	switch {
	case err == nil && got == want:
		return "value"
	case err == errTest:
		return "error"
	case errors.As(err, &p) && p.Value == "boom":
		return "panic"
	case futures.IsCancelled(err):
		return "cancelled"
	case err == eventloop.ErrLoopClosed, err == coro.ErrClosed, err == threads.ErrShutdown:
		return "closed"
	}
	return ""
}

// something is a function of the i-th kind.
func something(i int, calls *atomic.Int32, pause func(ctx context.Context) error) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if calls.Add(1) > 1 {
			panic(fmt.Sprintf("function %d was called twice", i))
		}
		if err := pause(ctx); err != nil {
			return 0, err
		}
		switch i % 10 {
		case 0:
			return 0, errTest
		case 1:
			panic("boom")
		}
		return i, nil
	}
}

// A thousand goroutines submit to one loop, and wait; some cancel.
func TestThousandGoroutinesOnOneLoop(t *testing.T) {
	for _, close := range []bool{false, true} {
		t.Run(fmt.Sprintf("close=%t", close), func(t *testing.T) {
			leak.Check(t)
			const n = 1000
			var answers tally
			var calls [n]atomic.Int32
			var wg sync.WaitGroup
			quit := make(chan struct{})
			loops := make(chan *eventloop.Loop)
			var gone sync.WaitGroup
			gone.Go(func() {
				err := runners.Run(context.Background(), func(ctx context.Context) error {
					loops <- eventloop.FromContext(ctx)
					_, _, err := threads.Recv(ctx, quit)
					return err
				}, (&reports{}).option())
				fails(t, "the run", err, "nil")
			})
			l := <-loops
			var answered atomic.Int32
			for i := range n {
				wg.Go(func() {
					fn := something(i, &calls[i], func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
					job := threads.Submit(l, fn)
					if i%7 == 3 {
						for range rand.IntN(3) {
							runtime.Gosched()
						}
						job.Cancel()
					}
					v, err := job.Wait(context.Background())
					kind := kindOf(i, v, err)
					if kind == "" {
						t.Errorf("job %d: %d, %v", i, v, err)
					}
					answers.count(kind)
					again, sameErr := job.Wait(context.Background())
					if again != v || fmt.Sprint(sameErr) != fmt.Sprint(err) {
						t.Errorf("job %d: %d, %v; the second time %d, %v", i, v, err, again, sameErr)
					}
					if close && answered.Add(1) == n/3 {
						quit <- struct{}{}
					}
				})
			}
			wg.Wait()
			if !close {
				quit <- struct{}{}
			}
			gone.Wait()
			equal(t, "answers", answers.total(), n)
			for _, kind := range []string{"value", "error", "panic"} {
				if answers.by[kind] == 0 {
					t.Errorf("no %s among %v", kind, answers.by)
				}
			}
			if !close && answers.by["closed"] > 0 {
				t.Errorf("%d were closed", answers.by["closed"])
			}
		})
	}
}

// A thousand tasks use one pool; some are cancelled, by tasks and by themselves.
func TestThousandTasksOnThreads(t *testing.T) {
	for _, close := range []bool{false, true} {
		t.Run(fmt.Sprintf("close=%t", close), func(t *testing.T) {
			leak.Check(t)
			const n = 1000
			var answers tally
			var calls [n]atomic.Int32
			yield := func(context.Context) error { runtime.Gosched(); return nil }
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				all := make([]*tasks.Task[int], n)
				for i := range all {
					all[i] = tasks.Create(ctx, func(ctx context.Context) (int, error) {
						v, err := threads.ToThread(ctx, something(i, &calls[i], yield))
						kind := kindOf(i, v, err)
						if kind == "" {
							t.Errorf("task %d: %d, %v", i, v, err)
						}
						answers.count(kind)
						return v, err
					})
				}
				for i, task := range all {
					if i%7 == 3 {
						all[rand.IntN(n)].Cancel()
					}
					if close && i == n/3 {
						return nil
					}
					task.Await(ctx)
				}
				return nil
			}, (&reports{}).option())
			fails(t, "the run", err, "nil")
			for i := range calls {
				if calls[i].Load() > 1 {
					t.Errorf("function %d was called %d times", i, calls[i].Load())
				}
			}
			// A task that was cancelled before its first step asks nothing.
			if total := answers.total(); total > n || !close && total < n-n/7-1 {
				t.Errorf("%d answers", total)
			}
		})
	}
}

// Functions and tasks call each other, several levels deep, on a pool that is large
// enough for that.
func TestBackAndForth(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		threads.SetDefaultExecutor(l, threads.NewPool(64))
		var down func(ctx context.Context, n int) (int, error)
		down = func(ctx context.Context, n int) (int, error) {
			if n == 0 {
				return 0, nil
			}
			return threads.ToThread(ctx, func(ctx context.Context) (int, error) {
				v, err := threads.Submit(l, func(ctx context.Context) (int, error) { return down(ctx, n-1) }).Wait(ctx)
				return v + 1, err
			})
		}
		all := make([]tasks.Awaitable[int], 8)
		for i := range all {
			all[i] = tasks.Coro(func(ctx context.Context) (int, error) { return down(ctx, 8) })
		}
		got, err := tasks.Gather(ctx, all...).Await(ctx)
		outcome(t, "the gather", got, err, []int{8, 8, 8, 8, 8, 8, 8, 8})
	})
}

// Loops are closed while goroutines submit to them and tasks wait for functions.
func TestCloseRacesEverything(t *testing.T) {
	leak.Check(t)
	for range 30 {
		l := eventloop.New(eventloop.WithExceptionHandler((&reports{}).handle))
		ctx := l.Context(context.Background())
		var wg sync.WaitGroup
		ended := make(chan struct{}, 4)
		for i := range 4 {
			wg.Go(func() {
				for {
					job := threads.Submit(l, value(i))
					if i%2 == 0 {
						job.Cancel()
					}
					if _, err := job.Wait(context.Background()); err == eventloop.ErrLoopClosed {
						return
					}
				}
			})
			threads.RunInExecutor(ctx, nil, func(context.Context) (int, error) { ended <- struct{}{}; return i, nil })
			tasks.Create(ctx, func(ctx context.Context) (int, error) {
				_, _, err := threads.Recv(ctx, make(chan int))
				return 0, err
			})
		}
		for range rand.IntN(5) {
			l.Stop()
			fails(t, "an iteration", l.RunForever(), "nil")
		}
		fails(t, "Close", l.Close(), "nil")
		wg.Wait()
	}
}
