package memory

import (
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
)

// A flow is one direction of a connection. Its bytes stand in one ring from the write
// until they are read: first those that have arrived, then those in the air.
type flow struct {
	n        *Network
	from, to *conn

	bytes   ring
	arrived int  // of bytes
	eof     bool // the end has arrived

	air   []segment // what is on its way, in order; empty if everything has arrived
	last  time.Duration
	free  time.Duration // when the line is done with what was sent so far
	timer eventloop.TimerHandle
	timed bool // the timer is set
	held  bool // by a partition
}

// A segment is what arrives at one moment.
type segment struct {
	at   time.Duration
	n    int // bytes of kind data
	kind kind
}

type kind uint8

const (
	data  kind = iota
	end        // nothing more will come
	reset      // nothing more will come, nor be taken
)

// room is how many bytes a write could take.
func (f *flow) room() int { return max(0, f.n.size()-f.bytes.n) }

// send puts n bytes that are in the ring already, or a mark, on their way.
func (f *flow) send(k kind, n int) {
	if f.from.local.Network() == "unix" || f.n.latency == nil && f.n.bandwidth == 0 && len(f.air) == 0 && !f.cut() {
		f.deliver(segment{kind: k, n: n})
		return
	}
	now := f.n.loop.Time()
	if f.n.bandwidth > 0 {
		f.free = max(f.free, now) + time.Duration(n)*time.Second/time.Duration(f.n.bandwidth)
		now = f.free
	}
	f.last = max(f.last, now+f.n.delay(f.from.local, f.from.remote))
	if i := len(f.air) - 1; i >= 0 && k == data && f.air[i].kind == data && f.air[i].at == f.last {
		f.air[i].n += n
	} else {
		f.air = append(f.air, segment{f.last, n, k})
	}
	f.pump()
}

// cut reports whether the two machines cannot reach each other.
func (f *flow) cut() bool { return f.n.cut(f.from.host, f.to.host) }

// pump delivers what is due, and sets the timer for the rest.
func (f *flow) pump() {
	if f.timed || f.held {
		return
	}
	now := time.Duration(-1)
	for len(f.air) > 0 {
		s := f.air[0]
		if now < s.at {
			now = f.n.loop.Time()
		}
		if s.at > now {
			f.timed = true
			f.n.loop.InitTimer(&f.timer, s.at, f)
			return
		}
		if f.cut() {
			if s.kind != reset { // that is sent once only
				f.held = true
				f.n.hold(f)
				return
			}
		} else {
			f.deliver(s)
		}
		f.shift()
	}
}

// shift removes the first segment, if delivering it has not removed all.
func (f *flow) shift() {
	if len(f.air) > 0 {
		f.air = f.air[:copy(f.air, f.air[1:])]
	}
}

// Run is called by the timer.
func (f *flow) Run() {
	f.timed = false
	f.pump()
}

// release is called at the end of a partition.
func (f *flow) release() {
	f.held = false
	f.pump()
}

// String names the timer in snapshots of the loop.
func (f *flow) String() string { return "what is on its way to " + f.to.local.String() }

// deliver is the arrival of a segment.
func (f *flow) deliver(s segment) {
	to := f.to
	switch {
	case s.kind == reset:
		errno := syscall.ECONNRESET
		if f.eof {
			errno = syscall.EPIPE
		}
		to.fail(errno)
		return
	case to.closed || to.err != 0:
		f.bytes.drop(s.n)
		if to.closed {
			to.out.send(reset, 0) // there is nobody to take it
		}
	case s.kind == end:
		f.eof = true
	default:
		f.arrived += s.n
	}
	to.look()
	f.from.look()
}

// lose forgets what has not arrived.
func (f *flow) lose() {
	f.bytes.n = f.arrived
	f.air = f.air[:0]
}
