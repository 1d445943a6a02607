package networktest

// When callbacks come.

import (
	"github.com/goasyncio/asyncio/network"
)

// A counter counts how often a callback comes.
type counter struct {
	e     *env
	calls int
}

// count sets a callback, by on, that counts.
func (e *env) count(on func(c *counter) error) *counter {
	e.Helper()
	c := &counter{e: e}
	e.must(on(c))
	return c
}

// within lets the callback come n times more at least.
func (c *counter) within(n int) {
	c.e.Helper()
	n += c.calls
	c.e.until(func() bool { return c.calls >= n })
}

// again lets the callback, which keeps coming, come some times more, and fails the
// check if it comes more than once in an iteration.
func (c *counter) again() {
	c.e.Helper()
	c.within(1)
	c.e.turn(1) // behind it
	calls, turns := c.calls, 50
	c.e.turn(turns)
	if n := c.calls - calls; n > turns+1 {
		c.e.Errorf("the callback came %d times in %d iterations", n, turns)
	}
	c.within(2) // a loop that is busy may look for it less often
}

// never fails the check if the callback comes again.
func (c *counter) never(when string) {
	c.e.Helper()
	c.e.turn(2) // one that is in the queue already may come
	calls := c.calls
	c.e.turn(20) // and no sleep: virtual time stands still while callbacks come
	if c.calls != calls {
		c.e.Errorf("the callback came %d times %s", c.calls-calls, when)
	}
}

func readableLevel(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	quiet := e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) })
	quiet.never("before anything was sent")
	if quiet.calls != 0 {
		e.Errorf("the callback came %d times before anything was sent", quiet.calls)
	}
	e.must(b.OnReadable(nil))
	e.write(a, []byte("abcde"))
	e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) }).again()

	got := ""
	e.count(func(c *counter) error {
		return b.OnReadable(e.run(func() {
			c.calls++
			p := make([]byte, 1)
			if n, err := b.Read(p); err != network.ErrWouldBlock {
				e.must(err)
				got += string(p[:n])
			}
		}))
	}).within(5)
	e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) }).never("when all was read")
	if got != "abcde" {
		e.Errorf("read %q", got)
	}
}

func readableAtEOF(e *env) {
	a, b := e.pair()
	defer b.Close()
	e.must(a.Close())
	e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) }).again()
	e.must(b.OnReadable(nil))
	if got := e.readAll(b, 10); len(got) != 0 {
		e.Errorf("read %q", got)
	}
}

func writableLevel(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	count := func(c *counter) error { return a.OnWritable(e.run(func() { c.calls++ })) }
	e.count(count).again()
	e.must(a.OnWritable(nil))
	sent := e.fill(a)
	e.count(count).never("though the connection is full")
	for p := make([]byte, 1<<20); len(sent) > 0; {
		n, err := e.read(b, p)
		e.must(err)
		sent = sent[n:]
	}
	e.count(count).again()
}

// A callback takes the place of the one before, and those for reading and writing are
// apart.
func callbacks(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	e.write(a, []byte("x"))
	e.wait(b.OnReadable)
	first := e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) })
	first.within(2)
	second := e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) })
	first.never("after another has taken its place")
	third := e.count(func(c *counter) error { return b.OnWritable(e.run(func() { c.calls++ })) })
	second.within(2)
	third.within(2)
	e.must(b.OnReadable(nil))
	second.never("after OnReadable(nil)")
	third.within(2)
	e.must(b.OnWritable(nil))
	e.must(b.OnWritable(nil))
	third.never("after OnWritable(nil)")
}

func closeForgets(e *env) {
	for _, end := range []func(network.Conn) error{network.Conn.Close, network.Conn.Abort} {
		a, b := e.pair()
		e.write(a, []byte("x"))
		e.wait(b.OnReadable)
		r := e.count(func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) })
		w := e.count(func(c *counter) error { return b.OnWritable(e.run(func() { c.calls++ })) })
		r.within(2)
		w.within(2)
		e.must(end(b))
		r.never("after the end")
		w.never("after the end")
		e.must(a.Close())
	}
}

// A callback may close its connection, and others.
func closeInCallback(e *env) {
	a, b := e.pair()
	c, d := e.pair()
	e.write(a, []byte("x"))
	e.write(c, []byte("x"))
	e.settle()
	calls := 0
	for _, end := range []network.Conn{b, d} {
		e.must(end.OnReadable(e.run(func() {
			calls++
			e.must(b.Close())
			e.must(d.Close())
		})))
	}
	e.until(func() bool { return calls > 0 })
	e.settle()
	if calls > 2 {
		e.Errorf("the callbacks came %d times", calls)
	}
	e.must(a.Close())
	e.must(c.Close())
}
