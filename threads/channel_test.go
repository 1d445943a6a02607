package threads_test

// Channels in tasks: what is ready, what is waited for, and what is misused.

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// What is ready is used at once, without a turn of the loop.
func TestReadyChannel(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		turned := false
		eventloop.FromContext(ctx).CallSoon(func() { turned = true })
		ch := make(chan int, 1)
		fails(t, "Send", threads.Send(ctx, ch, 1), "nil")
		v, ok, err := threads.Recv(ctx, ch)
		outcome(t, "Recv", v, err, 1)
		equal(t, "open", ok, true)
		close(ch)
		v, ok, err = threads.Recv(ctx, ch)
		outcome(t, "Recv from a closed channel", v, err, 0)
		equal(t, "open", ok, false)
		equal(t, "the loop has turned", turned, false)
	})
}

// Otherwise the task waits, and the loop goes on.
func TestWaitForAChannel(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch, back := make(chan int), make(chan int)
		go func() {
			for v := range ch {
				back <- 10 * v
			}
			close(back)
		}()
		ticks := 0
		ticker := tasks.Go(ctx, func(ctx context.Context) error {
			for {
				ticks++
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
			}
		})
		for i := range 10 {
			fails(t, "Send", threads.Send(ctx, ch, i), "nil")
			v, ok, err := threads.Recv(ctx, back)
			outcome(t, "Recv", v, err, 10*i)
			equal(t, "open", ok, true)
		}
		close(ch)
		v, ok, err := threads.Recv(ctx, back)
		outcome(t, "Recv of the end", v, err, 0)
		equal(t, "open", ok, false)
		equal(t, "the loop went on", ticks > 0, true)
		ticker.Cancel()
	})
}

// Tasks wait for each other through a channel as goroutines do.
func TestChannelBetweenTasks(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch := make(chan int)
		producer := tasks.Go(ctx, func(ctx context.Context) error {
			defer close(ch)
			for i := range 20 {
				if err := threads.Send(ctx, ch, i); err != nil {
					return err
				}
			}
			return nil
		})
		sum := 0
		for v, err := range threads.Chan(ctx, ch) {
			fails(t, "Chan", err, "nil")
			sum += v
		}
		equal(t, "sum", sum, 190)
		_, err := producer.Await(ctx)
		fails(t, "the producer", err, "nil")
	})
}

// Chan ends with the channel, with an error, or when it is left.
func TestChan(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch := make(chan int, 5)
		for i := range 5 {
			ch <- i
		}
		var got []int
		for v, err := range threads.Chan(ctx, ch) {
			fails(t, "Chan", err, "nil")
			if got = append(got, v); v == 2 {
				break
			}
		}
		equal(t, "got", got, []int{0, 1, 2})
		equal(t, "left", len(ch), 2)

		expired, cancel := context.WithCancel(ctx)
		cancel()
		var errs []string
		for _, err := range threads.Chan(expired, ch) {
			errs = append(errs, describe(err))
		}
		equal(t, "errors", errs, []string{"context canceled"})
		equal(t, "left", len(ch), 2)

		close(ch)
		got = nil
		for v, err := range threads.Chan(ctx, ch) {
			fails(t, "Chan", err, "nil")
			got = append(got, v)
		}
		equal(t, "the rest", got, []int{3, 4})
	})
}

// A channel that is always ready does not keep other tasks from running.
func TestReadyChannelLetsOthersRun(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch := make(chan int)
		close(ch)
		done := false
		other := tasks.Go(ctx, func(ctx context.Context) error {
			turns(ctx, 5)
			done = true
			return nil
		})
		n := 0
		for ; !done && n < 1e6; n++ {
			if _, _, err := threads.Recv(ctx, ch); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, "the other task is done", other.Done(), true)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			for {
				if _, _, err := threads.Recv(ctx, ch); err != nil {
					return err
				}
			}
		})
		turns(ctx, 1)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "a loop of receives that is cancelled", err, "cancelled()")
	})
}

// A send to a closed channel is the task's panic, whether it had to wait or not.
func TestSendToAClosedChannel(t *testing.T) {
	for _, waits := range []bool{false, true} {
		if waits && raced {
			continue // closing a channel that somebody sends to is a race by itself
		}
		leak.Check(t)
		run(t, func(ctx context.Context) {
			ch := make(chan int)
			if !waits {
				close(ch)
			}
			sender := tasks.Coro(func(ctx context.Context) (int, error) { return 0, threads.Send(ctx, ch, 1) })
			caught := tasks.Create(ctx, func(ctx context.Context) (text string, _ error) {
				defer func() { text = describe(coro.NewPanicError(recover())) }()
				_, err := sender.Await(ctx)
				return "returned", err
			})
			if waits {
				turns(ctx, 3)
				close(ch)
			}
			v, err := caught.Await(ctx)
			outcome(t, "the send", v, err, "panic(send on closed channel)")
		})
	}
}

// A nil channel is never ready.
func TestNilChannel(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for name, op := range map[string]func(ctx context.Context) error{
			"Recv": func(ctx context.Context) error { _, _, err := threads.Recv[int](ctx, nil); return err },
			"Send": func(ctx context.Context) error { return threads.Send(ctx, nil, 1) },
		} {
			task := tasks.Go(ctx, op)
			turns(ctx, 3)
			task.Cancel()
			_, err := task.Await(ctx)
			fails(t, name, err, "cancelled()")
		}
	})
	err := runErr(func(ctx context.Context) error { _, _, err := threads.Recv[int](ctx, nil); return err })
	fails(t, "a run that receives from nil", err, `deadlock["Task-1 waits for receive from channel of int (nil)"]`)
}

// With a ctx on which no await is possible, the channel is left alone.
func TestChannelInTheWrongPlace(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ch := make(chan int, 2)
		ch <- 1
		expired, cancel := context.WithCancel(ctx)
		cancel()
		for name, ctx := range map[string]context.Context{
			"a ctx that has ended": expired,
			"a callback":           eventloop.FromContext(ctx).Context(ctx),
			"another task":         tasks.Go(ctx, func(ctx context.Context) error { return nil }).Context(),
		} {
			if _, _, err := threads.Recv(ctx, ch); err == nil {
				t.Errorf("Recv with the ctx of %s: no error", name)
			}
			if err := threads.Send(ctx, ch, 1); err == nil {
				t.Errorf("Send with the ctx of %s: no error", name)
			}
			equal(t, "items", len(ch), 1)
		}
	})
}
