package threads_test

// What holds a loop: when its virtual time may go on, and when it is deadlocked.

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// Virtual time stands still while something is in flight that may wake the loop, and
// goes on after that.
func TestVirtualTimeWaits(t *testing.T) {
	for name, op := range map[string]func(ctx context.Context, gate chan struct{}) error{
		"ToThread": func(ctx context.Context, gate chan struct{}) error {
			_, err := threads.ToThread(ctx, func(context.Context) (int, error) { <-gate; return 0, nil })
			return err
		},
		"Recv": func(ctx context.Context, gate chan struct{}) error {
			_, _, err := threads.Recv(ctx, gate)
			return err
		},
		"Send": func(ctx context.Context, gate chan struct{}) error {
			ch := make(chan int)
			go func() { <-gate; <-ch }()
			return threads.Send(ctx, ch, 1)
		},
		"Job.Await": func(ctx context.Context, gate chan struct{}) error {
			l, stop := serve(t)
			defer stop()
			_, err := threads.Submit(l, func(ctx context.Context) (int, error) {
				_, _, err := threads.Recv(ctx, gate)
				return 0, err
			}).Await(ctx)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				err := runErr(func(ctx context.Context) error {
					l, gate := eventloop.FromContext(ctx), make(chan struct{})
					l.CallLater(time.Second, func() {})
					time.AfterFunc(time.Hour, func() { close(gate) }) // an hour of the world's time
					fails(t, "the wait", op(ctx, gate), "nil")
					equal(t, "virtual time", l.Time(), 0)
					return tasks.Sleep(ctx, time.Minute)
				})
				fails(t, "the run", err, "nil")
			})
		})
	}
}

// When it is over, nothing holds the loop any more, however it ended; and nothing was
// released twice.
func TestHoldsAreReleased(t *testing.T) {
	for name, use := range map[string]func(ctx context.Context){
		"nothing": func(context.Context) {},
		"a result": func(ctx context.Context) {
			threads.ToThread(ctx, value(1))
		},
		"an error": func(ctx context.Context) {
			threads.ToThread(ctx, func(context.Context) (int, error) { return 0, errTest })
		},
		"cancelled while queued": func(ctx context.Context) {
			threads.RunInExecutor(ctx, new(manual), value(1)).Cancel()
		},
		"cancelled while running": func(ctx context.Context) {
			threads.RunInExecutor(ctx, nil, obey).Cancel()
		},
		"a job": func(ctx context.Context) {
			threads.Submit(eventloop.FromContext(ctx), value(1)).Await(ctx)
		},
		"a job that another goroutine waits for": func(ctx context.Context) {
			l := eventloop.FromContext(ctx)
			threads.ToThread(ctx, func(ctx context.Context) (int, error) { return threads.Submit(l, value(1)).Wait(ctx) })
		},
		"a job that another goroutine waits for in vain": func(ctx context.Context) {
			l := eventloop.FromContext(ctx)
			expired, cancel := context.WithCancel(context.Background())
			cancel()
			threads.ToThread(ctx, func(context.Context) (int, error) { return threads.Submit(l, value(1)).Wait(expired) })
		},
		"an item": func(ctx context.Context) {
			ch := make(chan int)
			go func() { ch <- 1 }()
			threads.Recv(ctx, ch)
		},
		"a receive cancelled": func(ctx context.Context) {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				_, _, err := threads.Recv(ctx, make(chan int))
				return err
			})
			turns(ctx, 2)
			task.Cancel()
			task.Await(ctx)
		},
		"a function that leaves a goroutine waiting": func(ctx context.Context) {
			l := eventloop.FromContext(ctx)
			never := futures.New[int](ctx)
			job := threads.Submit(l, never.Await)
			left := make(chan struct{})
			threads.ToThread(ctx, func(ctx context.Context) (int, error) {
				go func() {
					defer close(left)
					job.Wait(ctx)
				}()
				synctest.Wait() // until it does
				return 0, nil
			})
			<-left // its ctx has ended
			job.Cancel()
			job.Await(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				var r reports
				err := runErr(func(ctx context.Context) error {
					use(ctx)
					holds(t, ctx)
					_, err := futures.New[int](ctx).Await(ctx)
					return err
				}, r.option())
				fails(t, "the run", err, `deadlock["Task-1 waits for future 1"]`)
				equal(t, "reports", r.lines, nil)
			})
		})
	}
}

