package streams

// How streams come to be.

import (
	"context"

	"github.com/goasyncio/asyncio/transports"
)

// An Option configures a connection or a server: [WithLimit], or one of package
// transports, such as transports.WithTLS.
type Option = transports.Option

// WithLimit sets the limit of the readers, in bytes; [DefaultLimit] without it. It panics
// if limit is not above zero.
func WithLimit(limit int) Option {
	checkLimit(limit, "WithLimit")
	return transports.WithLimit(limit)
}

// limitOf returns the limit that opts have set.
func limitOf(opts []Option) int {
	if n := transports.Limit(opts); n > 0 {
		return n
	}
	return DefaultLimit
}

// OpenConnection connects to an address, see [transports.Connect] for which and for the
// errors (asyncio: open_connection, open_unix_connection). The writer must be closed.
//
//	r, w, err := streams.OpenConnection(ctx, "tcp", "example.com:7")
//	if err != nil {
//		return err
//	}
//	defer w.Close()
func OpenConnection(ctx context.Context, network, address string, opts ...Option) (*Reader, *Writer, error) {
	limit := limitOf(opts)
	_, p, err := transports.Connect(ctx, func() *Protocol { return NewProtocol(limit) }, network, address, opts...)
	if err != nil {
		return nil, nil, err
	}
	return p.Reader(), p.Writer(), nil
}

// StartServer accepts connections at an address, see [transports.Listen], and runs
// handler for each, in a task of its own (asyncio: start_server, start_unix_server). The
// task's ctx has the values of ctx.
//
//	s, err := streams.StartServer(ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
//		defer w.Close()
//		...
//	}, "tcp", ":7")
//	if err != nil {
//		return err
//	}
//	return s.Serve(ctx)
//
// A handler closes its writer, even if the other end is gone, as nobody else does: one
// that returns nil may have given it to another task. A handler that fails is reported to
// the loop's exception handler, and its connection is closed; so is that of one that is
// cancelled.
func StartServer(ctx context.Context, handler func(ctx context.Context, r *Reader, w *Writer) error, network, address string, opts ...Option) (*transports.Server, error) {
	if handler == nil {
		panic("asyncio: StartServer with a nil handler")
	}
	limit := limitOf(opts)
	return transports.Listen(ctx, func() *Protocol {
		p := NewProtocol(limit)
		p.server, p.handler = true, handler
		return p
	}, network, address, opts...)
}

func checkLimit(limit int, function string) {
	if limit <= 0 {
		panic("asyncio: " + function + " with a limit that is not above zero; streams.DefaultLimit is the usual one")
	}
}
