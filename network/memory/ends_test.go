package memory_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
)

// What happens at the end of a connection, as TCP has it.
func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(a, b network.Conn)
		want string // what b reads, twice, and what two writes of it come to
	}{
		{"nothing", func(a, b network.Conn) {}, `would block, would block, "", ""`},
		{"CloseWrite", func(a, b network.Conn) { a.Write([]byte("x")); a.CloseWrite() }, `"x", EOF, "", ""`},
		{"Close", func(a, b network.Conn) { a.Write([]byte("x")); a.Close() }, `"x", EOF, "", pipe`},
		{"Close after CloseWrite", func(a, b network.Conn) { a.CloseWrite(); a.Close() }, `EOF, EOF, "", pipe`},
		{"Close with something unread", func(a, b network.Conn) {
			b.Write([]byte("y"))
			a.Write([]byte("x"))
			a.Close()
		}, `"x", reset, reset, pipe`},
		{"Close after CloseWrite with something unread", func(a, b network.Conn) {
			b.Write([]byte("y"))
			a.CloseWrite()
			a.Close()
		}, `EOF, EOF, pipe, pipe`},
		{"Abort", func(a, b network.Conn) { a.Write([]byte("x")); a.Abort() }, `"x", reset, reset, pipe`},
		{"Abort after CloseWrite", func(a, b network.Conn) { a.CloseWrite(); a.Abort() }, `EOF, EOF, pipe, pipe`},
		{"Abort after Close", func(a, b network.Conn) { a.Close(); a.Abort() }, `EOF, EOF, "", pipe`},
		{"its own CloseWrite", func(a, b network.Conn) { b.CloseWrite(); b.CloseWrite() }, `would block, would block, pipe, pipe`},
		{"CloseWrite of both", func(a, b network.Conn) { a.CloseWrite(); b.CloseWrite() }, `EOF, EOF, pipe, pipe`},
		{"Close at both", func(a, b network.Conn) { a.Close(); b.Close() }, `closed, closed, closed, closed`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			looptest.Run(t, func(ctx context.Context) {
				a, b := pair(t, ctx, memory.New())
				tt.do(a, b)
				all := []string{got(b), got(b)}
				for range 2 {
					_, err := b.Write([]byte("z"))
					all = append(all, outcome("", err))
				}
				looptest.Equal(t, "outcome", strings.Join(all, ", "), tt.want)
			})
		})
	}
}

// After a reset CloseWrite fails, and Close does nothing.
func TestAfterReset(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := new(memory.Network)
		a, b := pair(t, ctx, n)
		write(t, a, "read")
		n.Reset(b)
		looptest.Equal(t, "a reads", got(a), "reset")
		looptest.Equal(t, "b reads what has arrived", got(b), `"read"`)
		looptest.Equal(t, "and then", got(b), "reset")
		looptest.Equal(t, "CloseWrite", outcome("", a.CloseWrite()), "not connected")
		for _, c := range []network.Conn{a, b} {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// Unix sockets tell at once that the other end is closed, and have no resets, but for
// what is unread.
func TestUnixEnds(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New(memory.WithLatency(time.Hour)) // which is not for them
		for _, tt := range []struct {
			do   func(a, b network.Conn)
			want string // of a write of b, and two reads
		}{
			{func(a, b network.Conn) { a.CloseWrite() }, `"", EOF, EOF`},
			{func(a, b network.Conn) { a.Write([]byte("x")); a.Close() }, `pipe, "x", EOF`},
			{func(a, b network.Conn) { a.Write([]byte("x")); a.Abort() }, `pipe, "x", EOF`},
			{func(a, b network.Conn) { b.Write([]byte("y")); a.Close() }, `reset, reset, reset`},
		} {
			a, b := pairAt(t, ctx, ctx, n, &net.UnixAddr{Name: "/s", Net: "unix"})
			tt.do(a, b)
			_, err := b.Write([]byte("z"))
			looptest.Equal(t, "outcome", strings.Join([]string{outcome("", err), got(b), got(b)}, ", "), tt.want)
		}
		if now := looptest.Now(ctx); now != 0 {
			t.Errorf("it has taken %v", now)
		}
	})
}
