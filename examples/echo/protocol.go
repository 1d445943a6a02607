package main

import (
	"context"
	"errors"
	"io"
	"syscall"

	"github.com/goasyncio/asyncio"
)

// startProtocol starts a server without tasks.
func startProtocol(ctx context.Context, address string, opts []asyncio.ConnectionOption) (*asyncio.Server, error) {
	return asyncio.CreateServer(ctx, func() *echo { return new(echo) }, "tcp", address, opts...)
}

// echo is a protocol that sends back what it receives. As long as the client does not
// take what was sent, it receives nothing.
type echo struct{ t asyncio.Transport }

func (e *echo) ConnectionMade(t asyncio.Transport) { e.t = t }
func (e *echo) DataReceived(data []byte)           { e.t.Write(data) }
func (e *echo) EOFReceived() bool                  { return false }
func (e *echo) ConnectionLost(error)               {}
func (e *echo) PauseWriting()                      { e.t.PauseReading() }
func (e *echo) ResumeWriting()                     { e.t.ResumeReading() }

// ended returns nil if a connection was ended by its client, one way or the other, which
// is none of the server's errors.
func ended(err error) error {
	for _, e := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, e) {
			return nil
		}
	}
	return err
}
