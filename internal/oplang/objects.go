package oplang

// Ops on the objects of a program.

import "context"

// An objectFunc does an op on an object that it names.
type objectFunc[T any] func(in *interp, ctx context.Context, x T, o *op) (any, error)

// on makes a [valueFunc] of an objectFunc. Any op can name any object, as any
// method can be called in Python: an object that is no T lacks it, which raises
// an AttributeError.
func on[T any](f objectFunc[T]) valueFunc {
	return func(in *interp, ctx context.Context, o *op) (any, error) {
		switch x := in.objects[o.obj].(type) {
		case nil:
			return nil, errUnbound
		case T:
			return f(in, ctx, x, o)
		}
		return nil, errAttribute
	}
}
