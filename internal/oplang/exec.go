package oplang

// How coroutines and lists of ops are run.

import (
	"context"
	"errors"

	"github.com/goasyncio/asyncio/tasks"
)

// coroutine returns the body of a new coroutine object. It may become a task or
// run within the task that awaits it.
func (in *interp) coroutine(ctx context.Context, name string) func(context.Context) (any, error) {
	creator := in.current()
	vars := cellOf(ctx).copy()
	return func(ctx context.Context) (any, error) {
		if t := in.current(); t != creator {
			in.adopt(t)
			ctx = withCell(ctx, vars)
		}
		return in.runCoro(ctx, name)
	}
}

// awaitable returns the future of a label or a new coroutine object.
func (in *interp) awaitable(ctx context.Context, s source) (tasks.Awaitable[any], error) {
	if s.coro == "" {
		return in.future(s.fut)
	}
	return tasks.Coro(in.coroutine(ctx, s.coro), tasks.WithName(s.task)), nil
}

// runCoro runs a coroutine of the program within the current task.
func (in *interp) runCoro(ctx context.Context, name string) (any, error) {
	in.emit("begin " + name)
	list, ok := in.prog.coros[name]
	var ret *returned
	err := errKey
	if ok {
		ret, err = in.runOps(ctx, list)
	}
	if err != nil {
		in.emit("end " + name + " ! " + errorText(err))
		return nil, err
	}
	var v any
	if ret != nil {
		v = ret.value
	}
	in.emit("end " + name + " = " + valueText(v))
	return v, nil
}

// runOps runs ops in order until one fails or returns.
func (in *interp) runOps(ctx context.Context, list []*op) (*returned, error) {
	for _, o := range list {
		if ret, err := in.runOp(ctx, o); ret != nil || err != nil {
			return ret, err
		}
	}
	return nil, nil
}

// runOp runs one op of a coroutine.
func (in *interp) runOp(ctx context.Context, o *op) (ret *returned, err error) {
	switch o.kind {
	case kindSync:
		return nil, in.runSync(ctx, o)
	case kindControl:
		if err := in.step(); err != nil {
			return nil, err
		}
		return o.doControl(in, ctx, o)
	}
	if err := in.step(); err != nil {
		return nil, err
	}
	in.emit(o.head)
	var result string
	if o.kind == kindBlock {
		ret, result, err = in.runBlock(ctx, o)
	} else {
		var v any
		v, err = o.do(in, ctx, o)
		result = valueText(v)
	}
	switch {
	case in.over:
		return nil, errOver
	case errors.Is(err, errUnbound):
		in.emitOp(o, "unbound")
		return nil, nil
	case err != nil:
		in.emitOp(o, "! "+errorText(err))
		return nil, o.swallow(err)
	}
	in.emitOp(o, "= "+result)
	return ret, nil
}

// runBlock runs a block op and returns the end of its last line.
func (in *interp) runBlock(ctx context.Context, o *op) (ret *returned, result string, err error) {
	ret, note, err := o.doBlock(in, ctx, o)
	if ret != nil {
		return ret, "return" + note, err
	}
	return nil, "ok" + note, err
}

// runBody runs the body of a block op.
func (in *interp) runBody(ctx context.Context, o *op) (*returned, error) {
	ret, err := in.runOps(ctx, o.body)
	switch {
	case err != nil:
		in.emitOp(o, "body ! "+errorText(err))
	case ret != nil:
		in.emitOp(o, "body return")
	default:
		in.emitOp(o, "body ok")
	}
	return ret, err
}

// runSync runs a sync op of a coroutine or a callback.
func (in *interp) runSync(ctx context.Context, o *op) error {
	if err := in.step(); err != nil {
		return err
	}
	v, err := o.do(in, ctx, o)
	switch {
	case in.over:
		return errOver
	case errors.Is(err, errUnbound):
		in.emit(o.head + " unbound")
		return nil
	case err != nil:
		in.emit(o.head + " ! " + errorText(err))
		return o.swallow(err)
	}
	in.emit(o.head + " = " + valueText(v))
	return nil
}

// swallow returns err, or nil if the op is one that swallows it.
func (o *op) swallow(err error) error {
	if o.safe && matches("error", err) {
		return nil
	}
	return err
}
