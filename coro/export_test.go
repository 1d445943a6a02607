package coro

// WrapYield puts with's function in the place of the yield of c's stack, which it
// calls in its turn.
func (c *Coroutine) WrapYield(with func(yield func(Awaitable) bool) func(Awaitable) bool) {
	c.w.yield = with(c.w.yield)
}
