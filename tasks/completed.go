package tasks

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/timeouts"
)

// AsCompleted runs awaitables concurrently and returns their outcomes in the
// order in which they are done (asyncio: as_completed). Coroutines become tasks.
// After timeout, measured from the call, what is not done yields a
// [*timeouts.TimeoutError] each; [NoTimeout] is no limit. Nothing is cancelled
// when the time is over or the caller stops early.
//
//	for page, err := range tasks.AsCompleted(ctx, tasks.NoTimeout, fetches...).Results(ctx) {
func AsCompleted[T any](ctx context.Context, timeout time.Duration, aws ...Awaitable[T]) *Completions[T] {
	c := new(Completions[T])
	nodes := make([]completionNode[T], 0, len(aws))
	for _, aw := range distinct(aws) {
		nodes = append(nodes, completionNode[T]{c, EnsureFuture(ctx, aw)})
	}
	c.todo = make(map[futures.Like[T]]*completionNode[T], len(nodes))
	for i := range nodes {
		c.todo[nodes[i].f] = &nodes[i]
		nodes[i].f.Subscribe(&nodes[i])
	}
	c.nodes = nodes
	c.left = len(c.todo)
	if c.left > 0 && timeout != NoTimeout {
		c.timer = loopOf(ctx).CallLater(timeout, c.expire)
	}
	return c
}

// Completions are the awaitables of [AsCompleted], as they are done (asyncio:
// _AsCompletedIterator).
type Completions[T any] struct {
	nodes []completionNode[T]                    // in the order of the arguments
	todo  map[futures.Like[T]]*completionNode[T] // what is not done
	left  int                                    // what has not been asked for
	done  []futures.Like[T]                      // what has not been taken; nil for each that timed out
	line  waitq.Line                             // of those who wait for done
	home  waitq.Home
	timer interface{ Cancel() }
}

// Len returns how many have not been asked for.
func (c *Completions[T]) Len() int { return c.left }

// String describes what is waited for in reports.
func (c *Completions[T]) String() string {
	return fmt.Sprintf("the first of %d to complete", len(c.todo))
}

// Explain implements [waits.Explainer].
func (c *Completions[T]) Explain() waits.Reason {
	return waits.Reason{Kind: "completion", Object: c, Line: c.line.All(), On: c.pending, Any: true,
		Detail: fmt.Sprintf("of the first of %d", len(c.todo))}
}

// pending ranges over what is not done, in the order of the arguments.
func (c *Completions[T]) pending(yield func(coro.Awaitable) bool) {
	for i := range c.nodes {
		if n := &c.nodes[i]; c.todo[n.f] == n && !yield(n.f) {
			return
		}
	}
}

// Results ranges over the results of what is left, in the order of completion;
// each step awaits the next, with ctx. An error is that of the awaitable, or of
// the wait.
func (c *Completions[T]) Results(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for c.left > 0 {
			c.left--
			var v T
			f, err := c.next(ctx)
			if err == nil {
				v, err = f.Result()
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// Futures ranges over the futures and tasks themselves, in the order of
// completion; each step awaits the next, with ctx. When the time is over it
// yields the error and ends.
func (c *Completions[T]) Futures(ctx context.Context) iter.Seq2[futures.Like[T], error] {
	return func(yield func(futures.Like[T], error) bool) {
		for c.left > 0 {
			c.left--
			f, err := c.next(ctx)
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// next waits for the next completion (asyncio: _wait_for_one).
func (c *Completions[T]) next(ctx context.Context) (futures.Like[T], error) {
	if err := coro.Check(ctx); err != nil {
		return nil, err
	}
	for len(c.done) == 0 {
		w, err := c.line.Join(ctx, &c.home, c)
		if err != nil {
			return nil, err
		}
		err = coro.Await(ctx, w)
		woken := c.line.Leave(w)
		if err != nil {
			if woken && len(c.done) > 0 {
				c.line.WakeNext()
			}
			return nil, err
		}
	}
	f := c.done[0]
	c.done[0] = nil
	c.done = c.done[1:]
	if f == nil {
		return nil, &timeouts.TimeoutError{}
	}
	return f, nil
}

func (c *Completions[T]) put(f futures.Like[T]) {
	c.done = append(c.done, f)
	c.line.WakeNext()
}

// expire is called when the time is over (asyncio: _handle_timeout).
func (c *Completions[T]) expire() {
	n := len(c.todo)
	for f, node := range c.todo { // in any order: nothing is seen of it
		f.Unsubscribe(node)
	}
	clear(c.todo)
	for range n {
		c.put(nil)
	}
}

// completionNode subscribes Completions to one future.
type completionNode[T any] struct {
	c *Completions[T]
	f futures.Like[T]
}

// Run is called when the future is done (asyncio: _handle_completion).
func (n *completionNode[T]) Run() {
	c := n.c
	if len(c.todo) == 0 {
		return // the time was over first
	}
	f := n.f
	delete(c.todo, f)
	n.f = nil // it need not live as long as the others
	c.put(f)
	if len(c.todo) == 0 && c.timer != nil {
		c.timer.Cancel()
	}
}
