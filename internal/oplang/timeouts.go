package oplang

import (
	"context"
	"strconv"

	"github.com/goasyncio/asyncio/timeouts"
)

var timeoutOps = []row{
	blockOp("timeout", "to", "to [t] [at] body", (*interp).doTimeout),
	syncOp("reschedule", "to", "to [t]", (*interp).doReschedule),
	syncOp("to_status", "to", "to", (*interp).doTimeoutStatus),
}

func (in *interp) doTimeout(ctx context.Context, o *op) (ret *returned, note string, err error) {
	make := timeouts.After
	if o.at {
		make = timeouts.At
	}
	t := make(ctx, o.t.or(timeouts.Never))
	in.timeouts[o.to] = t
	err = t.Do(ctx, func(ctx context.Context) (err error) {
		ret, err = in.runBody(ctx, o)
		return err
	})
	note = "expired=" + strconv.FormatBool(t.Expired())
	if err != nil {
		in.emitOp(o, note)
		return nil, "", err
	}
	return ret, " " + note, nil
}

func (in *interp) doReschedule(_ context.Context, o *op) (any, error) {
	t := in.timeouts[o.to]
	if t == nil {
		return nil, errUnbound
	}
	when := timeouts.Never
	if o.t.set {
		when = in.loop.Time() + o.t.d
	}
	return nil, t.Reschedule(when)
}

func (in *interp) doTimeoutStatus(_ context.Context, o *op) (any, error) {
	t := in.timeouts[o.to]
	if t == nil {
		return nil, errUnbound
	}
	var when any
	if d, ok := t.When(); ok {
		when = seconds(d)
	}
	return raw("expired=" + strconv.FormatBool(t.Expired()) + " when=" + valueText(when)), nil
}
