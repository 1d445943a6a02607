package transports_test

// How a transport sends: the rules of the tests of write, writelines and write_eof in
// asyncio's test_selector_events.py.

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/transports"
)

// over makes a transport over a connection.
func over(ctx context.Context, c network.Conn, p *recorder) transports.Transport {
	t, _, err := transports.ConnectConn(ctx, func() *recorder { return p }, c)
	must(err)
	return t
}

// ready runs a callback of a scripted connection.
func (c *scripted) ready(room int) {
	c.room += room
	if c.writable != nil {
		c.writable.Run()
	}
}

func TestWrite(t *testing.T) {
	tests := []struct {
		name string
		conn scripted
		do   func(t *testing.T, ctx context.Context, tr transports.Transport, c *scripted)
		sent string
		log  []string
		end  []string // how the connection was closed
	}{
		{"all at once", scripted{room: 9}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			text(tr, "")
		}, "hello", []string{"made"}, nil},
		{"a part", scripted{room: 2}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			text(tr, "you") // no new attempt: there are others before it
			c.ready(3)
			c.ready(9)
		}, "helloyou", []string{"made"}, nil},
		{"nothing at first", scripted{}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			c.ready(0)
			c.ready(9)
			c.ready(9)
		}, "hello", []string{"made"}, nil},
		{"a failure", scripted{writeErr: errPipe}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
		}, "", []string{"made", "lost broken pipe"}, []string{"abort"}},
		{"a failure of what waits", scripted{room: 1}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			c.writeErr = errPipe
			c.ready(0)
			c.ready(9)
		}, "h", []string{"made", "lost broken pipe"}, []string{"abort"}},
		{"no callback to be had", scripted{room: 1}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			c.watchErr = errBroken
			text(tr, "hello")
		}, "h", []string{"made", "lost broken"}, []string{"abort"}},
		{"close waits for it", scripted{room: 1}, func(t *testing.T, ctx context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			tr.Close()
			settle(ctx)
			c.ready(2)
			settle(ctx)
			tr.Protocol().(*recorder).note("not yet")
			c.ready(2)
		}, "hello", []string{"made", "not yet", "lost nil"}, []string{"close"}},
		{"abort drops it", scripted{room: 1}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			w := c.writable
			tr.Abort()
			c.room = 9
			w.Run() // it was in the ready queue
		}, "h", []string{"made", "lost nil"}, []string{"abort"}},
		{"close, and abort before it is sent", scripted{room: 1}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			tr.Close()
			tr.Abort()
		}, "h", []string{"made", "lost nil"}, []string{"abort"}},
		{"CloseWrite at once", scripted{room: 9}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			must(tr.CloseWrite())
			must(tr.CloseWrite())
			looptest.Equal(t, "shut", c.shut, 1)
		}, "hello", []string{"made"}, nil},
		{"CloseWrite after what was written", scripted{room: 1}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			must(tr.CloseWrite())
			c.ready(2)
			looptest.Equal(t, "shut", c.shut, 0)
			c.ready(2)
			looptest.Equal(t, "shut", c.shut, 1)
		}, "hello", []string{"made"}, nil},
		{"CloseWrite, and close before it is sent", scripted{room: 1}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			must(tr.CloseWrite())
			tr.Close()
			must(tr.CloseWrite())
			c.ready(9)
			looptest.Equal(t, "shut", c.shut, 0)
		}, "hello", []string{"made", "lost nil"}, []string{"close"}},
		{"CloseWrite fails after what was written", scripted{room: 1, shutErr: errBroken}, func(t *testing.T, _ context.Context, tr transports.Transport, c *scripted) {
			text(tr, "hello")
			must(tr.CloseWrite())
			c.ready(9)
		}, "hello", []string{"made", "lost broken"}, []string{"abort"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			p := &recorder{}
			run(t, func(ctx context.Context) {
				tr := over(ctx, &tt.conn, p)
				tt.do(t, ctx, tr, &tt.conn)
				settle(ctx)
			})
			looptest.Equal(t, "sent", string(tt.conn.written), tt.sent)
			looptest.Equal(t, "calls", p.log, tt.log)
			if tt.end != nil {
				looptest.Equal(t, "end", tt.conn.closed, tt.end)
			}
		})
	}
}

