// Package stress plays random programs on connections, and compares what comes of them
// with a simple model of a connection.
package stress

import (
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"time"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
)

// A Program is what is played.
type Program struct {
	Network network.Network
	Listen  net.Addr                                                       // where the connections are made
	Host    func(context.Context) context.Context                          // where those who dial are; nil for here
	Conns   int                                                            // how many connections
	Steps   int                                                            // how many random steps
	Ends    bool                                                           // some connections are closed and aborted
	Exact   bool                                                           // nothing happens between two calls that the loop has not done
	Fault   func(rng *rand.Rand, ends []network.Conn) (reset network.Conn) // something goes wrong; nil for never
	Heal    func()                                                         // nothing goes wrong any more
}

// An end is one end of a connection, and what the model knows of it.
type end struct {
	network.Conn
	key           uint64 // of what it writes
	peer          *end
	wrote, read   int
	shut, closed  bool
	aborted, torn bool  // torn: by a fault
	eof           bool  // read has come to it
	err           error // of a read or a write
}

// player plays one program.
type player struct {
	Program
	ctx  context.Context
	rng  *rand.Rand
	ends []*end
	log  hash.Hash64
}

// Play plays a program by a seed. It returns a digest of all that has happened, which
// is the same for the same seed if the network is deterministic, and what has differed
// from the model.
func Play(ctx context.Context, p Program, seed uint64) (digest uint64, err error) {
	l := &player{Program: p, ctx: ctx, rng: rand.New(rand.NewPCG(seed, 1)), log: fnv.New64a()}
	defer func() {
		for _, e := range l.ends {
			e.Abort()
		}
	}()
	if err := l.connect(); err != nil {
		return 0, err
	}
	for range p.Steps {
		if err := l.step(); err != nil {
			return 0, err
		}
	}
	if p.Heal != nil {
		p.Heal()
	}
	if err := l.finish(); err != nil {
		return 0, err
	}
	return l.log.Sum64(), nil
}

func (p *player) connect() error {
	l, err := p.Network.Listen(p.ctx, p.Listen, network.Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	from := p.ctx
	if p.Host != nil {
		from = p.Host(from)
	}
	for i := range p.Conns {
		c, err := p.Network.Dial(from, l.Addr(), network.Options{})
		if err != nil {
			return err
		}
		a := &end{Conn: c, key: uint64(2 * i)}
		p.ends = append(p.ends, a)
		for {
			s, err := l.Accept()
			if err == nil {
				a.peer = &end{Conn: s, key: uint64(2*i + 1), peer: a}
				p.ends = append(p.ends, a.peer)
				break
			}
			if err != network.ErrWouldBlock {
				return err
			}
			if err := tasks.Sleep(p.ctx, time.Millisecond); err != nil {
				return err
			}
		}
	}
	return nil
}

// step does something at random.
func (p *player) step() error {
	e := p.ends[p.rng.IntN(len(p.ends))]
	switch k := p.rng.IntN(100); {
	case k < 35:
		return p.write(e)
	case k < 70:
		return p.readSome(e)
	case k < 80:
		return tasks.Sleep(p.ctx, time.Duration(p.rng.IntN(5000))*time.Microsecond)
	case k < 90:
		return p.level(e)
	case k < 92 && !e.closed:
		e.shut = true
		p.say(e, "shut", 0, e.CloseWrite())
	case k < 93 && p.Ends && !e.closed:
		e.closed = true
		p.say(e, "close", 0, e.Close())
	case k < 94 && p.Ends && !e.closed:
		e.closed, e.aborted = true, true
		p.say(e, "abort", 0, e.Abort())
	case k < 96 && p.Fault != nil:
		all := make([]network.Conn, len(p.ends))
		for i, e := range p.ends {
			all[i] = e.Conn
		}
		reset := p.Fault(p.rng, all)
		for _, e := range p.ends {
			if e.Conn == reset {
				e.torn, e.peer.torn = true, true
			}
		}
	}
	return nil
}

// say adds a line to the log.
func (p *player) say(e *end, what string, n int, err error) {
	fmt.Fprintln(p.log, e.key, what, n, err)
}

// patience is how long finish waits while nothing comes, though something should: in
// real time, on a machine that has much to do.
const patience = 10 * time.Second

// finish reads what is left, and asks whether that is all.
func (p *player) finish() error {
	const pause = 20 * time.Millisecond // in which what is too much would come
	for idle := time.Duration(0); idle < patience; idle += pause {
		for _, e := range p.ends {
			for !e.closed && e.err == nil && !e.eof {
				n, err := p.readOnce(e, 4000)
				if err != nil {
					return err
				}
				if n == 0 {
					break
				}
				idle = 0
			}
		}
		if p.missing() == nil && idle > 0 {
			return nil
		}
		if err := tasks.Sleep(p.ctx, pause); err != nil {
			return err
		}
	}
	return p.missing()
}

// missing says which end has not read all that was written to it, unless that is in
// order.
func (p *player) missing() error {
	for _, e := range p.ends {
		w := e.peer
		switch {
		case e.closed || e.err != nil || w.err != nil || w.aborted || w.torn:
		case e.read != w.wrote || (w.shut || w.closed) != e.eof:
			return fmt.Errorf("end %d has read %d bytes of %d, at the end: %t, want %t", e.key, e.read, w.wrote, e.eof, w.shut || w.closed)
		}
	}
	return nil
}
