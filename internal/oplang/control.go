package oplang

import (
	"context"
	"fmt"
	"strconv"
)

var controlOps = []row{
	controlOp("return", "[value]", (*interp).doReturn),
	controlOp("raise", "exc [msg]", (*interp).doRaise),
	controlOp("repeat", "n body", (*interp).doRepeat),
	controlOp("if", "var ge [then] [else]", (*interp).doIf),
	controlOp("try", "body [except] [else] [finally]", (*interp).doTry),
}

func (in *interp) doReturn(_ context.Context, o *op) (*returned, error) {
	in.emitOp(o, "return "+valueText(o.value))
	return &returned{o.value}, nil
}

func (in *interp) doRaise(_ context.Context, o *op) (*returned, error) {
	err := newError(o)
	in.emitOp(o, "raise ! "+errorText(err))
	return nil, err
}

func (in *interp) doRepeat(ctx context.Context, o *op) (*returned, error) {
	for k := range *o.n {
		if in.over {
			return nil, errOver
		}
		in.emitOp(o, fmt.Sprintf("repeat %d", k))
		if ret, err := in.runOps(ctx, o.body); ret != nil || err != nil {
			return ret, err
		}
	}
	return nil, nil
}

func (in *interp) doIf(ctx context.Context, o *op) (*returned, error) {
	yes := in.reached(o)
	in.emitOp(o, "if "+strconv.FormatBool(yes))
	if yes {
		return in.runOps(ctx, o.then)
	}
	return in.runOps(ctx, o.otherwise)
}

// reached reports whether the variable of an op has the value that it names.
func (in *interp) reached(o *op) bool { return float64(in.variables[o.variable]) >= o.ge }

func (in *interp) doTry(ctx context.Context, o *op) (*returned, error) {
	in.emitOp(o, "try")
	ret, err := in.tryBody(ctx, o)
	if o.finally == nil || in.over {
		return ret, err
	}
	in.emitOp(o, "finally")
	switch last, lastErr := in.runOps(ctx, o.finally); {
	case last != nil:
		return last, nil
	case lastErr != nil:
		return nil, lastErr
	}
	return ret, err
}

// tryBody runs a try up to its finally.
func (in *interp) tryBody(ctx context.Context, o *op) (*returned, error) {
	ret, err := in.runOps(ctx, o.body)
	switch {
	case in.over:
		return nil, errOver
	case err != nil:
		return in.handle(ctx, o, err)
	case ret == nil:
		return in.runOps(ctx, o.otherwise)
	}
	return ret, nil
}

// handle runs the first handler of a try that matches err.
func (in *interp) handle(ctx context.Context, o *op, err error) (*returned, error) {
	for _, h := range o.except {
		if !matches(h.catch, err) {
			continue
		}
		in.emitOp(o, "catch "+h.catch+" "+errorText(err))
		ret, bodyErr := in.runOps(ctx, h.body)
		if ret != nil || bodyErr != nil {
			return ret, bodyErr
		}
		if h.reraise {
			in.emitOp(o, "reraise")
			return nil, err
		}
		return nil, nil
	}
	return nil, err
}
