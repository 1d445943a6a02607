package threads_test

// Many goroutines, many tasks, one loop, random cancellations, and a close in the
// middle: each that asks gets one answer, which is what the function did, and no
// function is called twice. For the race detector above all.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// A thousand goroutines submit to one loop, while a thousand tasks of it use one pool.
// Some are cancelled. If the loop is closed in the middle, some are in flight and some
// are still to come.
func TestThousandsBothWays(t *testing.T) {
	for _, closing := range []bool{false, true} {
		t.Run(fmt.Sprintf("closing=%t", closing), func(t *testing.T) {
			leak.Check(t)
			const n = 1000
			var jobs, calls [n]entry
			var r reports
			var wg sync.WaitGroup
			ended, closed := make(chan struct{}), make(chan struct{}) // the main task, the loop
			answers, enough := atomic.Int32{}, make(chan struct{})
			count := func() {
				if answers.Add(1) == n/2 {
					close(enough)
				}
			}
			submit := func(l *eventloop.Loop, i int) {
				switch {
				case closing && i > n*5/6:
					<-closed
				case closing && i > n*2/3:
					<-ended
				}
				e := &jobs[i]
				e.asked = true
				job := threads.Submit(l, e.function(i, func(ctx context.Context) error { return tasks.Sleep(ctx, 0) }))
				if i%7 == 3 {
					for range rand.IntN(3) {
						runtime.Gosched()
					}
					job.Cancel()
				}
				v, err := job.Wait(context.Background())
				e.told(v, err)
				if again, sameErr := job.Wait(context.Background()); again != v || outcomeOf(again, sameErr) != outcomeOf(v, err) {
					t.Errorf("job %d: %d, %v; the second time %d, %v", i, v, err, again, sameErr)
				}
				count()
			}
			call := func(ctx context.Context, i int) {
				pause := func(ctx context.Context) error { runtime.Gosched(); return nil }
				if closing && i > n*2/3 {
					pause = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
				}
				e := &calls[i]
				e.asked = true
				e.told(threads.ToThread(ctx, e.function(i, pause)))
				count()
			}
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				defer close(ended)
				l := eventloop.FromContext(ctx)
				all := make([]*tasks.Task[struct{}], n)
				for i := range n {
					wg.Go(func() { submit(l, i) })
					all[i] = tasks.Go(ctx, func(ctx context.Context) error { call(ctx, i); return nil })
				}
				for i := range n / 7 {
					all[(i*7+rand.IntN(7))%n].Cancel()
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
				}
				if closing {
					_, _, err := threads.Recv(ctx, enough)
					return err
				}
				_, err := threads.ToThread(ctx, func(context.Context) (int, error) { wg.Wait(); return 0, nil })
				for _, task := range all {
					task.Await(ctx)
				}
				return err
			}, r.option())
			fails(t, "the run", err, "nil")
			close(closed)
			wg.Wait()
			got := map[string]int{}
			lost := 0 // panics that nobody was told of
			for i := range n {
				// What a task has done is what its job tells.
				did, answer := jobs[i].check(t, fmt.Sprint("job ", i))
				if did != "" && answer != did {
					t.Errorf("job %d: did %q, and the answer was %q", i, did, answer)
				}
				got["job: "+kind(answer)]++
				// What a function has done may come too late for a cancelled task.
				did, answer = calls[i].check(t, fmt.Sprint("call ", i))
				if did == "panic" && answer != did {
					lost++
				}
				got["call: "+kind(answer)]++
			}
			for _, line := range r.lines {
				if line == "error on another goroutine that nobody waits for: fn: panic(boom)" {
					lost--
				} else if !closing && line != "error on another goroutine that nobody waits for: fn: an error" {
					t.Errorf("report %q", line) // at the end, what nobody has asked for yet is reported too
				}
			}
			equal(t, "panics that nobody was told of, nor were reported", lost, 0)
			for _, want := range []string{"value", "error", "panic", "cancelled"} {
				if got["job: "+want] == 0 || got["call: "+want] == 0 {
					t.Errorf("no %s among %v", want, got)
				}
			}
			equal(t, "some jobs found the loop closed", got["job: closed"] > 0, closing)
			equal(t, "calls that found it closed", got["call: closed"], 0)
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

// Loops are closed by hand while goroutines submit to them and functions are in flight,
// which are left to themselves.
func TestCloseRacesEverything(t *testing.T) {
	leak.Check(t)
	for range 30 {
		l := eventloop.New(eventloop.WithExceptionHandler((&reports{}).handle))
		ctx := l.Context(context.Background())
		var wg sync.WaitGroup
		var calls [4]entry
		var futs [4]*futures.Future[int]
		var jobs [4][]*entry
		for i := range 4 {
			wg.Go(func() {
				for {
					e := &entry{asked: true}
					jobs[i] = append(jobs[i], e)
					job := threads.Submit(l, e.function(2+i, func(context.Context) error { return nil }))
					if i%2 == 0 {
						job.Cancel()
					}
					v, err := job.Wait(context.Background())
					e.told(v, err)
					if err == eventloop.ErrLoopClosed {
						return
					}
				}
			})
			calls[i].asked = true
			fn := calls[i].function(2+i, func(context.Context) error { return nil })
			wg.Add(1)
			futs[i] = threads.RunInExecutor(ctx, threads.ExecutorFunc(func(job func()) error {
				go func() {
					defer wg.Done()
					job()
				}()
				return nil
			}), fn)
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
		for i, fut := range futs {
			calls[i].told(fut.Result())
		}
		wg.Wait()
		for i := range calls {
			calls[i].check(t, fmt.Sprint("call ", i))
			for k, e := range jobs[i] {
				if did, answer := e.check(t, fmt.Sprint("job ", i, " ", k)); did != "" && answer != did {
					t.Errorf("job %d %d: did %q, and the answer was %q", i, k, did, answer)
				}
			}
		}
	}
}
