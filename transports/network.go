package transports

import (
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
)

// networkOf returns the network that the connections of l are made through.
func networkOf(l *eventloop.Loop) (network.Network, error) {
	if n := l.Network(); n != nil {
		return n, nil
	}
	return system.New(), nil
}