func TestWriteRefused(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for _, write := range []func(t transports.Transport, p string) (int, error){
			func(t transports.Transport, p string) (int, error) { return t.Write([]byte(p)) },
			func(t transports.Transport, p string) (int, error) { return t.WriteBuffers([][]byte{[]byte(p)}) },
		} {
			c := &scripted{room: 1}
			tr := over(ctx, c, &recorder{})
			n, err := write(tr, "hello")
			looptest.Outcome(t, "write", n, err, 5)
			must(tr.CloseWrite())
			n, err = write(tr, "hello")
			is(t, "error after CloseWrite", err, transports.ErrWriteAfterEOF)
			looptest.Equal(t, "n", n, 0)
			tr.Abort()

			c = &scripted{room: 1}
			tr = over(ctx, c, &recorder{})
			write(tr, "hello")
			tr.Close()
			n, err = write(tr, "hello")
			is(t, "error after Close", err, transports.ErrClosing)
			looptest.Equal(t, "n", n, 0)
			n, err = write(tr, "")
			looptest.Outcome(t, "an empty write", n, err, 0)
			c.ready(9)
			looptest.Equal(t, "sent", string(c.written), "hello")
		}
		c := &scripted{shutErr: errBroken}
		tr := over(ctx, c, &recorder{})
		is(t, "error of CloseWrite", tr.CloseWrite(), errBroken)
		tr.Abort()
		settle(ctx)
	})
}

// From the fifth write to a connection that is lost on, there are warnings.
func TestWritesToALostConnection(t *testing.T) {
	leak.Check(t)
	var out bytes.Buffer
	err := looptest.RunErr(func(ctx context.Context) error {
		tr := over(ctx, &scripted{writeErr: errPipe}, &recorder{})
		text(tr, "breaks it")
		for i := range 6 {
			tr.Write([]byte("x"))
			looptest.Equal(t, "warnings", strings.Count(out.String(), "writes to a connection that is lost"), max(0, i-3))
		}
		settle(ctx)
		return nil
	}, runners.WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
	looptest.Fails(t, "the run", err, "nil")
}

func TestWriteBuffers(t *testing.T) {
	bufs := func(parts ...string) (bufs [][]byte) {
		for _, p := range parts {
			bufs = append(bufs, []byte(p))
		}
		return bufs
	}
	for _, room := range []int{0, 1, 5, 6, 7, 11, 99} {
		for _, gathers := range []bool{false, true} {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				g := &gathering{scripted: scripted{room: room}}
				var conn network.Conn = &g.scripted
				if gathers {
					conn = g
				}
				p := &recorder{}
				tr := over(ctx, conn, p)
				tr.SetWriteBufferLimits(0, 0)
				in := bufs("hello", "", "you", "there")
				n, err := tr.WriteBuffers(in)
				looptest.Outcome(t, "WriteBuffers", n, err, 13)
				in[0][0], in[3][4] = '!', '!' // they are the caller's again
				looptest.Equal(t, "sent at once", string(g.written), "helloyouthere"[:min(room, 13)])
				looptest.Equal(t, "size", tr.WriteBufferSize(), 13-min(room, 13))
				looptest.Equal(t, "paused", len(p.log) == 2, room < 13)
				n, err = tr.WriteBuffers(bufs("a", "b"))
				looptest.Outcome(t, "WriteBuffers", n, err, 2)
				g.ready(4)
				g.ready(99)
				looptest.Equal(t, "sent", string(g.written), "helloyouthereab")
				n, err = tr.WriteBuffers(nil)
				looptest.Outcome(t, "WriteBuffers of nothing", n, err, 0)
				g.room, g.writeErr = 3, errPipe
				n, err = tr.WriteBuffers(bufs("abc", "d", "e"))
				looptest.Outcome(t, "WriteBuffers", n, err, 5)
				g.ready(0)
				settle(ctx)
				looptest.Equal(t, "last call", p.log[len(p.log)-1], "lost broken pipe")
			})
		}
	}
}

// Whatever is written arrives, in order, however large and in whatever pieces.
func TestWritesArriveInOrder(t *testing.T) {
	leak.Check(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		var want bytes.Buffer
		g := &gathering{}
		var conn network.Conn = g
		if r.IntN(2) == 0 {
			conn = &g.scripted
		}
		run(t, func(ctx context.Context) {
			tr := over(ctx, conn, &recorder{})
			chunk := func() []byte {
				n := r.IntN(100)
				if r.IntN(5) == 0 {
					n = r.IntN(50 << 10)
				}
				p := make([]byte, n)
				for i := range p {
					p[i] = byte(r.Uint32())
				}
				want.Write(p)
				return p
			}
			for range 200 {
				switch r.IntN(4) {
				case 0:
					g.ready(r.IntN(40 << 10))
				case 1:
					tr.WriteBuffers([][]byte{chunk(), chunk(), chunk()})
				default:
					p := chunk()
					tr.Write(p)
					clear(p)
				}
				looptest.Equal(t, "size", tr.WriteBufferSize(), want.Len()-len(g.written))
			}
			tr.Close()
			for tr.WriteBufferSize() > 0 {
				g.ready(32 << 10)
			}
			settle(ctx)
		})
		if !bytes.Equal(g.written, want.Bytes()) {
			t.Fatal("what arrived is not what was written")
		}
	}
}
