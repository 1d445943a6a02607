package stress

import (
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
)

// called is a callback that notes that it was called.
type called struct{ times int }

func (c *called) Run() { c.times++ }

// level compares what callbacks say with what calls do.
func (p *player) level(e *end) error {
	if e.closed || !p.Exact {
		return nil
	}
	if err := p.callback(e, "OnReadable", e.OnReadable); err != nil {
		return err
	}
	return p.callback(e, "OnWritable", e.OnWritable)
}

func (p *player) callback(e *end, name string, on func(coro.Runnable) error) error {
	var c called
	const turns = 3
	if err := on(&c); err != nil {
		return err
	}
	for range turns {
		if err := tasks.Sleep(p.ctx, 0); err != nil {
			return err
		}
	}
	if err := on(nil); err != nil {
		return err
	}
	if c.times > turns {
		return fmt.Errorf("%s has called %d times in %d iterations", name, c.times, turns)
	}
	return p.compare(e, name, c.times > 0)
}

// compare makes the call that a callback was for.
func (p *player) compare(e *end, name string, could bool) error {
	var n int
	var err error
	if name == "OnReadable" {
		if n, err = p.readOnce(e, 1); err != nil {
			return err
		}
		if can := n > 0 || e.eof || e.err != nil; can != could {
			return fmt.Errorf("end %d: OnReadable says %t, Read has read %d, at the end %t, failed with %v", e.key, could, n, e.eof, e.err)
		}
		return nil
	}
	n, err = e.Write([]byte{at(e.key, e.wrote)})
	e.wrote += n
	if can := err != network.ErrWouldBlock; can != could {
		return fmt.Errorf("end %d: OnWritable says %t, Write says %v", e.key, could, err)
	}
	if err != nil && err != network.ErrWouldBlock && !e.shut {
		return p.fail(e, err)
	}
	return nil
}
