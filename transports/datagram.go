package transports

// A socket for datagrams as a DatagramTransport.

import (
	"bytes"
	"context"
	"fmt"
	"net"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// A datagrams is a [DatagramTransport] over a [network.PacketConn] (asyncio:
// _SelectorDatagramTransport).
type datagrams struct {
	loop   *eventloop.Loop
	shared *shared
	conn   network.PacketConn
	proto  DatagramProtocol
	remote net.Addr // the only address to send to, nil for any
	bare   bool     // conn does not know of remote

	flow  flow
	queue []datagram // what could not be sent yet
	first int        // in queue
	size  int

	begun   bool
	closing bool
	lost    int // as of a socket
	err     error

	ctx    context.Context
	waiter *opening
	open   node
}

// A datagram is one that waits to be sent.
type datagram struct {
	data []byte
	addr net.Addr
}

// headerSize is what each datagram in the buffer counts besides its data.
const headerSize = 8

// maxDatagram is the room for a datagram that arrives.
const maxDatagram = 64 << 10

// datagramsBegin calls ConnectionMade.
type datagramsBegin datagrams

func (b *datagramsBegin) Run() {
	t := (*datagrams)(b)
	t.connectionMade()
	t.begun = true
	if !t.closing {
		if err := t.conn.OnReadable((*datagramsRead)(t)); err != nil {
			t.forceClose(err)
		}
	}
	if w := t.waiter; w != nil {
		t.waiter = nil
		w.Finish(nil, w)
	}
}

func (b *datagramsBegin) String() string { return "ConnectionMade of " + (*datagrams)(b).String() }

func (t *datagrams) connectionMade() {
	made := false
	defer func() {
		if !made {
			t.Abort()
		}
	}()
	defer guard(t)
	t.proto.ConnectionMade(t)
	made = true
}

// datagramsRead is called when there is a datagram.
type datagramsRead datagrams

func (r *datagramsRead) Run() {
	t := (*datagrams)(r)
	if t.closing {
		return // it came just before the callback was taken back
	}
	buf := t.shared.reads.get(maxDatagram)
	n, from, err := t.conn.ReadFrom(buf)
	if err != nil {
		t.failed(err)
		return
	}
	t.received(buf[:n], from)
	if t.loop.Debug() {
		clear(buf[:n]) // as the next read would, but in time to be noticed
	}
}

func (r *datagramsRead) String() string { return "a datagram for " + (*datagrams)(r).String() }

// received and failed call the protocol. A panic is reported, and does not end the
// socket: the next datagram has nothing to do with it.
func (t *datagrams) received(data []byte, from net.Addr) {
	defer guard(t)
	t.proto.DatagramReceived(data, from)
}

func (t *datagrams) failed(err error) {
	if wouldBlock(err) {
		return
	}
	defer guard(t)
	t.proto.ErrorReceived(err)
}

// SendTo implements [DatagramTransport].
func (t *datagrams) SendTo(p []byte, addr net.Addr) error {
	addr, err := t.target(addr)
	if err != nil {
		return err
	}
	if t.closing {
		return t.refuse()
	}
	if t.size == 0 {
		err := t.conn.WriteTo(p, addr)
		switch {
		case err == nil:
			return nil
		case !wouldBlock(err):
			t.failed(err)
			return nil
		}
		if err := t.conn.OnWritable((*datagramsWrite)(t)); err != nil {
			t.forceClose(err)
			return nil
		}
	}
	t.queue = append(t.queue, datagram{bytes.Clone(p), addr})
	t.size += len(p) + headerSize
	t.flow.grown(t.size, t)
	return nil
}

// target returns whom to send to, as the connection is to be told.
func (t *datagrams) target(addr net.Addr) (net.Addr, error) {
	switch {
	case t.remote == nil && addr == nil:
		return nil, ErrNoAddress
	case t.remote == nil:
		return addr, nil
	case addr != nil && (addr.Network() != t.remote.Network() || addr.String() != t.remote.String()):
		return nil, &net.AddrError{Err: fmt.Sprintf("asyncio: the socket sends to %v alone, not to", t.remote), Addr: addr.String()}
	case t.bare:
		return t.remote, nil
	}
	return nil, nil
}

// refuse counts a send that comes after the end, and returns its error.
func (t *datagrams) refuse() error {
	if t.lost > 0 {
		if t.lost >= warnAfter {
			t.loop.Warn("asyncio: sends by a socket that is closed", "socket", t.String(), "sends", t.lost)
		}
		t.lost++
	}
	return ErrClosing
}

// datagramsWrite is called when the socket can take a datagram (asyncio:
// _sendto_ready).
type datagramsWrite datagrams

func (w *datagramsWrite) Run() {
	t := (*datagrams)(w)
	for t.lost == 0 && t.first < len(t.queue) {
		d := t.queue[t.first]
		err := t.conn.WriteTo(d.data, d.addr)
		if err != nil && wouldBlock(err) {
			break
		}
		t.sent()
		if err != nil {
			t.failed(err)
			return // the rest in the next iteration
		}
	}
	if t.lost > 0 {
		return
	}
	t.flow.shrunk(t.size, t) // which may send
	if len(t.queue) == 0 && t.lost == 0 {
		t.conn.OnWritable(nil)
		if t.closing {
			t.lost++
			(*datagramsLost)(t).Run()
		}
	}
}

func (w *datagramsWrite) String() string { return "room in " + (*datagrams)(w).String() }

// sent removes the first of the queue.
func (t *datagrams) sent() {
	t.size -= len(t.queue[t.first].data) + headerSize
	t.queue[t.first] = datagram{}
	t.first++
	switch left := len(t.queue) - t.first; {
	case left == 0:
		t.queue, t.first = t.queue[:0], 0
	case t.first > left:
		copy(t.queue, t.queue[t.first:])
		clear(t.queue[left:])
		t.queue, t.first = t.queue[:left], 0
	}
}

// Close implements [DatagramTransport].
func (t *datagrams) Close() error {
	if t.closing {
		return nil
	}
	t.closing = true
	t.conn.OnReadable(nil)
	if len(t.queue) == 0 {
		t.end(nil)
	}
	return nil
}

// Abort implements [DatagramTransport].
func (t *datagrams) Abort() { t.forceClose(nil) }

// forceClose closes the socket at once.
func (t *datagrams) forceClose(err error) {
	if t.lost > 0 {
		return
	}
	t.queue, t.first, t.size = nil, 0, 0
	t.closing = true
	t.conn.OnReadable(nil)
	t.end(err)
}

// end makes the loop call ConnectionLost.
func (t *datagrams) end(err error) {
	t.lost++
	t.err = err
	t.conn.OnWritable(nil)
	t.loop.Ready((*datagramsLost)(t))
}

// datagramsLost calls ConnectionLost.
type datagramsLost datagrams

func (c *datagramsLost) Run() {
	t := (*datagrams)(c)
	if t.open.next == nil {
		return // the loop was closed
	}
	t.connectionLost()
	t.open.remove()
	t.conn.Close()
}

func (c *datagramsLost) String() string { return "ConnectionLost of " + (*datagrams)(c).String() }

func (t *datagrams) connectionLost() {
	defer guard(t)
	t.proto.ConnectionLost(t.err)
}
