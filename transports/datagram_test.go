package transports_test

// Datagrams: the rules of SelectorDatagramTransportTests and of the tests of
// create_datagram_endpoint.

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A listener is a DatagramProtocol that writes down how it is called.
type listener struct {
	recorder
	t      transports.DatagramTransport
	onMade func(t transports.DatagramTransport)
	onData func(data []byte, from net.Addr)
}

func (l *listener) ConnectionMade(t transports.DatagramTransport) {
	l.t = t
	l.note("made")
	if l.onMade != nil {
		l.onMade(t)
	}
}

func (l *listener) DatagramReceived(data []byte, from net.Addr) {
	l.note("%q", data)
	if l.onData != nil {
		l.onData(data, from)
	}
}

func (l *listener) ErrorReceived(err error) { l.note("error %s", describe(err)) }

// packets opens a socket.
func packets(ctx context.Context, p *listener, local, remote string, opts ...transports.Option) transports.DatagramTransport {
	t, _, err := transports.OpenDatagram(ctx, func() *listener { return p }, "udp", local, remote, opts...)
	must(err)
	return t
}

func TestDatagrams(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		server, client, other := &listener{}, &listener{}, &listener{}
		server.onData = func(data []byte, from net.Addr) {
			must(server.t.SendTo(append([]byte("re: "), data...), from))
		}
		s := packets(ctx, server, "127.0.0.1:0", "")
		c := packets(ctx, client, "", s.LocalAddr().String())
		o := packets(ctx, other, "127.0.0.1:0", "")
		looptest.Equal(t, "remote", c.RemoteAddr().String(), s.LocalAddr().String())
		looptest.Equal(t, "remote", s.RemoteAddr(), nil)
		must(c.SendTo([]byte("hello"), nil))
		must(c.SendTo(nil, nil)) // may be empty
		must(c.SendTo([]byte("you"), s.LocalAddr()))
		must(o.SendTo([]byte("not for you"), c.LocalAddr()))
		settle(ctx)
		looptest.Equal(t, "calls", server.log, []string{"made", `"hello"`, `""`, `"you"`})
		looptest.Equal(t, "calls", client.log, []string{"made", `"re: hello"`, `"re: "`, `"re: you"`})

		err := c.SendTo([]byte("x"), o.LocalAddr())
		looptest.Fails(t, "SendTo", err, fmt.Sprintf("address %v: asyncio: the socket sends to %v alone, not to", o.LocalAddr(), s.LocalAddr()))
		is(t, "SendTo nobody", s.SendTo([]byte("x"), nil), transports.ErrNoAddress)
		looptest.Equal(t, "String", c.(fmt.Stringer).String(), fmt.Sprintf("socket %v to %v", c.LocalAddr(), s.LocalAddr()))
		for _, tr := range []transports.DatagramTransport{s, c, o} {
			tr.Close()
			tr.Close()
			looptest.Equal(t, "IsClosing", tr.IsClosing(), true)
			is(t, "SendTo", tr.SendTo([]byte("x"), s.LocalAddr()), transports.ErrClosing)
		}
		settle(ctx)
		looptest.Equal(t, "last call", server.log[4:], []string{"lost nil"})
		looptest.Equal(t, "String", s.(fmt.Stringer).String(), fmt.Sprintf("socket %v (closed)", s.LocalAddr()))
	})
}

// Who is not there is told of when it is sent to.
func TestDatagramErrors(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		p := &listener{}
		c := packets(ctx, p, "", "127.0.0.1:9")
		must(c.SendTo([]byte("hello"), nil))
		settle(ctx)
		must(c.SendTo([]byte("hello"), nil))
		settle(ctx)
		looptest.Equal(t, "refused", strings.Count(fmt.Sprint(p.log), "error connection refused") > 0, true)
		looptest.Equal(t, "IsClosing", c.IsClosing(), false)
		c.Abort()
		settle(ctx)
	})
}

func TestOpenDatagramFails(t *testing.T) {
	leak.Check(t)
	tests := []struct{ network, local, remote, want string }{
		{"udp", "", "", transports.ErrNoAddress.Error()},
		{"udp", "nobody:1", "", "lookup nobody: no such host"},
		{"udp", "", "nobody:1", "lookup nobody: no such host"},
		{"udp", "127.0.0.1:0", "[::1]:1", "address [::1]:1: asyncio: no address of 127.0.0.1:0 is of a family of"},
		{"ipx", "1:1", "", "unknown network ipx"},
		{"udp", "10.0.0.1:5", "", "cannot assign requested address"},
	}
	run(t, func(ctx context.Context) {
		for _, tt := range tests {
			_, _, err := transports.OpenDatagram(ctx, func() *listener { t.Error("a protocol was made"); return nil }, tt.network, tt.local, tt.remote)
			looptest.Equal(t, tt.network+" "+tt.local+" "+tt.remote, describe(err), tt.want)
		}
	}, memory.WithHost("a", "10.0.0.1"))
}

