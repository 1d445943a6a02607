package oplang

import (
	"context"

	"github.com/goasyncio/asyncio/locks"
)

var lockOps = []row{
	blockOp("with", "obj", "obj body", (*interp).doWith),
	asyncOp("acquire", "obj", "obj", on((*interp).doAcquire)),
	syncOp("release", "obj", "obj", on((*interp).doRelease)),
	syncOp("locked", "obj", "obj", on((*interp).doLocked)),
	asyncOp("event_wait", "obj", "obj", on((*interp).doWaitOn)),
	syncOp("event_set", "obj", "obj", on((*interp).doEventSet)),
	syncOp("event_clear", "obj", "obj", on((*interp).doEventClear)),
	syncOp("is_set", "obj", "obj", on((*interp).doIsSet)),
	asyncOp("cond_wait", "obj", "obj", on((*interp).doWaitOn)),
	asyncOp("cond_wait_for", "obj", "obj var ge", on((*interp).doCondWaitFor)),
	syncOp("notify", "obj", "obj [n]", on((*interp).doNotify)),
	syncOp("notify_all", "obj", "obj", on((*interp).doNotifyAll)),
	asyncOp("barrier_wait", "obj", "obj", on((*interp).doWaitOn)),
	asyncOp("barrier_reset", "obj", "obj", on((*interp).doBarrierReset)),
	asyncOp("barrier_abort", "obj", "obj", on((*interp).doBarrierAbort)),
	syncOp("barrier_status", "obj", "obj", on((*interp).doBarrierStatus)),
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

func (in *interp) doAcquire(ctx context.Context, l acquirable, _ *op) (any, error) {
	return true, l.Acquire(ctx)
}

func (in *interp) doRelease(_ context.Context, l acquirable, _ *op) (any, error) {
	switch l := l.(type) {
	case interface{ Release() error }:
		return nil, l.Release()
	case *locks.Semaphore:
		l.Release()
	}
	return nil, nil
}

func (in *interp) doLocked(_ context.Context, l acquirable, _ *op) (any, error) {
	return l.Locked(), nil
}

// doWaitOn waits for an event, a condition or a barrier: to Python all three are
// a call of wait.
func (in *interp) doWaitOn(ctx context.Context, x any, _ *op) (any, error) {
	switch x := x.(type) {
	case interface{ Wait(context.Context) error }:
		return true, x.Wait(ctx)
	case *locks.Barrier:
		return x.Wait(ctx)
	}
	return nil, errAttribute
}

func (in *interp) doEventSet(_ context.Context, e *locks.Event, _ *op) (any, error) {
	e.Set()
	return nil, nil
}

func (in *interp) doEventClear(_ context.Context, e *locks.Event, _ *op) (any, error) {
	e.Clear()
	return nil, nil
}

func (in *interp) doIsSet(_ context.Context, e *locks.Event, _ *op) (any, error) {
	return e.IsSet(), nil
}

func (in *interp) doCondWaitFor(ctx context.Context, c *locks.Condition, o *op) (any, error) {
	return true, c.WaitFor(ctx, func() bool {
		ok := in.reached(o)
		in.emitOp(o, "pred "+valueText(ok))
		return ok
	})
}

func (in *interp) doNotify(_ context.Context, c *locks.Condition, o *op) (any, error) {
	n := 1
	if o.n != nil {
		n = *o.n
	}
	return nil, c.Notify(n)
}

func (in *interp) doNotifyAll(_ context.Context, c *locks.Condition, _ *op) (any, error) {
	return nil, c.NotifyAll()
}

func (in *interp) doBarrierReset(ctx context.Context, b *locks.Barrier, _ *op) (any, error) {
	return nil, b.Reset(ctx)
}

func (in *interp) doBarrierAbort(ctx context.Context, b *locks.Barrier, _ *op) (any, error) {
	return nil, b.Abort(ctx)
}

func (in *interp) doBarrierStatus(_ context.Context, b *locks.Barrier, _ *op) (any, error) {
	return raw("waiting=" + valueText(b.Waiting()) + " broken=" + valueText(b.Broken())), nil
}
