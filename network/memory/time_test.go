package memory_test

// What takes time.

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
)

// arrivals notes when something can be read from c, and what.
func arrivals(ctx context.Context, c network.Conn, log *[]string) {
	c.OnReadable(callback(func() {
		text := got(c)
		*log = append(*log, fmt.Sprintf("%v %s", looptest.Now(ctx), text))
		if !strings.HasPrefix(text, `"`) {
			c.OnReadable(nil)
		}
	}))
}

func TestLatency(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		a, b := pair(t, ctx, memory.New(memory.WithLatency(time.Second)))
		if now := looptest.Now(ctx); now != 2*time.Second {
			t.Errorf("connected at %v, want after there and back", now)
		}
		var log []string
		arrivals(ctx, b, &log)
		write(t, a, "one")
		write(t, a, "two")
		sleep(t, ctx, 100*time.Millisecond)
		write(t, a, "three")
		a.Close()
		sleep(t, ctx, time.Minute)
		looptest.Equal(t, "arrivals", log, []string{`3s "onetwo"`, `3.1s "three"`, "3.1s EOF"})
	})
}

// What is sent later does not overtake.
func TestOrder(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		delay := 10 * time.Second
		n := memory.New(memory.WithLatencyFunc(func(from, to net.Addr) time.Duration { return delay }))
		a, b := pair(t, ctx, n)
		var log []string
		arrivals(ctx, b, &log)
		write(t, a, "slow")
		delay = time.Second
		write(t, a, "quick")
		sleep(t, ctx, 9*time.Second)
		delay = -time.Hour // none
		write(t, a, "quickest")
		a.CloseWrite()
		sleep(t, ctx, time.Minute)
		looptest.Equal(t, "arrivals", log, []string{`30s "slowquickquickest"`, "30s EOF"})
	})
}

// The latency is asked for by direction; what the server sends comes when it is
// connected.
func TestDirections(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New(memory.WithLatencyFunc(func(from, to net.Addr) time.Duration {
			if from.(*net.TCPAddr).Port == port.Port {
				return time.Second
			}
			return time.Minute
		}))
		l := listen(t, ctx, n, port, network.Options{})
		l.OnReadable(callback(func() {
			if c, err := l.Accept(); err == nil {
				write(t, c, "hello")
				c.Abort() // which arrives, but drops the greeting
			}
		}))
		c, err := n.Dial(ctx, port, network.Options{})
		if err != nil {
			t.Fatal(err)
		}
		looptest.Equal(t, "connected", looptest.Now(ctx), 61*time.Second)
		sleep(t, ctx, time.Nanosecond)
		looptest.Equal(t, "read", got(c), "reset")
	})
}

// Abort drops what is in the air; Close does not.
func TestInTheAir(t *testing.T) {
	leak.Check(t)
	for _, tt := range []struct {
		end  func(network.Conn) error
		want []string
	}{
		{network.Conn.Close, []string{`3s "one"`, `3.5s "two"`, "4s EOF"}},
		{network.Conn.Abort, []string{`3s "one"`, "4s reset"}},
	} {
		looptest.Run(t, func(ctx context.Context) {
			a, b := pair(t, ctx, memory.New(memory.WithLatency(time.Second)))
			var log []string
			arrivals(ctx, b, &log)
			write(t, a, "one")
			sleep(t, ctx, 500*time.Millisecond)
			write(t, a, "two")
			sleep(t, ctx, 500*time.Millisecond)
			tt.end(a)
			sleep(t, ctx, time.Minute)
			looptest.Equal(t, "arrivals", log, tt.want)
		})
	}
}

