package networktest

// How a check waits for what the network does.

import (
	"context"
	"io"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
)

// A callback is what a check sets.
type callback struct {
	e  *env
	fn func()
}

func (c *callback) Run() {
	c.fn()
	if f := c.e.called; f != nil && !f.Done() {
		f.SetResult(struct{}{})
	}
}

// run makes a Runnable of a function.
func (e *env) run(fn func()) coro.Runnable { return &callback{e, fn} }

// wait waits until a callback comes.
func (e *env) wait(on func(coro.Runnable) error) {
	e.Helper()
	f := futures.New[struct{}](e.ctx)
	e.must(on(e.run(func() {
		if !f.Done() {
			f.SetResult(struct{}{})
		}
		on(nil)
	})))
	_, err := f.Await(e.ctx)
	e.must(err)
}

// turn lets some iterations of the loop go by, in which what is ready comes.
func (e *env) turn(n int) {
	e.Helper()
	for range n {
		e.must(tasks.Sleep(e.ctx, 0))
	}
}

// until waits until callbacks have brought something about.
func (e *env) until(done func() bool) {
	e.Helper()
	for !done() {
		e.called = futures.New[struct{}](e.ctx)
		_, err := e.called.Await(e.ctx)
		e.must(err)
	}
}

// settle gives what is on its way some time to come: it is for what must not come. No
// callback must be set that keeps coming, as virtual time stands still then.
func (e *env) settle() {
	e.Helper()
	e.must(tasks.Sleep(e.ctx, 10*time.Millisecond))
}

// read reads once, when there is something.
func (e *env) read(c network.Conn, p []byte) (int, error) {
	e.Helper()
	for {
		n, err := c.Read(p)
		if err != network.ErrWouldBlock {
			return n, err
		}
		if n != 0 {
			e.Fatalf("Read has read %d bytes and would block", n)
		}
		e.wait(c.OnReadable)
	}
}

// readAll reads to the end, in pieces of a size.
func (e *env) readAll(c network.Conn, size int) []byte {
	e.Helper()
	var all []byte
	p := make([]byte, size)
	for {
		n, err := e.read(c, p)
		all = append(all, p[:n]...)
		if err == io.EOF {
			return all
		}
		e.must(err)
		if n == 0 {
			e.Fatal("Read has read nothing without an error")
		}
	}
}

// expect reads as many bytes as want has, which must be those.
func (e *env) expect(c network.Conn, want string) {
	e.Helper()
	p := make([]byte, len(want))
	for got := 0; got < len(p); {
		n, err := e.read(c, p[got:])
		got += n
		if err != nil {
			e.Fatalf("read %q, then %v; want %q", p[:got], err, want)
		}
	}
	if string(p) != want {
		e.Fatalf("read %q, want %q", p, want)
	}
}

// write writes all of p.
func (e *env) write(c network.Conn, p []byte) {
	e.Helper()
	e.must(e.tryWrite(c, p))
}

func (e *env) tryWrite(c network.Conn, p []byte) error {
	e.Helper()
	for len(p) > 0 {
		n, err := c.Write(p)
		switch {
		case err == network.ErrWouldBlock:
			e.wait(c.OnWritable)
		case err != nil:
			return err
		case n == 0 || n > len(p):
			e.Fatalf("Write of %d bytes has taken %d without an error", len(p), n)
		}
		p = p[n:]
	}
	return nil
}

// fill writes until the connection takes no more for good, and returns what it took.
func (e *env) fill(c network.Conn) []byte {
	e.Helper()
	return e.writeUntilIdle(c, 100) // for networks that need goroutines
}

// cram writes about as much as the connection takes, and returns what it took.
func (e *env) cram(c network.Conn) []byte {
	e.Helper()
	return e.writeUntilIdle(c, 10)
}

// writeUntilIdle writes until the connection has taken nothing for so many milliseconds.
func (e *env) writeUntilIdle(c network.Conn, most int) []byte {
	e.Helper()
	var taken []byte
	p := pattern(1 << 20)
	for idle := 0; idle < most; {
		n, err := c.Write(p[len(taken)%len(p):])
		if err != nil && err != network.ErrWouldBlock {
			e.Fatal(err)
		}
		taken = append(taken, p[len(taken)%len(p):][:n]...)
		if len(taken) > 256<<20 {
			e.Fatal("a connection that nobody reads takes all there is")
		}
		idle++
		if n > 0 {
			idle = 0
		} else {
			e.must(tasks.Sleep(e.ctx, time.Millisecond))
		}
	}
	return taken
}

// pattern returns n bytes that tell where they stand.
func pattern(n int) []byte {
	p := make([]byte, n)
	const period = 1_000_003
	x := uint32(1)
	for i := range min(n, period) {
		x = x*1664525 + 1013904223
		p[i] = byte(x >> 24)
	}
	for i := period; i < n; i += period {
		copy(p[i:], p[:period])
	}
	return p
}

// group runs functions as tasks and waits for all of them.
func (e *env) group(fns ...func(e *env)) {
	e.Helper()
	var all []tasks.Awaitable[struct{}]
	for _, fn := range fns {
		all = append(all, tasks.Go(e.ctx, func(ctx context.Context) error {
			in := *e
			in.ctx = ctx
			fn(&in)
			return nil
		}))
	}
	_, err := tasks.Gather(e.ctx, all...).Await(e.ctx)
	e.must(err)
}
