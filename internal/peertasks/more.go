package main

// The jobs that combine tasks: groups, timeouts, locks. Each has the structure of
// its counterpart in peers.py.

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio"
)

// gather1000 gathers a thousand coroutines that give way once.
func gather1000(ctx context.Context) error {
	const rounds, tasks = 500, 1000
	start := time.Now()
	for range rounds {
		if err := gather(ctx, tasks, giveWayOnce); err != nil {
			return err
		}
	}
	per(start, rounds*tasks)
	return nil
}

func giveWayOnce(ctx context.Context) (struct{}, error) {
	return struct{}{}, asyncio.Sleep(ctx, 0)
}

// timeout limits the time of something that gives way once.
func timeout(ctx context.Context) error {
	const n = 1_000_000
	start := time.Now()
	for range n {
		if err := asyncio.WithTimeout(ctx, time.Minute, func(ctx context.Context) error {
			return asyncio.Sleep(ctx, 0)
		}); err != nil {
			return err
		}
	}
	per(start, n)
	return nil
}

// group100 runs groups of a hundred tasks that give way once.
func group100(ctx context.Context) error {
	const rounds, tasks = 5000, 100
	start := time.Now()
	for range rounds {
		if err := asyncio.WithTaskGroup(ctx, func(ctx context.Context, g *asyncio.TaskGroup) error {
			for range tasks {
				if _, err := asyncio.CreateTaskIn(g, giveWayOnce); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	per(start, rounds)
	return nil
}

// freeLock acquires and releases a lock that nobody else wants.
func freeLock(ctx context.Context) error {
	const n = 20_000_000
	var lock asyncio.Lock
	start := time.Now()
	for range n {
		if err := lock.Acquire(ctx); err != nil {
			return err
		}
		if err := lock.Release(); err != nil {
			return err
		}
	}
	per(start, n)
	return nil
}

// sharedLock has tasks take a lock in turns, each with a switch while it has it.
func sharedLock(ctx context.Context, tasks int) error {
	const n = 2_000_000
	var lock asyncio.Lock
	start := time.Now()
	err := gather(ctx, tasks, func(ctx context.Context) (none struct{}, err error) {
		for range n / tasks {
			if err := lock.Acquire(ctx); err != nil {
				return none, err
			}
			if err := asyncio.Sleep(ctx, 0); err != nil {
				return none, err
			}
			if err := lock.Release(); err != nil {
				return none, err
			}
		}
		return none, nil
	})
	per(start, n)
	return err
}