func TestBandwidth(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		a, b := pair(t, ctx, memory.New(memory.WithBandwidth(10)))
		var log []string
		arrivals(ctx, b, &log)
		write(t, a, "twenty bytes or so..")
		write(t, a, "and ten...")
		a.CloseWrite()
		sleep(t, ctx, 10*time.Second)
		write(t, b, "five.")
		sleep(t, ctx, time.Millisecond)
		looptest.Equal(t, "on its way", got(a), "would block")
		sleep(t, ctx, time.Second)
		looptest.Equal(t, "there", got(a), `"five."`)
		looptest.Equal(t, "arrivals", log, []string{`2s "twenty bytes or so.."`, `3s "and ten..."`, "3s EOF"})
	})
}

// Whenever a dial is cancelled, nothing is left of the connection.
func TestDialCancelled(t *testing.T) {
	leak.Check(t)
	for _, tt := range []struct {
		name     string
		after    time.Duration
		backlog  int
		accepted string // what the other end reads, if there is one
	}{
		{"on its way there", 500 * time.Millisecond, 1, ""},
		{"on its way back", 1500 * time.Millisecond, 1, "reset"},
		{"in the backlog", 90 * time.Second, 1, ""},
	} {
		looptest.Run(t, func(ctx context.Context) {
			n := memory.New(memory.WithLatency(time.Second))
			l := listen(t, ctx, n, port, network.Options{Backlog: tt.backlog})
			if tt.name == "in the backlog" {
				if _, err := n.Dial(ctx, port, network.Options{}); err != nil {
					t.Fatal(err)
				}
			}
			dial := tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, port, network.Options{Local: &net.TCPAddr{Port: 7}})
			})
			_, err := tasks.WaitFor(ctx, dial, tt.after)
			looptest.Fails(t, tt.name, err, "timeout")
			sleep(t, ctx, time.Minute)
			var ends []string
			for {
				c, err := l.Accept()
				if err != nil {
					break
				}
				ends = append(ends, got(c))
			}
			want := tt.accepted
			if tt.name == "in the backlog" {
				want = "would block" // the one before
			}
			looptest.Equal(t, tt.name, strings.Join(ends, ", "), want)
			// The port is free again.
			listen(t, ctx, n, &net.TCPAddr{Port: 7}, network.Options{}).Close()
		})
	}
}

// Who finds the backlog full waits, first come, first served; the end of the listener
// refuses them.
func TestBacklog(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New()
		l := listen(t, ctx, n, port, network.Options{Backlog: 2})
		var all []*tasks.Task[network.Conn]
		state := func() string {
			var s []string
			for _, d := range all {
				text := "waits"
				if d.Done() {
					_, err := d.Result()
					text = outcome("connected", err)
				}
				s = append(s, text)
			}
			return strings.Join(s, ", ")
		}
		for range 5 {
			all = append(all, tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, port, network.Options{})
			}))
		}
		looptest.Turns(ctx, 3)
		looptest.Equal(t, "dials", state(), `"connected", "connected", waits, waits, waits`)
		if _, err := l.Accept(); err != nil {
			t.Fatal(err)
		}
		looptest.Turns(ctx, 3)
		looptest.Equal(t, "after one was accepted", state(), `"connected", "connected", "connected", waits, waits`)
		l.Close()
		looptest.Turns(ctx, 3)
		looptest.Equal(t, "at the end", state(), `"connected", "connected", "connected", refused, refused`)
		var ends []string
		for _, d := range all[:3] {
			c, _ := d.Result()
			ends = append(ends, got(c))
		}
		looptest.Equal(t, "reads", ends, []string{"would block", "reset", "reset"})
	})
}

// A dial that waits says so.
func TestDialIsSeen(t *testing.T) {
	leak.Check(t)
	n := memory.New()
	err := looptest.RunErr(func(ctx context.Context) error {
		l, err := n.Listen(ctx, port, network.Options{Backlog: 1})
		if err != nil {
			return err
		}
		defer l.Close()
		for range 2 {
			if _, err := n.Dial(ctx, port, network.Options{}); err != nil {
				return err
			}
		}
		return nil
	})
	if text := looptest.Describe(err); !strings.Contains(text, "a connection to 10.0.0.1:80") {
		t.Errorf("%s, want a deadlock that names the connection", text)
	}
}
