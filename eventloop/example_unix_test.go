//go:build unix

package eventloop_test

import (
	"context"
	"fmt"
	"syscall"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
)

// A server that ends in good order when the system asks it to.
func ExampleLoop_AddSignalHandler() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		stop := futures.New[string](ctx)
		err := l.AddSignalHandler(syscall.SIGTERM, func() {
			l.RemoveSignalHandler(syscall.SIGTERM) // the next one ends the process
			stop.SetResult("asked to end")
		})
		if err != nil {
			return err
		}
		syscall.Kill(syscall.Getpid(), syscall.SIGTERM) // as "kill" in a shell does
		why, err := stop.Await(ctx)
		fmt.Println(why)
		return err
	})
	fmt.Println(err)
	// Output:
	// asked to end
	// <nil>
}
