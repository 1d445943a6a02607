package transports_test

// Connections of a network that fails at random.

import (
	"math/rand/v2"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/network"
)

// A shaky connection does less than it is asked to, and fails now and then.
type shaky struct {
	network.Conn
	r *rand.Rand
}

func (c *shaky) fails() error {
	if c.r.IntN(50) == 0 {
		return errBroken
	}
	return nil
}

// less is n or less, above zero if n is.
func (c *shaky) less(n int) int {
	if n > 1 && c.r.IntN(2) == 0 {
		return 1 + c.r.IntN(n)
	}
	return n
}

func (c *shaky) Read(p []byte) (int, error) {
	if err := c.fails(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p[:c.less(len(p))])
}

func (c *shaky) Write(p []byte) (int, error) {
	if err := c.fails(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p[:c.less(len(p))])
}

func (c *shaky) CloseWrite() error {
	if err := c.fails(); err != nil {
		return err
	}
	return c.Conn.CloseWrite()
}

func (c *shaky) OnReadable(r coro.Runnable) error {
	if err := c.fails(); err != nil && r != nil {
		return err
	}
	return c.Conn.OnReadable(r)
}

func (c *shaky) OnWritable(r coro.Runnable) error {
	if err := c.fails(); err != nil && r != nil {
		return err
	}
	return c.Conn.OnWritable(r)
}

// A gatheringShaky one can write several buffers at once.
type gatheringShaky struct{ shaky }

func (c *gatheringShaky) WriteBuffers(bufs [][]byte) (int, error) {
	if err := c.fails(); err != nil {
		return 0, err
	}
	return c.Conn.(network.BuffersWriter).WriteBuffers(bufs[:c.less(len(bufs))])
}