// Pairs of addresses are tried until one can be had.
func TestOpenDatagramTriesPairs(t *testing.T) {
	leak.Check(t)
	n := newFaulty(memory.WithHost("a", "10.0.0.1"))
	n.names = map[string][]string{"near": {"10.0.0.1", "::1", "127.0.0.1"}, "far": {"127.0.0.1", "::1"}}
	looptest.Run(t, func(ctx context.Context) {
		c := packets(ctx, &listener{}, "near:0", "far:9")
		looptest.Equal(t, "remote", c.RemoteAddr().String(), "[::1]:9")
		d := packets(ctx, &listener{}, "near:0", "")
		looptest.Equal(t, "family", strings.HasPrefix(d.LocalAddr().String(), "[::1]"), true)
		c.Close()
		d.Close()
		settle(ctx)
	}, on(n))
}

// With Broadcast, anybody may answer.
func TestBroadcast(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		p, q := &listener{}, &listener{}
		a := packets(ctx, p, "127.0.0.1:0", "127.0.0.1:9", transports.WithSocketOptions(network.Options{Broadcast: true}))
		b := packets(ctx, q, "127.0.0.1:9", "")
		must(a.SendTo([]byte("who is there?"), nil))
		settle(ctx)
		looptest.Equal(t, "calls", q.log, []string{"made", `"who is there?"`})
		c := packets(ctx, &listener{}, "127.0.0.1:0", "")
		must(c.SendTo([]byte("I am"), a.LocalAddr()))
		settle(ctx)
		looptest.Equal(t, "calls", p.log, []string{"made", `"I am"`})
		if err := a.SendTo([]byte("x"), c.LocalAddr()); err == nil {
			t.Error("sent to another address")
		}
		for _, tr := range []transports.DatagramTransport{a, b, c} {
			tr.Close()
		}
		settle(ctx)
	})
}

// A panic ends a socket only if it comes from ConnectionMade.
func TestPanicOfADatagramProtocol(t *testing.T) {
	leak.Check(t)
	var got []string
	lines := reports(t, func(ctx context.Context) {
		p := &listener{onData: func([]byte, net.Addr) { panic("data") }}
		tr := packets(ctx, p, "127.0.0.1:1", "")
		must(tr.SendTo([]byte("a"), tr.LocalAddr()))
		must(tr.SendTo([]byte("b"), tr.LocalAddr()))
		settle(ctx)
		tr.Close()
		settle(ctx)
		looptest.Equal(t, "calls", p.log, []string{"made", `"a"`, `"b"`, "lost nil"})
		q := &listener{onMade: func(transports.DatagramTransport) { panic("made") }}
		packets(ctx, q, "127.0.0.1:1", "")
		settle(ctx)
		looptest.Equal(t, "calls", q.log, []string{"made", "lost nil"})
		p = &listener{}
		looptest.Equal(t, "panic", looptest.Panics(func() {
			transports.OpenDatagram(ctx, func() *listener { panic("factory") }, "udp", "127.0.0.1:1", "")
		}), "factory")
		packets(ctx, p, "127.0.0.1:1", "").Close() // the address is free again
		settle(ctx)
	})
	for _, l := range lines {
		got = append(got, l[strings.LastIndex(l, "panic"):])
	}
	looptest.Equal(t, "reports", got, []string{"panic(data)", "panic(data)", "panic(made)"})
}

func TestDatagramsEndedByTheirLoop(t *testing.T) {
	leak.Check(t)
	c := &packetConn{}
	var lines []string
	var tr transports.DatagramTransport
	err := looptest.RunErr(func(ctx context.Context) error {
		tr = packets(ctx, &listener{}, "127.0.0.1:1", "")
		must(tr.SendTo([]byte("a"), c.LocalAddr()))
		tr.Close() // it cannot
		return nil
	}, on(packetNetwork{memory.New(), c}), runners.WithDebug(), looptest.Report(&lines, looptest.Describe))
	looptest.Fails(t, "the run", err, "nil")
	looptest.Equal(t, "reports", lines, []string{"open when the loop was closed: socket here (1 datagrams to send): " + transports.ErrUnclosed.Error()})
	is(t, "SendTo", tr.SendTo([]byte("a"), c.LocalAddr()), transports.ErrClosing)
	looptest.Equal(t, "closed", c.closed, 1)
}

func TestOpenDatagramCancelled(t *testing.T) {
	leak.Check(t)
	for turns := range 5 {
		c := &packetConn{}
		looptest.Run(t, func(ctx context.Context) {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				tr, _, err := transports.OpenDatagram(ctx, func() *listener { return &listener{} }, "udp", "127.0.0.1:1", "")
				if err == nil {
					tr.Close()
				}
				return err
			})
			looptest.Turns(ctx, turns)
			task.Cancel()
			settle(ctx)
			looptest.Equal(t, "closed", c.closed, map[bool]int{true: 0, false: 1}[turns == 0])
		}, on(packetNetwork{memory.New(), c}))
	}
}

// From the fifth send by a socket that is closed on, there are warnings.
func TestSendsByAClosedSocket(t *testing.T) {
	leak.Check(t)
	var out bytes.Buffer
	err := looptest.RunErr(func(ctx context.Context) error {
		tr := packets(ctx, &listener{}, "127.0.0.1:1", "")
		tr.Close()
		for i := range 6 {
			is(t, "SendTo", tr.SendTo([]byte("x"), tr.LocalAddr()), transports.ErrClosing)
			looptest.Equal(t, "warnings", strings.Count(out.String(), "sends by a socket that is closed"), max(0, i-3))
		}
		settle(ctx)
		return nil
	}, on(memory.New()), runners.WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
	looptest.Fails(t, "the run", err, "nil")
}
