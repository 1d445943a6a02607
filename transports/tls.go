package transports

import (
	"context"
	"crypto/tls"
	"errors"
	"time"
)

// secure is what there is to say of a TLS connection that is to be.
type secure struct {
	config    *tls.Config
	server    bool // which of the two ends this is
	handshake time.Duration
	shutdown  time.Duration

	// began says that proto was in use on raw before: ConnectionMade was called
	// by that, and is not by the TLS transport.
	began bool
}

// startTLS makes a TLS transport over raw for proto, and returns it when the
// handshake is over (asyncio: start_tls, _make_ssl_transport). raw has begun, its
// reading is paused, and startTLS takes the place of its protocol. If it fails it
// has aborted raw.
func startTLS(ctx context.Context, raw Transport, proto BaseProtocol, s secure) (Transport, error) {
	raw.Abort()
	return nil, errors.ErrUnsupported
}
