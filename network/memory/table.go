package memory

import (
	"net/netip"
	"syscall"
)

// A table has what is bound to the ports of one protocol on one host.
type table struct {
	ports map[uint16][]*socket
	next  uint16 // the ephemeral port to try first
	turn  int    // of those who share a port
}

// The ports that are given to those who ask for none.
const (
	firstPort = 32768
	lastPort  = 60999
)

func newTable() table { return table{ports: make(map[uint16][]*socket), next: firstPort} }

// A socket is what is bound to an address.
type socket struct {
	table *table // nil if it is bound to nothing
	addr  netip.AddrPort
	only  bool     // an IPv6 address stands for that family alone
	share bool     // with others that say so
	takes receiver // nil for the end of a connection that was dialed
}

// A receiver takes what arrives at a socket.
type receiver interface {
	// wants reports whether it takes what comes from an address.
	wants(from netip.AddrPort) bool
}

// bind binds s, to a port of the table's choice if it has none.
func (t *table) bind(s *socket) error {
	if s.addr.Port() == 0 {
		port, ok := t.ephemeral()
		if !ok {
			return syscall.EADDRINUSE
		}
		s.addr = netip.AddrPortFrom(s.addr.Addr(), port)
	}
	port := s.addr.Port()
	for _, o := range t.ports[port] {
		if s.overlaps(o) && !(s.share && o.share) {
			return syscall.EADDRINUSE
		}
	}
	s.table = t
	t.ports[port] = append(t.ports[port], s)
	return nil
}

// ephemeral returns a port that nobody has.
func (t *table) ephemeral() (uint16, bool) {
	for range lastPort - firstPort + 1 {
		port := t.next
		if t.next++; t.next > lastPort {
			t.next = firstPort
		}
		if len(t.ports[port]) == 0 {
			return port, true
		}
	}
	return 0, false
}

// free gives the address back. It does nothing to one that is bound to nothing.
func (s *socket) free() {
	if s == nil || s.table == nil {
		return
	}
	port := s.addr.Port()
	all := s.table.ports[port]
	for i, o := range all {
		if o == s {
			all = append(all[:i:i], all[i+1:]...)
			break
		}
	}
	if s.table.ports[port] = all; len(all) == 0 {
		delete(s.table.ports, port)
	}
	s.table = nil
}

// overlaps reports whether something may be for both.
func (s *socket) overlaps(o *socket) bool {
	a, b := s.addr.Addr(), o.addr.Addr()
	return a == b || a.IsUnspecified() && s.covers(b) || b.IsUnspecified() && o.covers(a)
}

// covers reports whether the unspecified address of s stands for a.
func (s *socket) covers(a netip.Addr) bool {
	if s.addr.Addr().Is4() {
		return a.Is4()
	}
	return !s.only || !a.Is4()
}

// find returns who takes what comes from one address to another, nil for nobody. One
// who has that very address comes before one who has all.
func (t *table) find(to, from netip.AddrPort) receiver {
	var found []receiver
	exact := false
	for _, s := range t.ports[to.Port()] {
		if s.takes == nil || !s.takes.wants(from) {
			continue
		}
		switch a := s.addr.Addr(); {
		case a == to.Addr():
			if !exact {
				found, exact = nil, true
			}
			found = append(found, s.takes)
		case !exact && a.IsUnspecified() && s.covers(to.Addr()):
			found = append(found, s.takes)
		}
	}
	if len(found) == 0 {
		return nil
	}
	t.turn++
	return found[t.turn%len(found)]
}
