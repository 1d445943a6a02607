package main

import (
	"context"
	"sync"
	"time"

	"github.com/goasyncio/asyncio"
)

// The left and the right column of README.md's comparison.

func countGoroutines(ctx context.Context, pages []string, links func(context.Context, string) int) int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for _, page := range pages {
		wg.Go(func() {
			n := links(ctx, page)
			mu.Lock()
			total += n
			mu.Unlock()
		})
	}
	wg.Wait()
	return total
}

func countTasks(ctx context.Context, pages []string, links func(context.Context, string) int) int {
	var all []asyncio.Awaitable[struct{}]
	total := 0
	for _, page := range pages {
		all = append(all, asyncio.Go(ctx, func(ctx context.Context) error {
			n := links(ctx, page)
			total += n // nothing else runs here
			return nil
		}))
	}
	asyncio.Gather(ctx, all...).Await(ctx)
	return total
}

func limitGoroutines(ctx context.Context, work func(context.Context) (string, error)) (string, error) {
	type result struct {
		s   string
		err error
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		s, err := work(ctx)
		done <- result{s, err}
	}()
	select {
	case r := <-done:
		return r.s, r.err
	case <-ctx.Done():
		return "", ctx.Err() // work may still run
	}
}

func limitTasks(ctx context.Context, work func(context.Context) (string, error)) (string, error) {
	// Returns when work has cleaned up and ended.
	return asyncio.WaitFor(ctx, asyncio.Coro(work), time.Second)
}
