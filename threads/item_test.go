package threads_test

// The end of a wait for a channel: no item gets lost, and none is sent twice.

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
)

// A wait that ends, in every way, by whether the other side was quicker: then it
// succeeds, and the cancellation comes with the next await. So nothing is lost, and
// nothing happens twice.
func TestEndOfAChannelWait(t *testing.T) {
	next := map[string]string{ // the await after a success
		"task": "cancelled()", "timeout": "timeout", "group": "nil",
		"foreign ctx": "context canceled", "timeout within a foreign ctx": "timeout",
		"foreign ctx around a timeout": "context canceled",
	}
	for _, way := range ways {
		for _, op := range []string{"Recv", "Send"} {
			for _, quicker := range []bool{false, true} {
				name := way.name + "/" + op + map[bool]string{false: "/undone", true: "/done"}[quicker]
				t.Run(name, func(t *testing.T) {
					leak.Check(t)
					run(t, func(ctx context.Context) {
						ch := make(chan int)
						var end func()
						item, opErr, after := 0, "", ""
						victim := tasks.Go(ctx, func(ctx context.Context) error {
							return way.call(ctx, func(fn func()) { end = fn }, func(ctx context.Context) error {
								var err error
								if op == "Recv" {
									item, _, err = threads.Recv(ctx, ch)
								} else {
									err = threads.Send(ctx, ch, 7)
								}
								if opErr = describe(err); err == nil {
									err = tasks.Sleep(ctx, time.Hour)
									after = describe(err)
								}
								return err
							})
						})
						turns(ctx, 2)
						if quicker { // blocking the loop: it has not noticed when the wait ends
							if op == "Recv" {
								ch <- 7
							} else {
								item = <-ch
							}
						}
						end()
						_, err := victim.Await(ctx)
						if !quicker {
							fails(t, "the task", err, way.err)
							equal(t, "item", item, 0)
							equal(t, "the operation succeeded", opErr == "nil", false)
							return
						}
						fails(t, "the task", err, next[way.name])
						equal(t, "item", item, 7)
						equal(t, "error of the operation", opErr, "nil")
						equal(t, "the next await succeeded", after == "nil", false)
						equal(t, "Cancelling", victim.Cancelling(), map[bool]int{true: 1}[way.name == "task"])
					})
				})
			}
		}
	}
}

// The task ends with the item it got, and without another await: it is cancelled, as
// any that is cancelled in its last step.
func TestItemAndCancellationInTheLastStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch := make(chan int)
		item := 0
		task := tasks.Go(ctx, func(ctx context.Context) (err error) {
			item, _, err = threads.Recv(ctx, ch)
			return err
		})
		turns(ctx, 2)
		ch <- 7
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "item", item, 7)
	})
}

// A cancellation that was taken back is not thrown later.
func TestItemAndCancellationTakenBack(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch := make(chan int)
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			v, _, err := threads.Recv(ctx, ch)
			return v, errors.Join(err, tasks.Sleep(ctx, 1))
		})
		turns(ctx, 2)
		ch <- 7
		task.Cancel()
		task.Uncancel()
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, 7)
	})
}

// Many tasks receive, and are cancelled at random moments; each item arrives once.
func TestItemsAreNotLost(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		const n = 500
		ch, acks := make(chan int), make(chan struct{})
		go func() {
			for i := range n {
				ch <- i
			}
			close(acks)
		}()
		var got []int
		var want []int
		for i := range n {
			want = append(want, i)
		}
		for len(got) < n {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				for {
					v, _, err := threads.Recv(ctx, ch)
					if err != nil {
						return err
					}
					got = append(got, v)
				}
			})
			turns(ctx, len(got)%4+1)
			runtime.Gosched() // on one processor, the sender has a right to run too
			task.Cancel()
			_, err := task.Await(ctx)
			fails(t, "the task", err, "cancelled()")
		}
		<-acks
		slices.Sort(got)
		equal(t, "items", got, want)
	})
}

// The same for Send: what fails was not sent, what succeeds was.
func TestItemsAreNotSentTwice(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		const n = 500
		ch := make(chan int)
		received := make(chan []int)
		go func() {
			var got []int
			for v := range ch {
				got = append(got, v)
			}
			received <- got
		}()
		var sent []int
		for i := 0; len(sent) < n; i++ {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				for ; ; i++ {
					if err := threads.Send(ctx, ch, i); err != nil {
						return err
					}
					sent = append(sent, i)
				}
			})
			turns(ctx, i%4+1)
			runtime.Gosched()
			task.Cancel()
			_, err := task.Await(ctx)
			fails(t, "the task", err, "cancelled()")
		}
		close(ch)
		equal(t, "received", <-received, sent)
	})
}

// A task that waits for a channel when its loop is closed.
func TestChannelWaitOfALoopThatCloses(t *testing.T) {
	leak.Check(t)
	var r reports
	l := eventloop.New(eventloop.WithExceptionHandler(r.handle))
	ch := make(chan int)
	var errs []string
	for range 2 {
		tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
			for range 3 {
				_, _, err := threads.Recv(ctx, ch)
				errs = append(errs, describe(err))
			}
			return threads.Send(ctx, make(chan int), 1)
		})
	}
	for range 3 {
		l.Stop()
		fails(t, "an iteration", l.RunForever(), "nil")
	}
	fails(t, "Close", l.Close(), "nil")
	closed := "asyncio: coroutine closed; return from it without awaiting"
	equal(t, "errors", errs, []string{closed, closed, closed, closed, closed, closed})
	equal(t, "reports", len(r.lines), 2)
}

// The deadline of a timeout in fake time ends a receive.
func TestChannelWaitWithTimeout(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		ch := make(chan int)
		start := eventloop.FromContext(ctx).Time()
		err := timeouts.Run(ctx, time.Hour, func(ctx context.Context) error {
			_, _, err := threads.Recv(ctx, ch)
			return err
		})
		fails(t, "Recv", err, "timeout")
		equal(t, "time", eventloop.FromContext(ctx).Time()-start, time.Hour)
		time.AfterFunc(time.Minute, func() { ch <- 5 })
		v, _, err := threads.Recv(ctx, ch)
		outcome(t, "Recv", v, err, 5)
		equal(t, "time", eventloop.FromContext(ctx).Time()-start, time.Hour+time.Minute)
		fut := futures.New[int](ctx)
		time.AfterFunc(time.Minute, func() { close(ch) })
		if _, _, err := threads.Recv(ctx, ch); err == nil {
			fut.SetResult(1)
		}
		v, err = fut.Await(ctx)
		outcome(t, "the future", v, err, 1)
	})
}
