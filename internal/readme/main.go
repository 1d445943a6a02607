// The programs of README.md, which a test keeps equal to what stands there.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio"
)

func main() {
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		greet := func(name string, after time.Duration) *asyncio.Task[string] {
			return asyncio.CreateTask(ctx, func(ctx context.Context) (string, error) {
				return "hello " + name, asyncio.Sleep(ctx, after)
			})
		}
		first, err := asyncio.Gather(ctx, greet("tasks", 2*time.Second), greet("futures", time.Second)).Await(ctx)
		fmt.Println(first, err)

		_, err = asyncio.WaitFor(ctx, greet("nobody", time.Hour), time.Second)
		return err
	})
	fmt.Println(err)
}
