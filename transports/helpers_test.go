package transports_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/transports"
)

// A recorder is a protocol that writes down how it is called, and then calls what the
// test has given it.
type recorder struct {
	t      transports.Transport
	log    []string
	onMade func(t transports.Transport)
	onData func(data []byte)
	onEOF  func() bool
	onLost func(err error)
	onFull func()
	onRoom func()
	ended  func() // lets it end
}

func (r *recorder) note(format string, args ...any) {
	r.log = append(r.log, fmt.Sprintf(format, args...))
}

// take returns the log, and begins a new one.
func (r *recorder) take() []string {
	log := r.log
	r.log = nil
	return log
}

func (r *recorder) ConnectionMade(t transports.Transport) {
	r.t = t
	r.note("made")
	if r.onMade != nil {
		r.onMade(t)
	}
}

func (r *recorder) DataReceived(data []byte) {
	if len(data) <= 16 {
		r.note("data %s", data)
	} else {
		r.note("%d bytes", len(data))
	}
	if r.onData != nil {
		r.onData(data)
	}
}

func (r *recorder) EOFReceived() bool {
	r.note("eof")
	return r.onEOF != nil && r.onEOF()
}

func (r *recorder) ConnectionLost(err error) {
	r.note("lost %s", describe(err))
	if r.onLost != nil {
		r.onLost(err)
	}
}

func (r *recorder) PauseWriting() {
	r.note("pause")
	if r.onFull != nil {
		r.onFull()
	}
}

func (r *recorder) ResumeWriting() {
	r.note("resume")
	if r.onRoom != nil {
		r.onRoom()
	}
}

// describe names the errors of the network without the addresses.
func describe(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return looptest.Describe(err)
}

// keepOpen is an onEOF.
func keepOpen() bool { return true }

// on makes the loop use a network.
func on(n network.Network) runners.Option {
	return runners.WithLoop(eventloop.WithNetwork(n))
}

// run runs fn on a network in memory, in virtual time.
func run(t *testing.T, fn func(ctx context.Context), opts ...memory.Option) {
	t.Helper()
	looptest.Run(t, fn, on(memory.New(opts...)))
}

// reports is run for what reports errors: it returns them.
func reports(t *testing.T, fn func(ctx context.Context), opts ...memory.Option) []string {
	t.Helper()
	var lines []string
	err := looptest.RunErr(func(ctx context.Context) error { fn(ctx); return nil },
		on(memory.New(opts...)), looptest.Report(&lines, looptest.Describe))
	looptest.Fails(t, "the run", err, "nil")
	return lines
}

// must panics if err is not nil: a bug of the test.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// listen starts a server whose protocols factory makes, and returns its address.
func listen(ctx context.Context, factory func() *recorder, opts ...transports.Option) (*transports.Server, string) {
	s, err := transports.Listen(ctx, factory, "tcp", "127.0.0.1:0", opts...)
	must(err)
	return s, s.Addrs()[0].String()
}

// connect connects near to far.
func connect(ctx context.Context, near, far *recorder) (a, b transports.Transport) {
	s, addr := listen(ctx, func() *recorder { return far })
	a, _, err := transports.Connect(ctx, func() *recorder { return near }, "tcp", addr)
	must(err)
	looptest.Turns(ctx, 4)
	s.Close()
	return a, far.t
}

// settle lets everything happen that needs no time.
func settle(ctx context.Context) { looptest.Turns(ctx, 10) }

// text writes s.
func text(t transports.Transport, s string) {
	_, err := t.Write([]byte(s))
	must(err)
}

// is fails t unless err is target.
func is(t *testing.T, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: %v, want %v", what, err, target)
	}
}
