package memory

// What goes wrong between machines.

import (
	"fmt"
	"syscall"

	"github.com/goasyncio/asyncio/network"
)

// A pair is two hosts, in either order.
type pair [2]*host

// held is what waits for the end of a partition.
type held interface{ release() }

// Partition cuts two hosts off from each other, named as in [WithHost], or by the empty
// name, see [On]. Datagrams between them are lost, and so is a reset. What else is sent
// on a connection arrives after [Network.Heal], as it would be sent again. It panics if
// there is no such host.
func (n *Network) Partition(a, b string) {
	if n.parted == nil {
		n.parted = make(map[pair]bool)
	}
	n.parted[n.pair(a, b)] = true
}

// Heal ends a [Network.Partition].
func (n *Network) Heal(a, b string) {
	delete(n.parted, n.pair(a, b))
	delete(n.parted, n.pair(b, a))
	all := n.held
	n.held = nil
	for _, h := range all {
		h.release() // to be held again if it was another partition that held it
	}
}

func (n *Network) pair(a, b string) pair {
	if n.here == nil {
		n.here = newHost(n, "")
	}
	p := pair{n.byName(a), n.byName(b)}
	for i, name := range []string{a, b} {
		if p[i] == nil {
			panic(fmt.Sprintf("asyncio: there is no host %q; add it by memory.WithHost", name))
		}
	}
	return p
}

// cut reports whether two hosts cannot reach each other.
func (n *Network) cut(a, b *host) bool {
	return len(n.parted) > 0 && (n.parted[pair{a, b}] || n.parted[pair{b, a}])
}

// hold keeps h until a partition has ended.
func (n *Network) hold(h held) { n.held = append(n.held, h) }

// Reset breaks a connection of this network, given by one of its ends: both see a
// reset, and what has not arrived is lost. It panics if the connection is not of this
// network.
func (n *Network) Reset(c network.Conn) {
	m, ok := c.(*conn)
	if !ok || m.n != n {
		panic("asyncio: Reset of a connection of another network; transports have theirs from Unwrap")
	}
	other := m.out.to
	m.fail(syscall.ECONNRESET)
	other.fail(syscall.ECONNRESET)
}
