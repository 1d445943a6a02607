package threads_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// factor is a computation that takes its time.
func factor(n int) int {
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return d
		}
	}
	return n
}

// A long computation runs beside the loop, and what it is given and returns is all
// that it shares with the task.
func ExampleToThread() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		d, err := threads.ToThread(ctx, func(context.Context) (int, error) {
			return factor(46327 * 46337), nil
		})
		fmt.Println(d, err)
		return nil
	})
	// Output: 46327 <nil>
}

// A task that is cancelled does not wait for its function. The function can notice,
// and end early.
func ExampleToThread_cancel() {
	steps := make(chan int, 1)
	runners.Run(context.Background(), func(ctx context.Context) error {
		started := make(chan struct{})
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			return threads.ToThread(ctx, func(ctx context.Context) (int, error) {
				close(started)
				n := 0
				for ctx.Err() == nil { // or <-ctx.Done() in a select
					n++
				}
				steps <- n
				return n, ctx.Err()
			})
		})
		if _, _, err := threads.Recv(ctx, started); err != nil {
			return err
		}
		task.Cancel()
		_, err := task.Await(ctx)
		fmt.Println(err)
		return nil
	})
	fmt.Println("the function has ended early:", <-steps > 0)
	// Output:
	// asyncio: cancelled
	// the function has ended early: true
}

// A panic on the other goroutine is an error of the task.
func ExampleToThread_panic() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		_, err := threads.ToThread(ctx, func(context.Context) (int, error) {
			panic("the disk is full")
		})
		var p *coro.PanicError
		if errors.As(err, &p) {
			fmt.Println(p.Value)
			fmt.Println("with its stack:", strings.Contains(string(p.Stack), "ExampleToThread_panic"))
		}
		return nil
	})
	// Output:
	// the disk is full
	// with its stack: true
}

// Calls that are started together, on a pool of one's own.
func ExampleRunInExecutor() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		pool := threads.NewPool(2)
		var all []tasks.Awaitable[int]
		for _, n := range []int{91, 97, 1001} {
			all = append(all, threads.RunInExecutor(ctx, pool, func(context.Context) (int, error) {
				return factor(n), nil
			}))
		}
		factors, err := tasks.Gather(ctx, all...).Await(ctx)
		fmt.Println(factors, err)
		return nil
	})
	// Output: [7 97 7] <nil>
}

// An HTTP server of goroutines beside a loop whose tasks own the state: the counter
// needs no lock.
func ExampleSubmit() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		loop, visits := eventloop.FromContext(ctx), 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n, err := threads.Submit(loop, func(ctx context.Context) (int, error) {
				visits++
				return visits, tasks.Sleep(ctx, time.Millisecond)
			}).Wait(r.Context())
			fmt.Fprintln(w, n, err)
		}))
		// The client blocks too: its calls run beside the loop.
		for range 2 {
			status, err := threads.ToThread(ctx, func(ctx context.Context) (string, error) {
				res, err := server.Client().Get(server.URL)
				if err != nil {
					return "", err
				}
				defer res.Body.Close()
				return res.Status, nil
			})
			fmt.Println(status, err)
		}
		_, err := threads.ToThread(ctx, func(context.Context) (struct{}, error) {
			server.Close()
			return struct{}{}, nil
		})
		fmt.Println(visits, "visits")
		return err
	})
	// Output:
	// 200 OK <nil>
	// 200 OK <nil>
	// 2 visits
}

// Giving up on a job takes two steps: the end of a ctx ends the wait, Cancel the task.
func ExampleJob_Cancel() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		loop := eventloop.FromContext(ctx)
		_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
			job := threads.Submit(loop, func(ctx context.Context) (int, error) {
				return 1, tasks.Sleep(ctx, time.Hour)
			})
			limited, cancel := context.WithTimeout(ctx, time.Millisecond)
			defer cancel()
			_, err := job.Wait(limited)
			fmt.Println(err)
			job.Cancel("too slow")
			return job.Wait(ctx)
		})
		fmt.Println(err)
		return nil
	})
	// Output:
	// context deadline exceeded
	// asyncio: cancelled: too slow
}

// A task ranges over a channel that goroutines fill.
func ExampleChan() {
	words := make(chan string)
	go func() {
		defer close(words)
		for _, w := range strings.Fields("the loop goes on meanwhile") {
			words <- w
		}
	}()
	runners.Run(context.Background(), func(ctx context.Context) error {
		n := 0
		for w, err := range threads.Chan(ctx, words) {
			if err != nil {
				return err
			}
			n += len(w)
		}
		fmt.Println(n, "letters")
		return nil
	})
	// Output: 22 letters
}
