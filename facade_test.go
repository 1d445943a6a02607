package asyncio_test

// The facade: that it is what the packages behind it are, and that calls need no
// type arguments.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// client has methods that can be tasks.
type client struct{ host string }

func (c client) get(ctx context.Context) (string, error) { return c.host, asyncio.Sleep(ctx, 0) }
func (c *client) close(ctx context.Context) error        { return asyncio.Sleep(ctx, 0) }

// fetcher is a named function type.
type fetcher func(ctx context.Context) (string, error)

// query is an awaitable of a user's making; its type cannot be compared.
type query struct{ words []string }

func (q query) Await(ctx context.Context) (string, error) {
	return fmt.Sprint(q.words), asyncio.Sleep(ctx, 0)
}

// run runs fn in virtual time.
func run(t *testing.T, fn func(ctx context.Context) error) {
	t.Helper()
	if err := asyncio.Run(context.Background(), fn, runners.WithVirtualTime()); err != nil {
		t.Errorf("run: %v", err)
	}
}

// same fails t if got is not want. Its type parameter is where the inferred types
// of the calls below are checked: both have one.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// Whatever has the right shape can be passed as it is.
func TestTypesAreInferred(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) error {
		c := client{"example.org"}
		var named fetcher = c.get
		closure := func(ctx context.Context) (int, error) { return len(c.host), nil }

		var (
			fromMethod     *asyncio.Task[string]    = asyncio.CreateTask(ctx, c.get)
			fromExpression *asyncio.Task[string]    = asyncio.CreateTask(ctx, func(ctx context.Context) (string, error) { return client.get(c, ctx) })
			fromNamed      *asyncio.Task[string]    = asyncio.CreateTask(ctx, named)
			fromFunc       *asyncio.Task[string]    = asyncio.CreateTask(ctx, fetch)
			fromClosure    *asyncio.Task[int]       = asyncio.CreateTask(ctx, closure, asyncio.WithName("named"))
			fromReader     *asyncio.Task[io.Reader] = asyncio.CreateTask(ctx, func(context.Context) (io.Reader, error) { return nil, nil })
			fromPointer    *asyncio.Task[struct{}]  = asyncio.Go(ctx, c.close)
			future         *asyncio.Future[string]  = asyncio.NewFuture[string](ctx)
		)
		asyncio.RunningLoop(ctx).CallLater(time.Second, func() { future.SetResult("future") })

		// Tasks, futures, coroutines, shields and one's own types, mixed.
		var all []string
		all, err := asyncio.Gather(ctx, fromMethod, future, asyncio.Coro(named), asyncio.Shield(ctx, fromFunc), query{[]string{"q"}}).Await(ctx)
		if err != nil {
			return err
		}
		same(t, "Gather", all, []string{c.host, "future", c.host, "a page", "[q]"})

		var settled []asyncio.Settled[string]
		settled, err = asyncio.GatherSettled(ctx, fromExpression, fromNamed).Await(ctx)
		if err != nil {
			return err
		}
		same(t, "GatherSettled", []string{settled[0].Value, settled[1].Value}, []string{c.host, c.host})

		var n int
		n, err = asyncio.WaitFor(ctx, fromClosure, time.Second)
		if err != nil {
			return err
		}
		same(t, "WaitFor", n, len(c.host))

		var got []string
		for s, err := range asyncio.AsCompleted(ctx, asyncio.NoTimeout, fromMethod, query{nil}, future, query{nil}).Results(ctx) {
			if err != nil {
				return err
			}
			got = append(got, s)
		}
		same(t, "AsCompleted", got, []string{c.host, "future", "[]", "[]"})
		for f, err := range asyncio.AsCompleted(ctx, asyncio.NoTimeout, future).Futures(ctx) {
			var like futures.Like[string] = f
			same(t, "Futures", like == futures.Like[string](future), err == nil)
		}

		// Wait takes one kind, and returns it; AnyTask takes every task.
		var done []*asyncio.Future[string]
		done, _, err = asyncio.Wait(ctx, []*asyncio.Future[string]{future}, asyncio.AllCompleted, asyncio.NoTimeout)
		if err != nil {
			return err
		}
		var mixed []asyncio.AnyTask
		mixed, _, err = asyncio.Wait(ctx, []asyncio.AnyTask{fromReader, fromPointer}, asyncio.FirstException, time.Second)
		if err != nil {
			return err
		}
		same(t, "done", []int{len(done), len(mixed)}, []int{1, 2})

		var shielded futures.Like[io.Reader] = asyncio.Shield(ctx, fromReader)
		_, err = shielded.Await(ctx)
		return err
	})
}

func TestRunValueInfersItsType(t *testing.T) {
	leak.Check(t)
	var n int
	n, err := asyncio.RunValue(context.Background(), func(context.Context) (int, error) { return 3, nil })
	same(t, "value", n, 3)
	same(t, "error", err == nil, true)
}

