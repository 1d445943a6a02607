package queues_test

// Programs of random operations, checked against a model: a list of items, and
// a count of those unfinished.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// model is what a queue should have in it.
type model struct {
	t          *testing.T
	q          *queues.Queue[int]
	next       func(items []int) int // index of the item that is to come next
	items      []int
	unfinished int
	shutDown   bool
}

// newModel returns a queue of one kind with a model.
func newModel(t *testing.T, kind, maxsize int) *model {
	m := &model{t: t, q: kinds[kind].make(maxsize)}
	switch kinds[kind].name {
	case "FIFO":
		m.next = func([]int) int { return 0 }
	case "LIFO":
		m.next = func(items []int) int { return len(items) - 1 }
	case "Priority":
		m.next = func(items []int) int { return slices.Index(items, slices.Min(items)) }
	}
	return m
}

func (m *model) full() bool { return m.q.Cap() > 0 && len(m.items) >= m.q.Cap() }

// check fails the test if the queue differs from the model.
func (m *model) check(after string) {
	m.t.Helper()
	got := []any{m.q.Len(), m.q.Empty(), m.q.Full(), m.q.Unfinished()}
	want := []any{len(m.items), len(m.items) == 0, m.full(), m.unfinished}
	waittest.Equal(m.t, "length, empty, full, unfinished after "+after, got, want)
}

// wrong returns what must not be when nothing is ready.
func (m *model) wrong() string {
	getters, putters, joiners := m.q.Waiting()
	switch {
	case getters > 0 && !m.q.Empty():
		return "a getter waits beside an item"
	case putters > 0 && !m.q.Full():
		return "a putter waits beside room"
	case joiners > 0 && m.q.Unfinished() == 0:
		return "a joiner waits for nothing"
	case m.shutDown && getters+putters > 0:
		return "somebody waits after the shutdown"
	}
	return ""
}

// put is called with the outcome of a Put or TryPut.
func (m *model) put(v int, err error) {
	m.t.Helper()
	if err == nil {
		if m.full() || m.shutDown {
			m.t.Errorf("%d was put into %v", v, m.items)
		}
		m.items = append(m.items, v)
		m.unfinished++
	}
	m.check(fmt.Sprintf("a put with error %v", err))
}

// got is called with the outcome of a Get or TryGet.
func (m *model) got(v int, err error) {
	m.t.Helper()
	if err == nil {
		if len(m.items) == 0 {
			m.t.Errorf("got %d from an empty queue", v)
			return
		}
		i := m.next(m.items)
		waittest.Equal(m.t, "item", v, m.items[i])
		m.items = slices.Delete(m.items, i, i+1)
	}
	m.check(fmt.Sprintf("a get with error %v", err))
}

func (m *model) tryPut(v int) {
	err := m.q.TryPut(v)
	var want error
	switch {
	case m.shutDown:
		want = queues.ErrShutDown
	case m.full():
		want = queues.ErrFull
	}
	waittest.Is(m.t, "TryPut", err, want)
	m.put(v, err)
}

func (m *model) tryGet() {
	v, err := m.q.TryGet()
	var want error
	switch {
	case len(m.items) > 0:
	case m.shutDown:
		want = queues.ErrShutDown
	default:
		want = queues.ErrEmpty
	}
	waittest.Is(m.t, "TryGet", err, want)
	m.got(v, err)
}

func (m *model) taskDone() {
	var want error
	if m.unfinished == 0 {
		want = queues.ErrTaskDone
	} else {
		m.unfinished--
	}
	waittest.Is(m.t, "TaskDone", m.q.TaskDone(), want)
	m.check("TaskDone")
}

func (m *model) shutdown(immediate bool) {
	m.shutDown = true
	if immediate {
		m.unfinished -= min(len(m.items), m.unfinished)
		m.items = nil
	}
	m.q.Shutdown(immediate)
	m.check("Shutdown")
}

// allowed fails the test if a wait ended with an error that it had no reason for.
func (m *model) allowed(err error) {
	m.t.Helper()
	switch {
	case errors.Is(err, queues.ErrShutDown):
		waittest.Equal(m.t, "shut down", m.shutDown, true)
	case err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded):
		m.t.Errorf("a wait ended with %v", err)
	}
}

// limited calls fn with ctx, with a ctx that ends, or with a time limit.
func limited(ctx context.Context, how byte, fn func(ctx context.Context) error) error {
	soon := time.Duration(how/4%4) * time.Millisecond
	switch how % 4 {
	case 1:
		return timeouts.Run(ctx, soon, fn)
	case 2:
		inner, cancel := context.WithCancel(ctx)
		defer cancel()
		defer loopOf(ctx).CallLater(soon, cancel).Cancel()
		return fn(inner)
	}
	return fn(ctx)
}

// program runs a program: the first two bytes say which queue, then comes one
// byte for each operation, and one for its argument.
func program(t *testing.T, code []byte) {
	if len(code) < 2 {
		return
	}
	m := newModel(t, int(code[0])%len(kinds), int(code[1])%4)
	w := new(waittest.World)
	w.Idle = func() {
		if wrong := m.wrong(); wrong != "" {
			t.Errorf("nothing is ready, and yet %s", wrong)
		}
	}
	waittest.RunOne(t, func(ctx context.Context) {
		var all []*tasks.Task[struct{}]
		start := func(fn func(ctx context.Context) error) {
			all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
				m.allowed(fn(ctx))
				return nil
			}))
		}
		for i := 2; i+1 < len(code); i += 2 {
			arg := code[i+1]
			switch code[i] % 12 {
			case 0, 1:
				v := int(arg % 16)
				start(func(ctx context.Context) error {
					return limited(ctx, arg/16, func(ctx context.Context) error {
						err := m.q.Put(ctx, v)
						m.put(v, err)
						return err
					})
				})
			case 2, 3:
				start(func(ctx context.Context) error {
					return limited(ctx, arg, func(ctx context.Context) error {
						v, err := m.q.Get(ctx)
						m.got(v, err)
						return err
					})
				})
			case 4:
				start(func(ctx context.Context) error { return limited(ctx, arg, m.q.Join) })
			case 5:
				m.tryPut(int(arg % 16))
			case 6:
				m.tryGet()
			case 7:
				m.taskDone()
			case 8:
				if len(all) > 0 {
					all[int(arg)%len(all)].Cancel()
				}
			case 9:
				waittest.Turns(ctx, int(arg%3))
			case 10:
				must(tasks.Sleep(ctx, time.Duration(arg%4)*time.Millisecond))
			case 11:
				if arg < 16 {
					m.shutdown(arg%2 == 0)
				}
			}
		}
		for _, task := range all {
			task.Cancel()
		}
		must(tasks.Sleep(ctx, time.Millisecond))
		getters, putters, joiners := m.q.Waiting()
		waittest.Equal(t, "waiting at the end", []int{getters, putters, joiners}, []int{0, 0, 0})
		m.check("all")
	}, w.Options())
}

// FuzzQueue checks queues against a model: go test -fuzz FuzzQueue ./queues
func FuzzQueue(f *testing.F) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		code := make([]byte, 2+2*r.IntN(200))
		for i := range code {
			code[i] = byte(r.Uint32())
		}
		f.Add(code)
	}
	f.Fuzz(program) // TestStress looks for leaks: here that would take nearly all the time
}

// The same with longer programs.
func TestStress(t *testing.T) {
	leak.Check(t)
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		code := make([]byte, 2000)
		for i := range code {
			code[i] = byte(r.Uint32())
		}
		program(t, code)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
