package transports

import (
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
)

// networkOf returns the network that the connections of l are made through: its own,
// or else the system's.
func networkOf(l *eventloop.Loop) (network.Network, error) {
	if n := l.Network(); n != nil {
		return n, nil
	}
	s := sharedOf(l)
	if s == nil {
		return nil, eventloop.ErrLoopClosed
	}
	if s.system == nil {
		s.system = system.New()
	}
	return s.system, nil
}
