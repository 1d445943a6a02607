package oplang

import (
	"context"

	"github.com/goasyncio/asyncio/locks"
)

var lockOps = []row{
	blockOp("with", "obj", "obj body", (*interp).doWith),
	asyncOp("acquire", "obj", "obj", (*interp).doAcquire),
	syncOp("release", "obj", "obj", (*interp).doRelease),
	syncOp("locked", "obj", "obj", (*interp).doLocked),
	asyncOp("event_wait", "obj", "obj", (*interp).doWaitOn),
	syncOp("event_set", "obj", "obj", (*interp).doEventSet),
	syncOp("event_clear", "obj", "obj", (*interp).doEventClear),
	syncOp("is_set", "obj", "obj", (*interp).doIsSet),
	asyncOp("cond_wait", "obj", "obj", (*interp).doWaitOn),
	asyncOp("cond_wait_for", "obj", "obj var ge", (*interp).doCondWaitFor),
	syncOp("notify", "obj", "obj [n]", (*interp).doNotify),
	syncOp("notify_all", "obj", "obj", (*interp).doNotifyAll),
	asyncOp("barrier_wait", "obj", "obj", (*interp).doWaitOn),
	asyncOp("barrier_reset", "obj", "obj", (*interp).doBarrierReset),
	asyncOp("barrier_abort", "obj", "obj", (*interp).doBarrierAbort),
	syncOp("barrier_status", "obj", "obj", (*interp).doBarrierStatus),
}

func (in *interp) makeLock(o *object)  { in.objects[o.label] = new(locks.Lock) }
func (in *interp) makeEvent(o *object) { in.objects[o.label] = new(locks.Event) }

func (in *interp) makeCondition(o *object) {
	lock, _ := in.objects[o.lock].(*locks.Lock)
	in.objects[o.label] = locks.NewCondition(lock)
}

func (in *interp) makeSemaphore(o *object) { in.objects[o.label] = locks.NewSemaphore(o.value) }
func (in *interp) makeBounded(o *object)   { in.objects[o.label] = locks.NewBoundedSemaphore(o.value) }
func (in *interp) makeBarrier(o *object)   { in.objects[o.label] = locks.NewBarrier(o.parties) }

// find returns the object that an op names, as one that can do T. Any op can name
// any object, as any method can be called in Python: what lacks it raises an
// AttributeError.
func find[T any](in *interp, o *op) (T, error) {
	var none T
	x, ok := in.objects[o.obj]
	if !ok {
		return none, errUnbound
	}
	if x, ok := x.(T); ok {
		return x, nil
	}
	return none, errAttribute
}

// acquirable is a lock, a semaphore or a condition.
type acquirable interface {
	Acquire(ctx context.Context) error
	Locked() bool
	With(ctx context.Context, fn func(ctx context.Context) error) error
}

func (in *interp) doWith(ctx context.Context, o *op) (ret *returned, note string, err error) {
	body := func(ctx context.Context) (err error) {
		in.emitOp(o, "entered")
		ret, err = in.runBody(ctx, o)
		return err
	}
	switch x := in.objects[o.obj].(type) {
	case nil:
		err = errUnbound
	case acquirable:
		err = x.With(ctx, body)
	case *locks.Barrier:
		if _, err = x.Wait(ctx); err == nil {
			err = body(ctx)
		}
	default:
		err = errType
	}
	if err != nil {
		return nil, "", err
	}
	return ret, "", nil
}

func (in *interp) doAcquire(ctx context.Context, o *op) (any, error) {
	l, err := find[acquirable](in, o)
	if err != nil {
		return nil, err
	}
	return true, l.Acquire(ctx)
}

func (in *interp) doRelease(_ context.Context, o *op) (any, error) {
	x, err := find[acquirable](in, o)
	if err != nil {
		return nil, err
	}
	switch x := x.(type) {
	case interface{ Release() error }:
		return nil, x.Release()
	case *locks.Semaphore:
		x.Release()
	}
	return nil, nil
}

func (in *interp) doLocked(_ context.Context, o *op) (any, error) {
	l, err := find[acquirable](in, o)
	if err != nil {
		return nil, err
	}
	return l.Locked(), nil
}

// doWaitOn waits for an event, a condition or a barrier: to Python all three are
// a call of wait.
func (in *interp) doWaitOn(ctx context.Context, o *op) (any, error) {
	x, err := find[any](in, o)
	if err != nil {
		return nil, err
	}
	switch x := x.(type) {
	case interface{ Wait(context.Context) error }:
		return true, x.Wait(ctx)
	case *locks.Barrier:
		return x.Wait(ctx)
	}
	return nil, errAttribute
}

func (in *interp) doEventSet(_ context.Context, o *op) (any, error) {
	e, err := find[*locks.Event](in, o)
	if err == nil {
		e.Set()
	}
	return nil, err
}

func (in *interp) doEventClear(_ context.Context, o *op) (any, error) {
	e, err := find[*locks.Event](in, o)
	if err == nil {
		e.Clear()
	}
	return nil, err
}

func (in *interp) doIsSet(_ context.Context, o *op) (any, error) {
	e, err := find[*locks.Event](in, o)
	if err != nil {
		return nil, err
	}
	return e.IsSet(), nil
}

func (in *interp) doCondWaitFor(ctx context.Context, o *op) (any, error) {
	c, err := find[*locks.Condition](in, o)
	if err != nil {
		return nil, err
	}
	return true, c.WaitFor(ctx, func() bool {
		ok := in.reached(o)
		in.emitOp(o, "pred "+valueText(ok))
		return ok
	})
}

func (in *interp) doNotify(_ context.Context, o *op) (any, error) {
	c, err := find[*locks.Condition](in, o)
	if err != nil {
		return nil, err
	}
	n := 1
	if o.n != nil {
		n = *o.n
	}
	return nil, c.Notify(n)
}

func (in *interp) doNotifyAll(_ context.Context, o *op) (any, error) {
	c, err := find[*locks.Condition](in, o)
	if err != nil {
		return nil, err
	}
	return nil, c.NotifyAll()
}

func (in *interp) doBarrierReset(ctx context.Context, o *op) (any, error) {
	b, err := find[*locks.Barrier](in, o)
	if err != nil {
		return nil, err
	}
	return nil, b.Reset(ctx)
}

func (in *interp) doBarrierAbort(ctx context.Context, o *op) (any, error) {
	b, err := find[*locks.Barrier](in, o)
	if err != nil {
		return nil, err
	}
	return nil, b.Abort(ctx)
}

func (in *interp) doBarrierStatus(_ context.Context, o *op) (any, error) {
	b, err := find[*locks.Barrier](in, o)
	if err != nil {
		return nil, err
	}
	return raw("waiting=" + valueText(b.Waiting()) + " broken=" + valueText(b.Broken())), nil
}
