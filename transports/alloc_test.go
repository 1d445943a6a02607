package transports_test

// What a connection costs once it is there.

import (
	"context"
	"runtime"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// An echo sends back what arrives, counts, and can pause itself.
type echo struct {
	t transports.Transport
	n int
}

func (e *echo) ConnectionMade(t transports.Transport) { e.t = t }
func (e *echo) DataReceived(data []byte)              { e.n += len(data); e.t.Write(data) }
func (e *echo) EOFReceived() bool                     { return false }
func (e *echo) ConnectionLost(error)                  {}

// allocs says what one call of fn allocates, when everything has been used before.
func allocs(fn func()) float64 {
	for range 100 {
		fn()
	}
	return testing.AllocsPerRun(200, fn)
}

func TestHotPathAllocatesNothing(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		server, client := &echo{}, &echo{}
		s, err := transports.Listen(ctx, func() *echo { return server }, "tcp", "127.0.0.1:0")
		must(err)
		tr, _, err := transports.Connect(ctx, func() *echo { return client }, "tcp", s.Addrs()[0].String())
		must(err)
		settle(ctx)

		text(tr, "0123456789") // goes to and fro for ever
		looptest.Equal(t, "allocations of a read and a write", allocs(func() { tasks.Sleep(ctx, 0) }), 0)
		if client.n == 0 || server.n == 0 {
			t.Error("nothing was read")
		}
		looptest.Equal(t, "allocations of a pause", allocs(func() { tr.PauseReading(); tr.ResumeReading() }), 0)
		tr.Abort()
		s.Close()
		must(s.WaitClosed(ctx))

		// A connection that cannot take it at once keeps it in memory that is used
		// again.
		g := &gathering{}
		for _, conn := range []network.Conn{g, &g.scripted} {
			p := &echo{}
			tr, _, err = transports.ConnectConn(ctx, func() *echo { return p }, conn)
			must(err)
			data, parts := make([]byte, 3000), [][]byte{make([]byte, 1000), make([]byte, 100)}
			g.written, g.parts = make([]byte, 0, 10<<20), make([]int, 0, 10<<10)
			looptest.Equal(t, "allocations of writes that wait", allocs(func() {
				g.room = 0
				for range 10 {
					tr.Write(data)
				}
				tr.WriteBuffers(parts)
				g.ready(10000)
				g.ready(100 << 10)
				g.ready(100 << 10)
				g.ready(100 << 10)
			}), 0)
			looptest.Equal(t, "size", tr.WriteBufferSize(), 0)
			tr.Abort()
		}
		settle(ctx)
	})
}

// An idle connection has no buffers: those of its loop serve all.
func TestIdleConnectionIsSmall(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		const n = 1000
		p := &recorder{}
		over(ctx, &scripted{}, p)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range n {
			over(ctx, &scripted{}, p)
		}
		runtime.ReadMemStats(&after)
		if size := (after.TotalAlloc - before.TotalAlloc) / n; size > 2000 {
			t.Errorf("a connection takes %d bytes", size)
		}
	})
}
