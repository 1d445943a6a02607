package taskgroups_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

// main runs fn in virtual time: a sleep costs nothing.
func main(fn func(ctx context.Context) error) {
	if err := runners.Run(context.Background(), fn, runners.WithVirtualTime()); err != nil {
		fmt.Println("error:", err)
	}
}

// say prints what after d.
func say(ctx context.Context, d time.Duration, what string) error {
	if err := tasks.Sleep(ctx, d); err != nil {
		fmt.Println(what, "was cancelled")
		return err
	}
	fmt.Println(what)
	return nil
}

func ExampleRun() {
	main(func(ctx context.Context) error {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			g.Go(func(ctx context.Context) error { return say(ctx, 2*time.Second, "world") })
			g.Go(func(ctx context.Context) error { return say(ctx, time.Second, "hello") })
			fmt.Println("the body is done")
			return nil
		})
		fmt.Println("the group is done:", err)
		return nil
	})
	// Output:
	// the body is done
	// hello
	// world
	// the group is done: <nil>
}

// Tasks with results.
func ExampleCreate() {
	square := func(n int) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) { return n * n, tasks.Sleep(ctx, time.Second) }
	}
	main(func(ctx context.Context) error {
		var squares []*tasks.Task[int]
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			for n := range 4 {
				task, err := taskgroups.Create(g, square(n))
				if err != nil {
					return err
				}
				squares = append(squares, task)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, task := range squares {
			n, _ := task.Result() // which is there: the group is done
			fmt.Print(n, " ")
		}
		return nil
	})
	// Output: 0 1 4 9
}

// The first error cancels the rest; all errors come out together.
func ExampleGroupError() {
	errDisk := errors.New("disk full")
	main(func(ctx context.Context) error {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			g.Go(func(ctx context.Context) error { return say(ctx, time.Hour, "the patient task") })
			g.Go(func(ctx context.Context) error {
				if err := say(ctx, time.Hour, "the careless task"); err != nil {
					return errors.New("cleanup failed")
				}
				return nil
			})
			g.Go(func(ctx context.Context) error {
				tasks.Sleep(ctx, time.Second)
				return errDisk
			})
			return say(ctx, time.Hour, "the body")
		})
		fmt.Println(err)
		fmt.Println(errors.Is(err, errDisk))
		return nil
	})
	// Output:
	// the patient task was cancelled
	// the careless task was cancelled
	// the body was cancelled
	// asyncio: a task group failed with 2 errors:
	// 	disk full
	// 	cleanup failed
	// true
}

// The first answer wins, and ends the group.
func ExampleGroup_Cancel() {
	main(func(ctx context.Context) error {
		ask := func(g *taskgroups.Group, name string, d time.Duration) {
			g.Go(func(ctx context.Context) error {
				if err := tasks.Sleep(ctx, d); err != nil {
					return err
				}
				fmt.Println(name, "answers")
				g.Cancel()
				return nil
			})
		}
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			ask(g, "the cache", 20*time.Millisecond)
			ask(g, "the database", 300*time.Millisecond)
			ask(g, "the archive", time.Hour)
			return nil
		})
		fmt.Println("done:", err)
		return nil
	})
	// Output:
	// the cache answers
	// done: <nil>
}