// holds checks that a function in flight holds the loop.
func holds(t *testing.T, ctx context.Context) {
	l := eventloop.FromContext(ctx)
	start, fired := l.Time(), l.Time()
	defer l.CallLater(time.Second, func() { fired = l.Time() }).Cancel()
	_, err := threads.ToThread(ctx, func(context.Context) (int, error) {
		synctest.Wait() // until the loop has nothing to do
		return 0, nil
	})
	fails(t, "ToThread", err, "nil")
	equal(t, "virtual time passed", fired, start)
}

// A function that waits for its own loop does not hold it: what it waits for may take
// virtual time.
func TestVirtualTimeGoesOnForWaitingFunctions(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		sleep := func(d time.Duration) func(ctx context.Context) (time.Duration, error) {
			return func(ctx context.Context) (time.Duration, error) {
				err := tasks.Sleep(ctx, d)
				return l.Time(), err
			}
		}
		at, err := threads.ToThread(ctx, func(ctx context.Context) (at []time.Duration, _ error) {
			// One after the other.
			for range 3 {
				v, err := threads.Submit(l, sleep(time.Hour)).Wait(ctx)
				if err != nil {
					return nil, err
				}
				at = append(at, v)
			}
			// Side by side, on goroutines of the function's own, with ctxs of their own.
			times := make(chan time.Duration)
			var jobs []*threads.Job[time.Duration]
			for i := range 3 {
				jobs = append(jobs, threads.Submit(l, sleep(time.Duration(i)*time.Minute)))
			}
			for _, job := range jobs {
				go func() {
					ctx, cancel := context.WithCancel(ctx)
					defer cancel()
					v, err := job.Wait(ctx)
					if err != nil {
						t.Error(err)
					}
					times <- v
				}()
			}
			var last time.Duration
			for range 3 {
				last = max(last, <-times)
			}
			return append(at, last), nil
		})
		outcome(t, "the function", at, err, []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour, 3*time.Hour + 2*time.Minute})
	})
}

// A function that waits for its own loop may have other goroutines, and other ends of
// that wait: the loop is not deadlocked.
func TestNoDeadlockWithAFunctionThatWaits(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context, job *threads.Job[int]) (int, error){
		"with a deadline": func(ctx context.Context, job *threads.Job[int]) (int, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			return job.Wait(ctx)
		},
		"beside other work": func(ctx context.Context, job *threads.Job[int]) (int, error) {
			time.AfterFunc(time.Minute, func() { job.Cancel() })
			return job.Wait(ctx)
		},
	} {
		for _, opt := range []runners.Option{runners.WithVirtualTime(), runners.WithLoop(eventloop.WithDeadlockError())} {
			t.Run(name, func(t *testing.T) {
				leak.Check(t)
				synctest.Test(t, func(t *testing.T) {
					err := runners.Run(context.Background(), func(ctx context.Context) error {
						l, never := eventloop.FromContext(ctx), futures.New[int](ctx)
						_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
							job := threads.Submit(l, never.Await)
							defer job.Cancel()
							return wait(ctx, job)
						})
						equal(t, "the wait failed", errors.Is(err, context.DeadlineExceeded) || futures.IsCancelled(err), true)
						_, err = futures.New[int](ctx).Await(ctx)
						return err
					}, opt)
					fails(t, "the run", err, `deadlock["Task-1 waits for future 1"]`) // only now
				})
			})
		}
	}
}

// A job of one loop does not hold another, whose own waits do that.
func TestHoldsOfTwoLoops(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		outer := eventloop.FromContext(ctx)
		v, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
			return runners.RunValue(ctx, func(inner context.Context) (int, error) {
				// A task of the inner loop awaits one of the outer, which is held by
				// the function around it.
				return threads.Submit(outer, value(3)).Await(inner)
			}, runners.WithVirtualTime())
		})
		outcome(t, "the function", v, err, 3)
	})
}
