package memory

import (
	"context"
	"net"

	"github.com/goasyncio/asyncio/network"
)

// OpenPacket implements [network.Network].
func (n *Network) OpenPacket(ctx context.Context, local, remote net.Addr, o network.Options) (network.PacketConn, error) {
	return nil, unsupported("listen", local)
}
