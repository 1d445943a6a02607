package transports

import (
	"crypto/tls"
	"time"

	"github.com/goasyncio/asyncio/network"
)

// An Option configures a connection, a server or a socket for datagrams. Each says
// what it is for; elsewhere it does nothing.
type Option func(*options)

type options struct {
	socket     network.Options
	local      string
	delay      time.Duration // of happy eyeballs
	staggered  bool
	interleave int
	allErrors  bool
	noStart    bool
	tls        *tls.Config
	handshake  time.Duration
	shutdown   time.Duration
	limit      int // of a stream's reader
	serverSide bool
	received   []byte // of the TLS connection that is to be
}

// WithSocketOptions says how the sockets are to be.
func WithSocketOptions(o network.Options) Option { return func(c *options) { c.socket = o } }

// WithLocalAddr makes [Connect] connect from an address of this machine, host and
// port, or a path for the unix networks (asyncio: local_addr).
func WithLocalAddr(address string) Option { return func(c *options) { c.local = address } }

// WithHappyEyeballs makes [Connect] begin with the next address of the host when
// the last attempt has failed, or has taken delay, and use the connection that is
// there first (RFC 8305; asyncio: happy_eyeballs_delay). A quarter of a second is
// the usual delay. Without it, each address is tried until it has failed. The
// families of the addresses alternate, see [WithInterleave].
func WithHappyEyeballs(delay time.Duration) Option {
	return func(c *options) { c.delay, c.staggered = delay, true }
}

// WithInterleave makes [Connect] try n addresses of the first family, and then one
// of each by turns (asyncio: interleave). Zero leaves the addresses in their order,
// which is the default, but for [WithHappyEyeballs], which has 1.
func WithInterleave(n int) Option {
	return func(c *options) { c.interleave = max(n, 0) + 1 }
}

// WithAllErrors makes [Connect] always return a [*ConnectError] if it cannot connect
// (asyncio: all_errors). Without it, a single error is returned as it is, and so is
// the first if all have the same text.
func WithAllErrors() Option { return func(c *options) { c.allErrors = true } }

// WithoutStart makes [Listen] return a server that accepts nothing until it is
// started (asyncio: start_serving=False). Other than asyncio's, it has the address
// already: the system keeps those who connect waiting, up to the backlog.
func WithoutStart() Option { return func(c *options) { c.noStart = true } }

// WithTLS secures connections by TLS (asyncio: ssl). A client that does not say
// otherwise expects the certificate to be the host's.
func WithTLS(cfg *tls.Config) Option { return func(c *options) { c.tls = cfg } }

// WithHandshakeTimeout limits the handshake of TLS (asyncio:
// ssl_handshake_timeout). The default is 60 seconds.
func WithHandshakeTimeout(d time.Duration) Option {
	checkTimeout(d, "WithHandshakeTimeout")
	return func(c *options) { c.handshake = d }
}

// WithShutdownTimeout limits how long the end of a TLS connection waits for the
// other side's (asyncio: ssl_shutdown_timeout). The default is 30 seconds.
func WithShutdownTimeout(d time.Duration) Option {
	checkTimeout(d, "WithShutdownTimeout")
	return func(c *options) { c.shutdown = d }
}

func checkTimeout(d time.Duration, option string) {
	if d <= 0 {
		panic("asyncio: " + option + " needs a time above zero; leave it out for the default")
	}
}

// WithLimit is for package streams, which has it too.
func WithLimit(n int) Option { return func(c *options) { c.limit = n } }

// Limit returns what [WithLimit] has set, 0 for nothing. It is for package streams.
func Limit(opts []Option) int { return collect(opts).limit }

// The defaults are asyncio's SSL_HANDSHAKE_TIMEOUT and SSL_SHUTDOWN_TIMEOUT.
const (
	handshakeTimeout = 60 * time.Second
	shutdownTimeout  = 30 * time.Second
)

func collect(opts []Option) options {
	c := options{handshake: handshakeTimeout, shutdown: shutdownTimeout}
	for _, opt := range opts {
		opt(&c)
	}
	return c
}
