package oplang

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/tasks"
)

var basicOps = []row{
	syncOp("log", "msg", "msg", (*interp).doLog),
	syncOp("burn", "", "t", (*interp).doBurn),
	syncOp("time", "", "", (*interp).doTime),
	syncOp("incr", "var", "var [n]", (*interp).doIncr),
	asyncOp("sleep", "", "t [value]", (*interp).doSleep),
	asyncOp("call", "coro", "coro", (*interp).doCall),
	syncOp("ctx_set", "var", "var [value]", (*interp).doCtxSet),
	syncOp("ctx_get", "var", "var", (*interp).doCtxGet),
	syncOp("loop_stop", "", "", (*interp).doLoopStop),
}

func (in *interp) doLog(context.Context, *op) (any, error) { return nil, nil }

func (in *interp) doBurn(_ context.Context, o *op) (any, error) {
	in.world.burn(o.t.d)
	return nil, nil
}

func (in *interp) doTime(context.Context, *op) (any, error) { return seconds(in.loop.Time()), nil }

// seconds returns a time as a value of the language.
func seconds(d time.Duration) any { return d.Seconds() }

func (in *interp) doIncr(_ context.Context, o *op) (any, error) {
	n := 1
	if o.n != nil {
		n = *o.n
	}
	in.variables[o.variable] += n
	return in.variables[o.variable], nil
}

func (in *interp) doSleep(ctx context.Context, o *op) (any, error) {
	return o.value, tasks.Sleep(ctx, o.t.d)
}

func (in *interp) doCall(ctx context.Context, o *op) (any, error) { return in.runCoro(ctx, o.coro) }

func (in *interp) doLoopStop(context.Context, *op) (any, error) {
	if !in.shutdown {
		in.loop.Stop()
	}
	return nil, nil
}