// What errors.Is says of the errors of the facade.
func TestErrorIdentities(t *testing.T) {
	var netErr net.Error
	for _, tt := range []struct {
		name string
		err  error
		is   []error
		not  []error
	}{
		{"CancelledError", &asyncio.CancelledError{Msg: "m"}, []error{asyncio.ErrCancelled, context.Canceled},
			[]error{context.DeadlineExceeded, asyncio.ErrInvalidState}},
		{"TimeoutError", &asyncio.TimeoutError{}, []error{context.DeadlineExceeded},
			[]error{context.Canceled, asyncio.ErrCancelled}},
		{"PanicError of an error", &asyncio.PanicError{Value: io.EOF}, []error{io.EOF}, []error{asyncio.ErrCancelled}},
		{"PanicError of a string", &asyncio.PanicError{Value: "boom"}, nil, []error{asyncio.ErrCancelled, io.EOF}},
		{"WrongTaskError", &asyncio.WrongTaskError{}, nil, []error{asyncio.ErrNoTask}},
		{"DeadlockError", &asyncio.DeadlockError{}, nil, []error{asyncio.ErrLoopClosed}},
	} {
		for _, target := range tt.is {
			same(t, fmt.Sprintf("%s is %v", tt.name, target), errors.Is(tt.err, target), true)
		}
		for _, target := range tt.not {
			same(t, fmt.Sprintf("%s is %v", tt.name, target), errors.Is(tt.err, target), false)
		}
		same(t, tt.name+" is a net.Error that timed out", errors.As(tt.err, &netErr) && netErr.Timeout(), tt.name == "TimeoutError")
		same(t, tt.name+" starts with asyncio: ", tt.err.Error()[:9], "asyncio: ")
	}
}

// The sentinels come out of the facade's own functions.
func TestErrorsOfTheFacade(t *testing.T) {
	leak.Check(t)
	var after context.Context
	run(t, func(ctx context.Context) error {
		after = ctx
		f := asyncio.NewFuture[int](ctx)
		_, pending := f.Result()
		f.Cancel()
		_, cancelled := f.Await(ctx)
		loop := asyncio.RunningLoop(ctx)
		for name, pair := range map[string][2]error{
			"ErrInvalidState":     {pending, asyncio.ErrInvalidState},
			"ErrInvalidState, 2":  {f.SetResult(1), asyncio.ErrInvalidState},
			"ErrCancelled":        {cancelled, asyncio.ErrCancelled},
			"ErrLoopRunning":      {asyncio.Run(ctx, func(context.Context) error { return nil }), asyncio.ErrLoopRunning},
			"ErrNoTask":           {asyncio.Sleep(loop.Context(ctx), 1), asyncio.ErrNoTask},
			"ErrNoTask, timeouts": {asyncio.WithTimeout(loop.Context(ctx), 1, func(context.Context) error { return nil }), asyncio.ErrNoTask},
		} {
			same(t, fmt.Sprintf("%s: %v", name, pair[0]), errors.Is(pair[0], pair[1]), true)
		}
		return nil
	})
	err := asyncio.Sleep(after, time.Second)
	same(t, fmt.Sprintf("ErrLoopClosed: %v", err), errors.Is(err, asyncio.ErrLoopClosed), true)
}

// A zero value or a constructor of the facade is all that is needed.
func TestSyncNames(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) error {
		cond, barrier := asyncio.NewCondition(nil), asyncio.NewBarrier(1)
		err := cond.With(ctx, func(ctx context.Context) error {
			return cond.WaitFor(ctx, func() bool { return true })
		})
		if err != nil {
			return err
		}
		index, err := barrier.Wait(ctx)
		if err != nil {
			return err
		}
		same(t, "index", index, 0)
		slots := asyncio.NewBoundedSemaphore(1)
		same(t, "a slot too many", slots.Release() != nil, true)
		lifo, least := asyncio.NewLIFOQueue[int](0), asyncio.NewPriorityQueue[int](0)
		for _, n := range []int{2, 1, 3} {
			if err := errors.Join(lifo.Put(ctx, n), least.Put(ctx, n)); err != nil {
				return err
			}
		}
		var got []int
		for range 3 {
			a, err := lifo.Get(ctx)
			if err != nil {
				return err
			}
			b, err := least.Get(ctx)
			if err != nil {
				return err
			}
			got = append(got, a, b)
		}
		same(t, "items", got, []int{3, 1, 1, 2, 2, 3})
		return nil
	})
}

// The types of the facade are those of the packages, not copies.
func TestTypesOfTheFacade(t *testing.T) {
	var (
		_ *tasks.Task[int]         = (*asyncio.Task[int])(nil)
		_ *futures.Future[int]     = (*asyncio.Future[int])(nil)
		_ *runners.Runner          = (*asyncio.Runner)(nil)
		_ asyncio.AnyTask          = (*tasks.Task[string])(nil)
		_ asyncio.Awaitable[int]   = (*asyncio.Task[int])(nil)
		_ asyncio.Awaitable[int]   = (*asyncio.Future[int])(nil)
		_ asyncio.Awaitable[int]   = (*tasks.Coroutine[int])(nil)
		_ asyncio.Awaitable[[]int] = (*tasks.GatheringFuture[[]int])(nil)
	)
	same(t, "AllCompleted", asyncio.AllCompleted, tasks.AllCompleted)
	same(t, "NoTimeout", asyncio.NoTimeout, tasks.NoTimeout)
}
