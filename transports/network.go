package transports

import (
	"errors"
	"fmt"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// networkOf returns the network that the connections of l are made through.
func networkOf(l *eventloop.Loop) (network.Network, error) {
	if n := l.Network(); n != nil {
		return n, nil
	}
	return nil, fmt.Errorf("asyncio: the loop has no network; give it one by eventloop.WithNetwork: %w", errors.ErrUnsupported)
}
