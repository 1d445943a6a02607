package transports

// What tasks wait for at a server.

import (
	"context"
	"slices"
	"strings"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// Serve accepts connections until the task is cancelled or the server closed
// (asyncio: serve_forever). Cancelled, it closes the server and waits until the last
// connection has ended, and returns the error then. When [Server.Close] was called
// the error is a cancellation too, and is [ErrServerClosed] for errors.Is.
//
// It returns ErrServerClosed if the server is closed already, and [ErrServing] if
// another Serve is running.
func (s *Server) Serve(ctx context.Context) error {
	switch {
	case s.forever != nil:
		return ErrServing
	case s.closed:
		return ErrServerClosed
	}
	if err := s.start(); err != nil {
		return err
	}
	f := &serving{s: s}
	f.Bind(s.loop.Turn())
	s.forever = f
	defer func() { s.forever = nil }()
	err := coro.Await(ctx, f)
	s.Close()
	// On the task's own ctx: a deadline that has passed is no reason to leave
	// connections behind.
	s.WaitClosed(coro.Own(ctx))
	return err
}

// WaitClosed waits until the server is closed and all its connections have ended, in
// whatever order (asyncio: wait_closed).
func (s *Server) WaitClosed(ctx context.Context) error {
	if s.closed && s.count == 0 {
		return coro.Check(ctx)
	}
	w := &ending{s: s}
	w.Bind(s.loop.Turn())
	s.closers = append(s.closers, w)
	err := coro.Await(ctx, w)
	if err != nil {
		s.closers = slices.DeleteFunc(s.closers, func(x *ending) bool { return x == w })
	}
	return err
}

// A serving is what Serve waits for (asyncio: _serving_forever_fut).
type serving struct {
	future.Core
	s *Server
}

// String says what the task waits for.
func (f *serving) String() string { return "the end of " + f.s.String() }

// Explain implements [waits.Explainer].
func (f *serving) Explain() waits.Reason {
	return waits.Reason{Kind: "server", Object: f.s, Detail: strings.TrimPrefix(f.s.where(), " "), State: f.s.state()}
}

// An ending is what WaitClosed waits for.
type ending struct {
	future.Core
	s *Server
}

// String says what the task waits for.
func (w *ending) String() string { return "the end of " + w.s.String() }

// Explain implements [waits.Explainer].
func (w *ending) Explain() waits.Reason {
	return waits.Reason{Kind: "server", Part: "end of", Object: w.s, Detail: strings.TrimPrefix(w.s.where(), " "), State: w.s.state()}
}
