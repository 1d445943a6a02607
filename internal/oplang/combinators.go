package oplang

import (
	"context"
	"fmt"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/tasks"
)

var combinatorOps = []row{
	asyncOp("gather", "", "aws fut [return_exceptions]", (*interp).doGather),
	syncOp("gather_nowait", "", "aws fut [return_exceptions]", (*interp).doGatherNowait),
	asyncOp("shield", "", "aw fut", (*interp).doShield),
	syncOp("shield_nowait", "", "aw fut", (*interp).doShieldNowait),
	asyncOp("wait", "", "futs [when] [timeout]", (*interp).doWait),
	asyncOp("wait_for", "", "aw [timeout]", (*interp).doWaitFor),
	asyncOp("as_completed", "", "aws [mode] [timeout] [limit]", (*interp).doAsCompleted),
}

func (in *interp) doGather(ctx context.Context, o *op) (any, error) {
	return in.gather(ctx, o).Await(ctx)
}

func (in *interp) doGatherNowait(ctx context.Context, o *op) (any, error) {
	in.gather(ctx, o)
	return raw("@" + o.fut), nil
}

// gather makes the gather of an op and binds its label.
func (in *interp) gather(ctx context.Context, o *op) awaited {
	aws := in.awaitables(ctx, o.aws)
	var g awaited
	if o.returnExceptions {
		g = &outer[[]tasks.Result[any]]{
			GatheringFuture: tasks.GatherSettled(ctx, aws...),
			value:           settledValue,
		}
	} else {
		g = &outer[[]any]{
			GatheringFuture: tasks.Gather(ctx, aws...),
			value:           func(v []any) any { return v },
		}
	}
	in.bind(o.fut, g)
	return g
}

// awaitables returns what sources give, but for labels that are not bound.
func (in *interp) awaitables(ctx context.Context, sources []source) []tasks.Awaitable[any] {
	var aws []tasks.Awaitable[any]
	for _, s := range sources {
		if aw, err := in.awaitable(ctx, s); err == nil {
			aws = append(aws, aw)
		}
	}
	return aws
}

// settledValue makes a value of the results and errors of a gather.
func settledValue(results []tasks.Result[any]) any {
	list := make([]any, len(results))
	for i, r := range results {
		list[i] = r.Value
		if r.Err != nil {
			list[i] = r.Err
		}
	}
	return list
}

// outer is the future of a gather as one of a value of the language. Its outcome
// can be set as well, which the library does not offer and CPython does.
type outer[R any] struct {
	*tasks.GatheringFuture[R]
	value func(R) any
}

func (g *outer[R]) Await(ctx context.Context) (any, error) {
	v, err := g.GatheringFuture.Await(ctx)
	if err != nil {
		return nil, err
	}
	return g.value(v), nil
}

func (g *outer[R]) Result() (any, error) {
	v, err := g.GatheringFuture.Result()
	if err != nil {
		return nil, err
	}
	return g.value(v), nil
}

// SetResult sets the outcome in place of the children.
func (g *outer[R]) SetResult(v any) error {
	if g.Done() {
		return futures.ErrInvalidState
	}
	g.value = func(R) any { return v }
	g.Core().Finish(nil, g)
	return nil
}

// SetError sets the outcome in place of the children.
func (g *outer[R]) SetError(err error) error {
	if !g.Core().Finish(err, g) {
		return futures.ErrInvalidState
	}
	return nil
}

func (in *interp) doShield(ctx context.Context, o *op) (any, error) {
	f, err := in.shield(ctx, o)
	if err != nil {
		return nil, err
	}
	return f.Await(ctx)
}

func (in *interp) doShieldNowait(ctx context.Context, o *op) (any, error) {
	f, err := in.shield(ctx, o)
	if err != nil {
		return nil, err
	}
	return raw("@" + in.nameOf(f)), nil
}

// shield makes the shield of an op and binds its label.
func (in *interp) shield(ctx context.Context, o *op) (awaited, error) {
	aw, err := in.awaitable(ctx, o.aw)
	if err != nil {
		return nil, err
	}
	f := tasks.Shield(ctx, aw)
	in.bind(o.fut, f)
	return f, nil
}

func (in *interp) doWait(ctx context.Context, o *op) (any, error) {
	var fs []awaited
	for _, label := range o.futs {
		if f, err := in.future(label); err == nil {
			fs = append(fs, f)
		}
	}
	when := tasks.AllCompleted
	switch o.when {
	case "first":
		when = tasks.FirstCompleted
	case "exception":
		when = tasks.FirstException
	}
	done, pending, err := tasks.Wait(ctx, fs, when, o.timeout.or(tasks.NoTimeout))
	if err != nil {
		return nil, err
	}
	return raw("done=" + nameList(in, done) + " pending=" + nameList(in, pending)), nil
}

func (in *interp) doWaitFor(ctx context.Context, o *op) (any, error) {
	aw, err := in.awaitable(ctx, o.aw)
	if err != nil {
		return nil, err
	}
	d := o.timeout.or(tasks.NoTimeout)
	if f, ok := aw.(awaited); ok && d > 0 {
		if err := in.checkAwait(f); err != nil {
			return nil, err
		}
	}
	return tasks.WaitFor(ctx, aw, d)
}

func (in *interp) doAsCompleted(ctx context.Context, o *op) (any, error) {
	c := tasks.AsCompleted(ctx, o.timeout.or(tasks.NoTimeout), in.awaitables(ctx, o.aws)...)
	n := 0
	last := func() bool {
		n++
		return o.limit != nil && n >= *o.limit
	}
	if o.mode == "async" {
		for f, err := range c.Futures(ctx) {
			if err != nil {
				return nil, err
			}
			in.emitOp(o, fmt.Sprintf("item @%s %s", in.nameOf(f), statusText(f)))
			if last() {
				break
			}
		}
		return n, nil
	}
	for v, err := range c.Results(ctx) {
		switch {
		case in.over:
			return nil, errOver
		case err == nil:
			in.emitOp(o, "item = "+valueText(v))
		case matches("error", err):
			in.emitOp(o, "item ! "+errorText(err))
		default:
			return nil, err
		}
		if last() {
			break
		}
	}
	return n, nil
}
