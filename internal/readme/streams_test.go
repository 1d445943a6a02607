package main

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
)

// TestStreams runs the server and the client, over a network in memory.
func TestStreams(t *testing.T) {
	leak.Check(t)
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		server := asyncio.Go(ctx, shout)
		if err := asyncio.Sleep(ctx, 1); err != nil {
			return err
		}
		line, err := ask(ctx)
		if line != "6 bytes: hello\n" || err != nil {
			t.Errorf("the answer is %q, %v", line, err)
		}
		server.Cancel()
		_, err = server.Await(ctx)
		if !server.Cancelled() {
			t.Errorf("the server: %v", err)
		}
		return nil
	}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithNetwork(memory.New())))
	if err != nil {
		t.Error(err)
	}
}
