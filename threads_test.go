package asyncio_test

// The facade's way to other goroutines: that calls need no type arguments, and reach the
// package behind.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/threads"
)

func TestThreadsOfTheFacade(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) error {
		loop := asyncio.RunningLoop(ctx)
		c := client{"example.org"}
		length := func(context.Context) (int, error) { return len(c.host), nil }

		n, err := asyncio.ToThread(ctx, length)
		same(t, "ToThread", n, len(c.host))
		same(t, "its error", err, nil)

		var ex asyncio.Executor = new(threads.Pool)
		asyncio.SetDefaultExecutor(loop, ex)
		var future *asyncio.Future[int] = asyncio.RunInExecutor(ctx, nil, length)

		// A method, submitted to the loop by a function on another goroutine.
		s, err := asyncio.ToThread(ctx, func(ctx context.Context) (string, error) {
			var job *asyncio.Job[string] = asyncio.Submit(loop, c.get, asyncio.WithName("job"))
			return job.Wait(ctx)
		})
		same(t, "Submit", s, c.host)
		same(t, "its error", err, nil)

		// A job is an Awaitable, as a future is.
		all, err := asyncio.Gather(ctx, future, asyncio.Submit(loop, length)).Await(ctx)
		same(t, "Gather", all, []int{len(c.host), len(c.host)})
		same(t, "its error", err, nil)

		ch := make(chan int, 3) // of both directions
		for i := range 3 {
			if err := asyncio.Send(ctx, ch, i); err != nil {
				return err
			}
		}
		first, ok, err := asyncio.Recv(ctx, ch)
		same(t, "Recv", fmt.Sprint(first, ok, err), "0 true <nil>")
		close(ch)
		sum := 0
		for v, err := range asyncio.Chan(ctx, ch) {
			if err != nil {
				return err
			}
			sum += v
		}
		same(t, "Chan", sum, 3)

		if err := asyncio.ShutdownDefaultExecutor(ctx, time.Minute); err != nil {
			return err
		}
		_, err = asyncio.ToThread(ctx, length)
		same(t, "ErrShutdown", errors.Is(err, asyncio.ErrShutdown), true)
		return nil
	})
}
