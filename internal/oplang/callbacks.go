package oplang

import (
	"context"
	"fmt"
	"time"
)

var callbackOps = []row{
	syncOp("call_soon", "cb", "cb [h]", (*interp).doCallSoon),
	syncOp("call_later", "cb", "cb t [h]", (*interp).doCallLater),
	syncOp("call_at", "cb", "cb t [h]", (*interp).doCallAt),
	syncOp("cancel_handle", "h", "h", (*interp).doCancelHandle),
	syncOp("storm", "", "n t keep", (*interp).doStorm),
}

// handle is a callback on its way.
type handle interface {
	Cancel()
	Cancelled() bool
}

// callbackFunc returns a function that runs a callback of the program, in a copy
// of the context of ctx. It prints first. An error out of the callback is a panic
// with that error.
func (in *interp) callbackFunc(ctx context.Context, label string) (func(first string), error) {
	list, ok := in.prog.callbacks[label]
	if !ok {
		return nil, errKey
	}
	ctx = withCell(in.base, cellOf(ctx).copy())
	return func(first string) {
		in.callback = label
		defer func() { in.callback = "" }()
		in.emit(first)
		if err := in.runCallback(ctx, list); err != nil && !in.over {
			panic(err)
		}
	}, nil
}

func (in *interp) runCallback(ctx context.Context, list []*op) error {
	for _, o := range list {
		var err error
		if o.kind == kindSync {
			err = in.runSync(ctx, o)
		} else {
			_, err = in.runOp(ctx, o) // a raise
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// register binds the handle that schedule returns for a callback.
func (in *interp) register(ctx context.Context, o *op, schedule func(fn func()) handle) (any, error) {
	run, err := in.callbackFunc(ctx, o.cb)
	if err != nil {
		return nil, err
	}
	label := o.h
	if label == "" {
		label = o.cb
	}
	in.handles[label] = schedule(func() { run("begin") })
	return nil, nil
}

func (in *interp) doCallSoon(ctx context.Context, o *op) (any, error) {
	return in.register(ctx, o, func(fn func()) handle { return in.loop.CallSoon(fn) })
}

func (in *interp) doCallLater(ctx context.Context, o *op) (any, error) {
	return in.register(ctx, o, func(fn func()) handle { return in.loop.CallLater(o.t.d, fn) })
}

func (in *interp) doCallAt(ctx context.Context, o *op) (any, error) {
	return in.register(ctx, o, func(fn func()) handle { return in.loop.CallAt(o.t.d, fn) })
}

func (in *interp) doCancelHandle(_ context.Context, o *op) (any, error) {
	h := in.handles[o.h]
	if h == nil {
		return nil, errUnbound
	}
	was := h.Cancelled()
	h.Cancel()
	return !was, nil
}

// doStorm starts many timers and cancels most of them.
func (in *interp) doStorm(_ context.Context, o *op) (any, error) {
	handles := make([]handle, max(0, *o.n))
	for k := range handles {
		handles[k] = in.loop.CallLater(o.t.d+time.Duration(k%3)*time.Second, func() {
			in.emitLoop(fmt.Sprintf("#%d fire %d", o.num, k))
		})
	}
	for k, h := range handles {
		if k%o.keep != 0 {
			h.Cancel()
		}
	}
	return nil, nil
}
