package coro_test

// How much of a task's stack is the library's: what stands below the task's
// function, and between that and the yield which suspends it. As long as it is
// little, a task fits in the smallest stack that there is, with room for its own
// calls.

import (
	"context"
	"iter"
	"testing"
	"unsafe"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/tasks"
)

// maxBytes is how much the library may take of a stack.
const maxBytes = 450

// smallest is the size of the smallest stacks. All begin at a multiple of it.
const smallest = 2048

// depth returns how many bytes of the stack are in use, if it is not more than
// the smallest has.
//
//go:noinline
func depth() int {
	var here byte
	return smallest - int(uintptr(unsafe.Pointer(&here))%smallest)
}

// between returns how many bytes lie between two depths. A stack that grows
// meanwhile moves by a multiple of the smallest.
func between(from, to int) int { return (to - from + smallest) % smallest }

// functionFrame returns how many bytes the call of a task's function takes that
// stores a depth in at.
//
//go:noinline
func functionFrame(fn func(context.Context) error, at *int) int {
	direct := depth()
	fn(context.Background())
	return between(direct, *at)
}

// seqFrame is functionFrame for the function of a Pull.
//
//go:noinline
func seqFrame(seq iter.Seq[int], at *int) int {
	direct := depth()
	seq(nil)
	return between(direct, *at)
}

// below returns how many bytes the library takes between the Pull of a task and the
// task's function.
func below(t *testing.T) int {
	var at int
	seq := func(func(int) bool) { at = depth() }
	next, stop := iter.Pull(seq)
	next()
	stop()
	pull := at
	pull -= seqFrame(seq, &at)

	fn := func(context.Context) error {
		at = depth()
		return nil
	}
	run(t, func(ctx context.Context) error {
		_, err := tasks.Go(ctx, fn).Await(ctx)
		return err
	})
	task := at
	return task - functionFrame(fn, &at) - pull
}

func TestBytesOfStack(t *testing.T) {
	if raced {
		t.Skip("the race detector's code takes stack too")
	}
	under := below(t)
	t.Logf("%d bytes below the task's function", under)
	var (
		future *futures.Future[int]
		task   *tasks.Task[int]
		lock   locks.Lock
		queue  = queues.New[int](1)
		full   = queues.New[int](1)
	)
	for _, test := range []struct {
		name    string
		prepare func(ctx context.Context)
		// await waits, or calls yield if that is given: from the same frame, so
		// that what is between the two is the library's alone.
		await func(ctx context.Context, yield func(coro.Awaitable) bool)
	}{
		{"Sleep(0)", func(ctx context.Context) {}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			tasks.Sleep(ctx, 0)
		}},
		{"Sleep", func(ctx context.Context) {}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			tasks.Sleep(ctx, 1)
		}},
		{"Future.Await", func(ctx context.Context) {
			future = futures.New[int](ctx)
			eventloop.FromContext(ctx).CallLater(1, func() { future.SetResult(1) })
		}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			future.Await(ctx)
		}},
		{"Task.Await", func(ctx context.Context) {
			task = tasks.Create(ctx, func(ctx context.Context) (int, error) { return 1, nil })
		}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			task.Await(ctx)
		}},
		{"Lock.Acquire", func(ctx context.Context) {
			lock.TryAcquire()
			eventloop.FromContext(ctx).CallLater(1, func() { lock.Release() })
		}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			lock.Acquire(ctx)
		}},
		{"Queue.Get", func(ctx context.Context) {
			eventloop.FromContext(ctx).CallLater(1, func() { queue.TryPut(1) })
		}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			queue.Get(ctx)
		}},
		{"Queue.Put", func(ctx context.Context) {
			full.TryPut(1)
			eventloop.FromContext(ctx).CallLater(1, func() { full.TryGet() })
		}, func(ctx context.Context, yield func(coro.Awaitable) bool) {
			if yield != nil {
				yield(nil)
				return
			}
			full.Put(ctx, 1)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			direct, awaited := 0, 0
			run(t, func(ctx context.Context) error {
				test.prepare(ctx)
				other := tasks.Go(ctx, pass) // so that a bare yield suspends
				test.await(ctx, probe(&direct, func(coro.Awaitable) bool { return true }))
				coro.Running(ctx).WrapYield(func(yield func(coro.Awaitable) bool) func(coro.Awaitable) bool {
					return probe(&awaited, yield)
				})
				test.await(ctx, nil)
				_, err := other.Await(ctx)
				return err
			})
			if direct == 0 || awaited == 0 {
				t.Fatal("it did not suspend")
			}
			over := between(direct, awaited)
			t.Logf("%d bytes between the function and the yield, %d with those below", over, over+under)
			if over+under > maxBytes {
				t.Errorf("the library takes %d + %d bytes of the stack, more than %d", under, over, maxBytes)
			}
		})
	}
}

// probe returns a yield that notes the depth of its first call and goes on to next.
func probe(at *int, next func(coro.Awaitable) bool) func(coro.Awaitable) bool {
	return func(a coro.Awaitable) bool {
		if *at == 0 {
			*at = depth()
		}
		return next(a)
	}
}
