package oplang

import (
	"context"

	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

var groupOps = []row{
	blockOp("taskgroup", "tg", "tg body", (*interp).doTaskGroup),
	syncOp("tg_spawn", "task", "tg task coro", (*interp).doGroupSpawn),
}

func (in *interp) doTaskGroup(ctx context.Context, o *op) (ret *returned, note string, err error) {
	g := taskgroups.New()
	in.groups[o.tg] = g
	err = g.Do(ctx, func(ctx context.Context) (err error) {
		ret, err = in.runBody(ctx, o)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return ret, "", nil
}

func (in *interp) doGroupSpawn(ctx context.Context, o *op) (any, error) {
	g := in.groups[o.tg]
	if g == nil {
		return nil, errUnbound
	}
	t, err := taskgroups.Create(g, in.coroutine(ctx, o.coro), tasks.WithName(o.task))
	if err != nil {
		return nil, err
	}
	return raw("@" + t.Name()), nil
}
