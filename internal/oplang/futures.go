package oplang

import (
	"context"

	"github.com/goasyncio/asyncio/futures"
)

var futureOps = []row{
	syncOp("set_result", "fut", "fut [value]", (*interp).doSetResult),
	syncOp("set_exception", "fut", "fut exc [msg]", (*interp).doSetException),
	syncOp("add_cb", "fut", "fut cb", (*interp).doAddCallback),
	syncOp("remove_cb", "fut", "fut cb", (*interp).doRemoveCallback),
}

func (in *interp) makeFuture(o *object) { in.bind(o.label, futures.On[any](in.loop)) }

// settable is what has an outcome to set. A task refuses.
type settable interface {
	SetResult(v any) error
	SetError(err error) error
}

func (in *interp) doSetResult(_ context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	return nil, f.(settable).SetResult(o.value)
}

func (in *interp) doSetException(_ context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	return nil, f.(settable).SetError(newError(o))
}

// subscription is a callback of the program on a future. However often it was
// added, and in whatever contexts, it is one function.
type subscription struct {
	f  awaited
	cb string
}

func (in *interp) doAddCallback(ctx context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	run, err := in.callbackFunc(ctx, o.cb)
	if err != nil {
		return nil, err
	}
	key := subscription{f, o.cb}
	cb := futures.AddCallback(f, func() { run("begin " + in.nameOf(f) + " " + statusText(f)) })
	in.callbacks[key] = append(in.callbacks[key], cb)
	return nil, nil
}

func (in *interp) doRemoveCallback(ctx context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	if _, err := in.callbackFunc(ctx, o.cb); err != nil {
		return nil, err
	}
	key := subscription{f, o.cb}
	n := 0
	for _, cb := range in.callbacks[key] {
		n += f.Unsubscribe(cb)
	}
	delete(in.callbacks, key)
	return n, nil
}
