//go:build linux || darwin

package transports_test

// Connections of the system.

import (
	"bytes"
	"context"
	"errors"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/goasyncio/asyncio/transports"
)

// runSystem runs fn in a loop in real time, and fails t if descriptors are left.
func runSystem(t *testing.T, fn func(ctx context.Context)) {
	t.Helper()
	leak.Check(t)
	leak.Files(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		return timeouts.Run(ctx, time.Minute, func(ctx context.Context) error { fn(ctx); return nil })
	})
	looptest.Fails(t, "the run", err, "nil")
}

// collecting keeps what arrives, and says when the connection is lost.
type collecting struct {
	recorder
	got  bytes.Buffer
	gone *futures.Future[error]
}

func newCollecting(ctx context.Context) *collecting {
	return &collecting{gone: futures.New[error](ctx)}
}

func (c *collecting) DataReceived(data []byte) { c.got.Write(data) }
func (c *collecting) ConnectionLost(err error) { c.gone.SetResult(err) }

// end waits for the end and returns its error.
func (c *collecting) end(ctx context.Context) error {
	err, e := c.gone.Await(ctx)
	must(e)
	return err
}

func TestSystem(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			address := "127.0.0.1:0"
			if network == "unix" {
				address = filepath.Join(t.TempDir(), "s")
			}
			f := file(t)
			runSystem(t, func(ctx context.Context) {
				var far *collecting
				s, err := transports.Listen(ctx, func() *collecting { far = newCollecting(ctx); return far }, network, address)
				must(err)
				defer s.Close()
				connect := func() (transports.Transport, *collecting) {
					far = nil
					tr, p, err := transports.Connect(ctx, func() *collecting { return newCollecting(ctx) }, network, s.Addrs()[0].String())
					must(err)
					for far == nil {
						must(tasks.Sleep(ctx, 0))
					}
					return tr, p
				}

				tr, near := connect()
				big := bytes.Repeat(content, 20) // more than the system buffers
				tr.Write([]byte("hello "))
				tr.WriteBuffers([][]byte{big[:100], big[100:]})
				if tr.WriteBufferSize() == 0 {
					t.Error("the system has taken everything at once")
				}
				sent, err := transports.SendFile(ctx, tr, f, 0, -1)
				looptest.Outcome(t, "SendFile", sent, err, int64(len(content)))
				text(tr, " bye")
				tr.Close()
				is(t, "the far end", far.end(ctx), nil)
				is(t, "the near end", near.end(ctx), nil)
				want := bytes.Join([][]byte{[]byte("hello "), big, content, []byte(" bye")}, nil)
				if !bytes.Equal(far.got.Bytes(), want) {
					t.Errorf("%d bytes arrived, want %d, or other ones", far.got.Len(), len(want))
				}

				tr, near = connect()
				tr.Abort()
				is(t, "the near end", near.end(ctx), nil)
				if err := far.end(ctx); network == "tcp" && !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("the far end: %v", err)
				}

				_, near = connect() // left for the server
				connect()           // and for the loop
				s.Close()
				s.CloseClients()
				is(t, "the near end", near.end(ctx), nil)

				_, _, err = transports.Connect(ctx, func() *collecting { return near }, network, s.String())
				if err == nil {
					t.Error("connected to nobody")
				}
			})
		})
	}
}

func TestSystemDatagrams(t *testing.T) {
	runSystem(t, func(ctx context.Context) {
		got := futures.New[string](ctx)
		p := &listener{}
		s := packets(ctx, p, "127.0.0.1:0", "")
		p.onData = func(data []byte, from net.Addr) { must(s.SendTo(data, from)) }
		q := &listener{}
		q.onData = func(data []byte, _ net.Addr) { got.SetResult(string(data)) }
		c := packets(ctx, q, "", s.LocalAddr().String())
		must(c.SendTo([]byte("hello"), nil))
		v, err := got.Await(ctx)
		looptest.Outcome(t, "the answer", v, err, "hello")
		c.Close()
	})
}

func TestSystemConnectFails(t *testing.T) {
	runSystem(t, func(ctx context.Context) {
		s, addr := listen(ctx, func() *recorder { return &recorder{} })
		_, err := transports.Listen(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
		is(t, "Listen", err, syscall.EADDRINUSE)
		s.Close()
		for _, opt := range []transports.Option{transports.WithAllErrors(), transports.WithHappyEyeballs(time.Second)} {
			_, _, err = transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr, opt)
			is(t, "Connect", err, syscall.ECONNREFUSED)
		}
	})
}
