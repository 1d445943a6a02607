package oplang

import (
	"context"

	"github.com/goasyncio/asyncio/tasks"
)

var taskOps = []row{
	syncOp("spawn", "task", "task coro [eager]", (*interp).doSpawn),
	asyncOp("await", "fut", "fut", (*interp).doAwait),
	syncOp("cancel", "fut", "fut [msg]", (*interp).doCancel),
	syncOp("uncancel", "fut", "fut", (*interp).doUncancel),
	syncOp("cancelling", "fut", "fut", (*interp).doCancelling),
	syncOp("status", "fut", "fut", (*interp).doStatus),
	syncOp("current", "", "", (*interp).doCurrent),
	syncOp("all_tasks", "", "", (*interp).doAllTasks),
}

func (in *interp) doSpawn(ctx context.Context, o *op) (any, error) {
	opts := []tasks.Option{tasks.WithName(o.task)}
	if o.eager != nil {
		opts = append(opts, tasks.Eager(*o.eager))
	}
	t := tasks.Create(ctx, in.coroutine(ctx, o.coro), opts...)
	return raw("@" + t.Name()), nil
}

func (in *interp) doAwait(ctx context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	if err := in.checkAwait(f); err != nil {
		return nil, err
	}
	return f.Await(ctx)
}

// checkAwait refuses an await of a task that has awaited itself before. It is the
// one thing here that the library does not do, nor CPython's Task in Python, which
// suspends each time: CPython's Task in C, which the traces are compared with,
// forgets to reset its _asyncio_future_blocking when it refuses itself, and then
// every await of it fails at once.
func (in *interp) checkAwait(f awaited) error {
	t := in.current()
	switch {
	case f.Done():
	case in.selfAwaited[f]:
		return tasks.ErrSelfAwait
	case f == awaited(t):
		in.selfAwaited[f] = true
	}
	return nil
}

func (in *interp) doCancel(_ context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	return f.Cancel(o.msg), nil
}

func (in *interp) doUncancel(_ context.Context, o *op) (any, error) {
	t, err := in.task(o.fut)
	if err != nil {
		return nil, err
	}
	return t.Uncancel(), nil
}

func (in *interp) doCancelling(_ context.Context, o *op) (any, error) {
	t, err := in.task(o.fut)
	if err != nil {
		return nil, err
	}
	return t.Cancelling(), nil
}

func (in *interp) doStatus(_ context.Context, o *op) (any, error) {
	f, err := in.future(o.fut)
	if err != nil {
		return nil, err
	}
	return raw(statusText(f)), nil
}

func (in *interp) doCurrent(ctx context.Context, _ *op) (any, error) {
	t := tasks.Current(ctx)
	if t == nil {
		return nil, nil
	}
	return raw("@" + t.Name()), nil
}

func (in *interp) doAllTasks(context.Context, *op) (any, error) { return raw(in.liveTasks()), nil }
