package memory_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
)

// A partition keeps what TCP would send again, and loses the rest.
func TestPartition(t *testing.T) {
	leak.Check(t)
	for _, latency := range []time.Duration{0, time.Second} {
		looptest.Run(t, func(ctx context.Context) {
			n := hosts(memory.WithLatency(latency))
			if latency == 0 {
				n = hosts()
			}
			onA, onB := memory.On(ctx, "a"), memory.On(ctx, "b")
			addr := tcp("192.0.2.2:80")
			c, d := pairAt(t, onA, onB, n, addr)
			e, f := pairAt(t, onA, onB, n, addr)
			write(t, c, "before ")
			n.Partition("a", "b")
			write(t, c, "meanwhile")
			d.CloseWrite()
			e.Abort()
			dial := tasks.Create(onA, func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, addr, network.Options{})
			})
			sleep(t, ctx, time.Minute)
			if latency == 0 {
				looptest.Equal(t, "before it", got(d), `"before "`)
			}
			looptest.Equal(t, "while it lasts", []string{got(d), got(c), got(f)}, []string{"would block", "would block", "would block"})
			if dial.Done() {
				t.Error("a connection was made, or refused")
			}
			n.Heal("b", "a")
			looptest.Equal(t, "then", []string{strings.TrimPrefix(got(d), `"before `), got(c)}, []string{strings.TrimPrefix(`"meanwhile"`, map[bool]string{true: `"`}[latency > 0]), "EOF"})
			_, err := dial.Await(ctx)
			looptest.Equal(t, "the dial", outcome("", err), "refused")
			// The reset is lost, and comes when it is asked for.
			looptest.Equal(t, "the other end of what was aborted", got(f), "would block")
			write(t, f, "hello?")
			sleep(t, ctx, time.Minute)
			looptest.Equal(t, "and when it has written", got(f), "reset")
		})
	}
}

// Others are not cut off, nor is a host from itself.
func TestPartitionOfOthers(t *testing.T) {
	leak.Check(t)
	n := hosts()
	n.Partition("a", "b") // before the loop
	n.Partition("", "a")
	looptest.Run(t, func(ctx context.Context) {
		for _, tt := range []struct {
			from, to, addr string
			cut            bool
		}{
			{"a", "a", "192.0.2.1:80", false},
			{"b", "a", "192.0.2.1:80", true},
			{"a", "b", "192.0.2.2:80", true},
			{"c", "a", "192.0.2.1:80", false},
			{"c", "b", "192.0.2.2:80", false},
			{"a", "", "203.0.113.1:80", true},
			{"", "b", "192.0.2.2:80", false},
		} {
			l := listen(t, memory.On(ctx, tt.to), n, tcp(tt.addr), network.Options{})
			dial := tasks.Create(memory.On(ctx, tt.from), func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, tcp(tt.addr), network.Options{})
			})
			_, err := tasks.WaitFor(ctx, dial, time.Second)
			if (err != nil) != tt.cut {
				t.Errorf("%+v: %v", tt, err)
			}
			l.Close()
		}
	})
}
