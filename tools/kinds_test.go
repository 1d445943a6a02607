package tools_test

// The kinds of wait: one function for each, with the await in one line.

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio"
)

const long = 1000 * time.Hour

func (p *program) sleep(ctx context.Context, _ *shared) error {
	w := wait{kind: "sleep"}
	return asyncio.Sleep(p.at(ctx, w), long)
}

func (p *program) future(ctx context.Context, s *shared) error {
	w := wait{kind: "future", object: s.future}
	_, err := s.future.Await(p.at(ctx, w))
	return err
}

func (p *program) lock(ctx context.Context, s *shared) error {
	w := wait{kind: "lock", object: &s.lock, holder: s.holder, line: true}
	return s.lock.Acquire(p.at(ctx, w))
}

func (p *program) event(ctx context.Context, s *shared) error {
	w := wait{kind: "event", object: &s.event, line: true}
	return s.event.Wait(p.at(ctx, w))
}

func (p *program) condition(ctx context.Context, s *shared) error {
	return s.condition.With(ctx, func(ctx context.Context) error {
		w := wait{kind: "condition", object: s.condition, line: true}
		return s.condition.Wait(p.at(ctx, w))
	})
}

func (p *program) semaphore(ctx context.Context, s *shared) error {
	w := wait{kind: "semaphore", object: s.semaphore, state: "0 free", line: true}
	return s.semaphore.Acquire(p.at(ctx, w))
}

func (p *program) barrier(ctx context.Context, s *shared) error {
	w := wait{kind: "barrier", object: s.barrier, state: "# of 1000 there", line: true}
	_, err := s.barrier.Wait(p.at(ctx, w))
	return err
}

func (p *program) get(ctx context.Context, s *shared) error {
	w := wait{kind: "queue", part: "item of", object: s.empty, state: "0 there", line: true}
	_, err := s.empty.Get(p.at(ctx, w))
	return err
}

func (p *program) put(ctx context.Context, s *shared) error {
	w := wait{kind: "queue", part: "room in", object: s.full, state: "2 of 2 there", line: true}
	return s.full.Put(p.at(ctx, w), 3)
}

func (p *program) join(ctx context.Context, s *shared) error {
	w := wait{kind: "queue", part: "work on", object: s.full, state: "2 unfinished", line: true}
	return s.full.Join(p.at(ctx, w))
}

func (p *program) group(ctx context.Context, _ *shared) error {
	names := childrenOf(ctx, 2)
	body := func(ctx context.Context, g *asyncio.TaskGroup) error {
		for _, name := range names {
			asyncio.CreateTaskIn(g, p.child, asyncio.WithName(name))
		}
		return nil
	}
	w := wait{kind: "group", object: new(int), state: "2 left", on: names}
	return asyncio.WithTaskGroup(p.at(ctx, w), body)
}

// A gather of gathers: the tasks stand two steps below.
func (p *program) gather(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 3)
	a := asyncio.Gather[int](ctx, tasks[0], tasks[1])
	b := asyncio.Gather[int](ctx, tasks[2])
	all := asyncio.Gather[[]int](ctx, a, b)
	w := wait{kind: "gather", object: all, state: "0 of 2 done", on: names}
	_, err := all.Await(p.at(ctx, w))
	return err
}

func (p *program) shield(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 1)
	outer := asyncio.Shield[int](ctx, tasks[0])
	w := wait{kind: "shield", object: outer, detail: "of " + names[0], on: names}
	_, err := outer.Await(p.at(ctx, w))
	return err
}

func (p *program) first(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 2)
	w := wait{kind: "wait", object: new(int), detail: "for the first of 2", on: names}
	_, _, err := asyncio.Wait(p.at(ctx, w), tasks, asyncio.FirstCompleted, asyncio.NoTimeout)
	return err
}

func (p *program) all(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 2)
	w := wait{kind: "wait", object: new(int), detail: "for all of 2", on: names}
	_, _, err := asyncio.Wait(p.at(ctx, w), tasks, asyncio.AllCompleted, asyncio.NoTimeout)
	return err
}

func (p *program) completed(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 2)
	c := asyncio.AsCompleted[int](ctx, asyncio.NoTimeout, tasks[0], tasks[1])
	w := wait{kind: "completion", object: c, detail: "of the first of 2", line: true, on: names}
	for _, err := range c.Results(p.at(ctx, w)) {
		return err
	}
	return nil
}

func (p *program) thread(ctx context.Context, _ *shared) error {
	w := wait{kind: "goroutine", object: new(int), detail: "of tools_test.(*program).blocked", state: "?not started"}
	_, err := asyncio.ToThread(p.at(ctx, w), p.blocked)
	return err
}

func (p *program) job(ctx context.Context, _ *shared) error {
	f := asyncio.RunInExecutor(ctx, nil, p.blocked)
	w := wait{kind: "goroutine", object: f, detail: "of tools_test.(*program).blocked", state: "?not started"}
	_, err := f.Await(p.at(ctx, w))
	return err
}

// blocked is what a loop has running elsewhere.
func (p *program) blocked(ctx context.Context) (int, error) {
	select {
	case <-p.block:
	case <-ctx.Done():
	}
	return 0, nil
}

func (p *program) recv(ctx context.Context, s *shared) error {
	in := make(chan string, 1)
	w := wait{kind: "channel", part: "receive from", object: in, detail: "of string", state: "0 of 1 there"}
	_, _, err := asyncio.Recv(p.at(ctx, w), in)
	return err
}

func (p *program) send(ctx context.Context, s *shared) error {
	w := wait{kind: "channel", part: "send to", object: s.channel, detail: "of int", state: "unbuffered"}
	return asyncio.Send(p.at(ctx, w), s.channel, 1)
}

func (p *program) task(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 1)
	w := wait{task: names[0], on: names}
	_, err := tasks[0].Await(p.at(ctx, w))
	return err
}

// With a limit of time, a task is waited for in the same way.
func (p *program) limit(ctx context.Context, _ *shared) error {
	names, tasks := p.children(ctx, 1)
	w := wait{task: names[0], on: names}
	_, err := asyncio.WaitFor(p.at(ctx, w), tasks[0], long)
	return err
}
