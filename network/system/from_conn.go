package system

import (
	"context"
	"net"

	"github.com/goasyncio/asyncio/network"
)

// FromConn returns the connection c of package net, or of any other that has such ones,
// as one for the loop of ctx: one end of a net.Pipe, a connection that net/http has let
// go of, one with a protocol of its own below. transports.ConnectConn and
// ConnectAccepted take it from there. It costs up to two goroutines, as the connections
// of [Portable] do, and nothing else may use c any more.
//
// Deadlines of c must work: they are how what waits in it is ended. A c without a
// CloseWrite method cannot be closed by halves. FromConn closes c if it fails.
func FromConn(ctx context.Context, c net.Conn) (network.Conn, error) {
	h, err := portableEnter(ctx)
	if err != nil {
		c.Close()
		return nil, err
	}
	return h.newConn(c, network.Options{}), nil
}
