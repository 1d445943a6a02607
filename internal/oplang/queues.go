package oplang

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/goasyncio/asyncio/queues"
)

var queueOps = []row{
	asyncOp("put", "obj", "obj value", on((*interp).doPut)),
	asyncOp("get", "obj", "obj", on((*interp).doGet)),
	syncOp("put_nowait", "obj", "obj value", on((*interp).doPutNowait)),
	syncOp("get_nowait", "obj", "obj", on((*interp).doGetNowait)),
	syncOp("task_done", "obj", "obj", on((*interp).doTaskDone)),
	syncOp("qsize", "obj", "obj", on((*interp).doQsize)),
	syncOp("shutdown", "obj", "obj [immediate]", on((*interp).doShutdown)),
	asyncOp("join", "obj", "obj", on((*interp).doJoin)),
}

// queue is a queue of whatever kind.
type queue = *queues.Queue[any]

func (in *interp) makeQueue(o *object) { in.objects[o.label] = queues.New[any](o.maxsize) }
func (in *interp) makeLIFO(o *object)  { in.objects[o.label] = queues.NewLIFO[any](o.maxsize) }

func (in *interp) makePriority(o *object) {
	in.objects[o.label] = queues.NewPriorityFunc(o.maxsize, func(a, b any) bool { return compare(a, b) < 0 })
}

// compare orders values as Python does: numbers and bools by their value, strings
// by their characters, lists by their first items that differ. It panics for
// others, which is a run that cannot be trusted.
func compare(a, b any) int {
	switch a := a.(type) {
	case []any:
		if b, ok := b.([]any); ok {
			return slices.CompareFunc(a, b, compare)
		}
	case string:
		if b, ok := b.(string); ok {
			return cmp.Compare(a, b)
		}
	default:
		x, ok := asNumber(a)
		if y, also := asNumber(b); ok && also {
			return cmp.Compare(x, y)
		}
	}
	panic(fmt.Sprintf("oplang: a priority queue cannot order %s and %s", valueText(a), valueText(b)))
}

func asNumber(v any) (x float64, ok bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case bool:
		if v {
			x = 1
		}
		return x, true
	}
	return 0, false
}

func (in *interp) doPut(ctx context.Context, q queue, o *op) (any, error) {
	return nil, q.Put(ctx, o.value)
}

func (in *interp) doGet(ctx context.Context, q queue, _ *op) (any, error) { return q.Get(ctx) }

func (in *interp) doPutNowait(_ context.Context, q queue, o *op) (any, error) {
	return nil, q.TryPut(o.value)
}

func (in *interp) doGetNowait(_ context.Context, q queue, _ *op) (any, error) { return q.TryGet() }

func (in *interp) doTaskDone(_ context.Context, q queue, _ *op) (any, error) {
	return nil, q.TaskDone()
}

func (in *interp) doQsize(_ context.Context, q queue, _ *op) (any, error) { return q.Len(), nil }

func (in *interp) doShutdown(_ context.Context, q queue, o *op) (any, error) {
	q.Shutdown(o.immediate)
	return nil, nil
}

func (in *interp) doJoin(ctx context.Context, q queue, _ *op) (any, error) {
	return nil, q.Join(ctx)
}
