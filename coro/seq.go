package coro

// FromSeq returns a coroutine that runs a raw generator. It has no result, and
// its rules are those of range-over-func with one addition:
//
//   - yield returns true when the generator is resumed, false when an error was
//     thrown into it;
//   - the generator may go on after a false, and yield again, to clean up;
//   - if it returns without having taken that error by [Wait], the coroutine
//     ends with the error.
//
// A generator delegates to another by calling it with its own yield, as
// Python's yield from does.
func FromSeq(seq Seq) *Coroutine {
	c := new(Coroutine)
	c.Init(SeqBody(seq), nil)
	return c
}

// SeqBody is a raw generator as a [Body].
func SeqBody(seq Seq) Body {
	if seq == nil {
		panic("asyncio: coro.FromSeq of a nil generator")
	}
	return BodyFunc(func(c *Coroutine) error {
		var pending error // thrown in and not taken
		seq(func(a Awaitable) bool {
			w, _ := a.(*wait)
			if w != nil {
				a = w.Awaitable
			}
			err := c.Yield(a)
			switch {
			case w != nil:
				w.err = err
			case err != nil:
				pending = err
			}
			return err == nil
		})
		return pending
	})
}

// wait carries the thrown error from a generator's yield back to [Wait].
type wait struct {
	Awaitable
	err error
}

// Wait yields a from a raw generator and returns the error that was thrown into
// it there: the error of a, or a cancellation. Having been taken, the error
// does not end the generator.
func Wait(yield func(Awaitable) bool, a Awaitable) error {
	w := &wait{Awaitable: a}
	yield(w)
	return w.err
}
