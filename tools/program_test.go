package tools_test

// A program with many tasks that wait for everything there is to wait for. Each
// writes down what it is about to wait for, on which object and at which line.

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/goasyncio/asyncio"
)

// A wait is what a task knows of its own.
type wait struct {
	kind, part string
	object     any    // which of its kind; nil for one that has no number
	detail     string // "of int"
	holder     string // the task that has it
	state      string // "0 free"
	line       bool   // those who wait for it stand in line
	on         []string
	task       string // it waits for this task

	name string // of the task that waits
	file string
	at   int // the line
	in   string
	time time.Duration
}

const (
	perObject = 10 // so many tasks wait for the same lock, the same event
	perRound  = 36 // tasks in a round, at least
)

type program struct {
	waits  map[string]wait // by the name of the task
	order  []string        // the names, in the order in which they began to wait
	stop   bool
	never  asyncio.Event
	block  chan struct{}
	shared map[int]*shared
}

// shared is what the tasks of several rounds have in common.
type shared struct {
	future    *asyncio.Future[int]
	lock      asyncio.Lock
	holder    string
	event     asyncio.Event
	condition *asyncio.Condition
	semaphore *asyncio.Semaphore
	barrier   *asyncio.Barrier
	empty     *asyncio.Queue[int]
	full      *asyncio.Queue[int]
	channel   chan int
}

// at notes what the task of ctx is about to wait for in the line of the call,
// and returns ctx for that wait.
func (p *program) at(ctx context.Context, w wait) context.Context {
	pc, file, line, _ := runtime.Caller(1)
	w.name, w.file, w.at, w.in = asyncio.CurrentTask(ctx).Name(), file, line, runtime.FuncForPC(pc).Name()
	w.time = asyncio.RunningLoop(ctx).Time()
	p.waits[w.name] = w
	p.order = append(p.order, w.name)
	return ctx
}

// run starts tasks, waits until all stand where they should, and calls look
// while others go on.
func (p *program) run(ctx context.Context, tasks int, look func(ctx context.Context) error) error {
	p.waits, p.shared = make(map[string]wait), make(map[int]*shared)
	p.block = make(chan struct{})
	defer close(p.block)
	for i := range tasks / perRound {
		if err := p.round(ctx, i); err != nil {
			return err
		}
	}
	for i := range 5 {
		asyncio.Go(ctx, p.step, asyncio.WithName(fmt.Sprint("stepper-", i)))
	}
	for n := -1; n < len(p.waits); { // until a few turns have brought no new one
		n = len(p.waits)
		for range 5 {
			if err := asyncio.Sleep(ctx, 0); err != nil {
				return err
			}
		}
	}
	return look(ctx)
}

// step goes on all the time.
func (p *program) step(ctx context.Context) error {
	for !p.stop {
		if err := asyncio.Sleep(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}

// round starts a task of each kind.
func (p *program) round(ctx context.Context, i int) error {
	s, err := p.share(ctx, i/perObject)
	if err != nil {
		return err
	}
	kinds := []struct {
		name string
		fn   func(ctx context.Context, s *shared) error
	}{
		{"sleep", p.sleep}, {"future", p.future}, {"lock", p.lock}, {"event", p.event},
		{"condition", p.condition}, {"semaphore", p.semaphore}, {"barrier", p.barrier},
		{"get", p.get}, {"put", p.put}, {"join", p.join}, {"group", p.group},
		{"gather", p.gather}, {"shield", p.shield}, {"first", p.first}, {"all", p.all},
		{"completed", p.completed}, {"thread", p.thread}, {"job", p.job},
		{"recv", p.recv}, {"send", p.send}, {"task", p.task}, {"limit", p.limit},
	}
	for _, k := range kinds {
		fn := func(ctx context.Context) error { return k.fn(ctx, s) }
		asyncio.Go(ctx, fn, asyncio.WithName(fmt.Sprintf("%s-%d", k.name, i)))
	}
	return nil
}

// share returns what the tasks of block i have in common.
func (p *program) share(ctx context.Context, i int) (*shared, error) {
	if s := p.shared[i]; s != nil {
		return s, nil
	}
	s := &shared{
		future:    asyncio.NewFuture[int](ctx),
		holder:    fmt.Sprint("holder-", i),
		condition: asyncio.NewCondition(nil),
		semaphore: asyncio.NewSemaphore(0),
		barrier:   asyncio.NewBarrier(1000),
		empty:     asyncio.NewQueue[int](0),
		full:      asyncio.NewQueue[int](2),
		channel:   make(chan int),
	}
	s.full.TryPut(1)
	s.full.TryPut(2)
	p.shared[i] = s
	asyncio.Go(ctx, func(ctx context.Context) error {
		return s.lock.With(ctx, func(ctx context.Context) error {
			return p.never.Wait(p.at(ctx, p.neverSet()))
		})
	}, asyncio.WithName(s.holder))
	return s, asyncio.Sleep(ctx, 0)
}

func (p *program) neverSet() wait {
	return wait{kind: "event", object: &p.never, line: true}
}

// childrenOf returns the names of n children of the task of ctx.
func childrenOf(ctx context.Context, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("%s/%d", asyncio.CurrentTask(ctx).Name(), i))
	}
	return names
}

// children starts n tasks that do nothing but wait.
func (p *program) children(ctx context.Context, n int) (names []string, tasks []*asyncio.Task[int]) {
	names = childrenOf(ctx, n)
	for _, name := range names {
		tasks = append(tasks, asyncio.CreateTask(ctx, p.child, asyncio.WithName(name)))
	}
	return names, tasks
}

func (p *program) child(ctx context.Context) (int, error) {
	return 0, p.never.Wait(p.at(ctx, p.neverSet()))
}
