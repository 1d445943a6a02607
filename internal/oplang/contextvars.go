package oplang

import (
	"context"
	"maps"
)

// A cell is the context of a task or callback (asyncio: contextvars.Context):
// what ctx_set has set there. A ctx cannot be changed, so it holds the cell, and
// a task or callback that is registered gets a ctx with a copy.
type cell struct{ vars map[string]any }

type cellKey struct{}

func withCell(ctx context.Context, c *cell) context.Context {
	return context.WithValue(ctx, cellKey{}, c)
}

func cellOf(ctx context.Context) *cell { return ctx.Value(cellKey{}).(*cell) }

func (c *cell) copy() *cell { return &cell{maps.Clone(c.vars)} }

func (in *interp) doCtxSet(ctx context.Context, o *op) (any, error) {
	c := cellOf(ctx)
	if c.vars == nil {
		c.vars = make(map[string]any)
	}
	c.vars[o.variable] = o.value
	return nil, nil
}

func (in *interp) doCtxGet(ctx context.Context, o *op) (any, error) {
	return cellOf(ctx).vars[o.variable], nil
}
