package transports_test

// Connect: the rules of the tests of create_connection in asyncio's
// test_base_events.py, and of test_staggered.py as far as they show here.

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/goasyncio/asyncio/transports"
)

// refused is a dial that is refused, as the system says it.
func refused(text string) error { return fmt.Errorf("%s: %w", text, syscall.ECONNREFUSED) }

func TestConnectTriesAllAddresses(t *testing.T) {
	eyeballs := transports.WithHappyEyeballs(250 * time.Millisecond)
	down := refused("down")
	const long = time.Hour
	tests := []struct {
		name  string
		ips   []string
		dials map[string]dialing
		opts  []transports.Option
		log   []string
		err   string
	}{
		{"one", []string{"10.0.0.1"}, nil, nil,
			[]string{"0s dial 10.0.0.1", "0s nil 10.0.0.1"}, "nil"},
		{"the second, in their order", []string{"::1", "10.0.0.1", "10.0.0.2"}, map[string]dialing{"::1": {time.Second, down}}, nil,
			[]string{"0s dial ::1", "1s connection refused ::1", "1s dial 10.0.0.1", "1s nil 10.0.0.1"}, "nil"},
		{"one that fails", []string{"10.0.0.1"}, map[string]dialing{"10.0.0.1": {0, down}}, nil,
			[]string{"0s dial 10.0.0.1", "0s connection refused 10.0.0.1"}, "down: connection refused"},
		{"all fail alike", []string{"10.0.0.1", "10.0.0.2"}, map[string]dialing{"10.0.0.1": {0, down}, "10.0.0.2": {0, down}}, nil,
			[]string{"0s dial 10.0.0.1", "0s connection refused 10.0.0.1", "0s dial 10.0.0.2", "0s connection refused 10.0.0.2"}, "down: connection refused"},
		{"all fail in their own way", []string{"10.0.0.1", "10.0.0.2"}, map[string]dialing{"10.0.0.1": {0, down}, "10.0.0.2": {0, refused("out")}}, nil,
			[]string{"0s dial 10.0.0.1", "0s connection refused 10.0.0.1", "0s dial 10.0.0.2", "0s connection refused 10.0.0.2"},
			"asyncio: cannot connect to host:80: down: connection refused; out: connection refused"},
		{"all errors", []string{"10.0.0.1"}, map[string]dialing{"10.0.0.1": {0, down}}, []transports.Option{transports.WithAllErrors()},
			[]string{"0s dial 10.0.0.1", "0s connection refused 10.0.0.1"}, "asyncio: cannot connect to host:80: down: connection refused"},

		{"happy eyeballs: the families by turns", []string{"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"},
			map[string]dialing{"::1": {long, nil}, "::2": {long, nil}, "::3": {long, nil}, "10.0.0.1": {long, nil}}, []transports.Option{eyeballs},
			[]string{"0s dial ::1", "250ms dial 10.0.0.1", "500ms dial ::2", "750ms dial 10.0.0.2", "750ms nil 10.0.0.2",
				"750ms cancelled() ::1", "750ms cancelled() 10.0.0.1", "750ms cancelled() ::2"}, "nil"},
		{"happy eyeballs: the first that is there", []string{"::1", "10.0.0.1"},
			map[string]dialing{"::1": {300 * time.Millisecond, nil}, "10.0.0.1": {time.Second, nil}}, []transports.Option{eyeballs},
			[]string{"0s dial ::1", "250ms dial 10.0.0.1", "300ms nil ::1", "300ms cancelled() 10.0.0.1"}, "nil"},
		{"happy eyeballs: a failure starts the next", []string{"::1", "10.0.0.1", "::2"},
			map[string]dialing{"::1": {100 * time.Millisecond, down}, "10.0.0.1": {long, nil}, "::2": {200 * time.Millisecond, nil}}, []transports.Option{eyeballs},
			[]string{"0s dial ::1", "100ms connection refused ::1", "100ms dial 10.0.0.1", "350ms dial ::2", "550ms nil ::2", "550ms cancelled() 10.0.0.1"}, "nil"},
		{"happy eyeballs: a failure of an earlier one does not", []string{"::1", "10.0.0.1", "::2"},
			map[string]dialing{"::1": {300 * time.Millisecond, down}, "10.0.0.1": {long, nil}}, []transports.Option{eyeballs},
			[]string{"0s dial ::1", "250ms dial 10.0.0.1", "300ms connection refused ::1", "500ms dial ::2", "500ms nil ::2", "500ms cancelled() 10.0.0.1"}, "nil"},
		{"happy eyeballs: all fail", []string{"::1", "10.0.0.1"},
			map[string]dialing{"::1": {300 * time.Millisecond, refused("six")}, "10.0.0.1": {10 * time.Millisecond, refused("four")}}, []transports.Option{eyeballs},
			[]string{"0s dial ::1", "250ms dial 10.0.0.1", "260ms connection refused 10.0.0.1", "300ms connection refused ::1"},
			"asyncio: cannot connect to host:80: six: connection refused; four: connection refused"},
		{"happy eyeballs: in their order", []string{"::1", "::2", "10.0.0.1"}, map[string]dialing{"::1": {0, down}}, []transports.Option{eyeballs, transports.WithInterleave(0)},
			[]string{"0s dial ::1", "0s connection refused ::1", "0s dial ::2", "0s nil ::2"}, "nil"},
		{"two of the first family first", []string{"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"},
			map[string]dialing{"::1": {0, down}, "::2": {0, down}, "::3": {0, down}, "10.0.0.1": {0, down}}, []transports.Option{transports.WithInterleave(2)},
			[]string{"0s dial ::1", "0s connection refused ::1", "0s dial ::2", "0s connection refused ::2", "0s dial 10.0.0.1",
				"0s connection refused 10.0.0.1", "0s dial ::3", "0s connection refused ::3", "0s dial 10.0.0.2", "0s nil 10.0.0.2"}, "nil"},

		{"a local address", []string{"::1", "10.0.0.1"}, nil, []transports.Option{transports.WithLocalAddr("10.0.0.9:99")},
			[]string{"0s dial 10.0.0.1", "0s nil 10.0.0.1"}, "nil"},
		{"no local address of the family", []string{"::1"}, nil, []transports.Option{transports.WithLocalAddr("10.0.0.9:99")},
			nil, "address [::1]:80: asyncio: no local address of the family of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			n := newFaulty()
			n.names = map[string][]string{"host": tt.ips}
			n.dials = tt.dials
			var log []string
			looptest.Run(t, func(ctx context.Context) {
				s, err := transports.Listen(ctx, func() *recorder { return &recorder{} }, "tcp", ":80")
				must(err)
				n.log = func(format string, args ...any) { log = append(log, fmt.Sprintf(format, args...)) }
				tr, p, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", "host:80", tt.opts...)
				looptest.Fails(t, "Connect", err, tt.err)
				looptest.Equal(t, "tasks left", len(tasks.All(ctx)), 1)
				if err == nil {
					tr.Close()
				} else if tr != nil || p != nil {
					t.Error("Connect returns a transport beside the error")
				}
				settle(ctx)
				s.Close()
			}, on(n))
			looptest.Equal(t, "dials", log, tt.log)
			looptest.Equal(t, "connections left", n.leaked(), 0)
		})
	}
}

func TestConnectErrorUnwraps(t *testing.T) {
	err := error(&transports.ConnectError{Address: "host:1", Errors: []error{errBroken, refused("x")}})
	is(t, "the first", err, errBroken)
	is(t, "the second", err, syscall.ECONNREFUSED)
}

func TestConnectFails(t *testing.T) {
	leak.Check(t)
	tests := []struct{ network, address, want string }{
		{"tcp", "nobody:80", "lookup nobody: no such host"},
		{"tcp", "127.0.0.1", "address 127.0.0.1: missing port in address"},
		{"ipx", "127.0.0.1:80", "unknown network ipx"},
		{"tcp", "127.0.0.1:80", "connection refused"},
		{"unix", "/nowhere", "no such file or directory"},
	}
	run(t, func(ctx context.Context) {
		for _, tt := range tests {
			_, _, err := transports.Connect(ctx, func() *recorder { t.Error("a protocol was made"); return nil }, tt.network, tt.address)
			looptest.Equal(t, tt.network+" "+tt.address, describe(err), tt.want)
		}
	})
}

func TestUnixConnection(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		far := &recorder{}
		s, err := transports.Listen(ctx, func() *recorder { return far }, "unix", "/run/echo")
		must(err)
		looptest.Equal(t, "Addrs", s.Addrs(), []net.Addr{&net.UnixAddr{Name: "/run/echo", Net: "unix"}})
		tr, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "unix", "/run/echo")
		must(err)
		text(tr, "hello")
		tr.Close()
		settle(ctx)
		looptest.Equal(t, "calls", far.log, []string{"made", "data hello", "eof", "lost nil"})
		s.Close()
	})
}

// A factory that panics takes the connection along.
func TestConnectFactoryPanics(t *testing.T) {
	leak.Check(t)
	n := newFaulty()
	looptest.Run(t, func(ctx context.Context) {
		s, addr := listen(ctx, func() *recorder { return &recorder{} })
		for what, factory := range map[string]func() transports.BaseProtocol{
			"x": func() transports.BaseProtocol { panic("x") },
			"asyncio: transports_test.deaf is neither a Protocol nor a BufferedProtocol; it needs DataReceived, or GetBuffer and BufferUpdated": func() transports.BaseProtocol { return deaf{} },
		} {
			looptest.Equal(t, "panic", looptest.Panics(func() { transports.Connect(ctx, factory, "tcp", addr) }), what)
		}
		settle(ctx)
		s.Close()
	}, on(n))
	looptest.Equal(t, "connections left", n.leaked(), 0)
}

// Whenever Connect is cancelled, or its time is over, nothing is left of it.
func TestConnectCancelledAtEveryStep(t *testing.T) {
	const step = 10 * time.Millisecond
	ways := map[string]func(ctx context.Context, fn func(ctx context.Context) error, after time.Duration, turns int) error{
		"cancelled": func(ctx context.Context, fn func(ctx context.Context) error, after time.Duration, turns int) error {
			task := tasks.Go(ctx, fn)
			must(tasks.Sleep(ctx, after))
			looptest.Turns(ctx, turns)
			task.Cancel()
			_, err := task.Await(ctx)
			return err
		},
		"by a ctx": func(ctx context.Context, fn func(ctx context.Context) error, after time.Duration, turns int) error {
			derived, cancel := context.WithCancel(ctx)
			task := tasks.Go(ctx, func(ctx context.Context) error {
				must(tasks.Sleep(ctx, after))
				looptest.Turns(ctx, turns)
				cancel()
				return nil
			})
			defer task.Await(ctx)
			return fn(derived)
		},
		"timeout": func(ctx context.Context, fn func(ctx context.Context) error, after time.Duration, turns int) error {
			return timeouts.Run(ctx, after+1, fn)
		},
	}
	opts := map[string][]transports.Option{
		"in turn":        {transports.WithLocalAddr("localhost:0")},
		"happy eyeballs": {transports.WithHappyEyeballs(15 * time.Millisecond)},
	}
	for way, do := range ways {
		for how, opts := range opts {
			t.Run(way+", "+how, func(t *testing.T) {
				leak.Check(t)
				connected := 0
				for after := time.Duration(0); after <= 7*step; after += step / 2 {
					for turns := range 8 {
						n := newFaulty()
						n.names = map[string][]string{"host": {"::1", "127.0.0.1", "::1"}}
						n.dials = map[string]dialing{"::1": {2 * step, nil}, "127.0.0.1": {5, nil}}
						if turns%2 == 0 {
							n.dials["::1"] = dialing{2 * step, errBroken}
						}
						looptest.Run(t, func(ctx context.Context) {
							s, err := transports.Listen(ctx, func() *recorder { return &recorder{} }, "tcp", ":80")
							must(err)
							do(ctx, func(ctx context.Context) error {
								tr, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", "host:80", opts...)
								if err == nil {
									connected++
									tr.Close()
								}
								return err
							}, after, turns)
							settle(ctx)
							looptest.Equal(t, "connections left", n.leaked(), 0)
							looptest.Equal(t, "tasks left", len(tasks.All(ctx)), 1)
							s.Close()
							must(s.WaitClosed(ctx))
						}, on(n))
					}
				}
				if connected == 0 {
					t.Error("it never came to its end")
				}
			})
		}
	}
}

// A loop that is closed in the middle of it closes the connection too.
func TestConnectEndedByItsLoop(t *testing.T) {
	leak.Check(t)
	for turns := range 12 {
		n := newFaulty()
		for _, opt := range []transports.Option{transports.WithAllErrors(), transports.WithHappyEyeballs(time.Second)} {
			looptest.RunErr(func(ctx context.Context) error {
				_, addr := listen(ctx, func() *recorder { return &recorder{} })
				tasks.Go(ctx, func(ctx context.Context) error {
					for {
						if _, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr, opt); err != nil {
							return err
						}
					}
				})
				looptest.Turns(ctx, turns)
				return nil
			}, on(n))
		}
		looptest.Equal(t, "connections left", n.leaked(), 0)
	}
}

// ConnectConn and ConnectAccepted take charge of a connection.
func TestConnectConn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		n := eventloop.FromContext(ctx).Network()
		l, err := n.Listen(ctx, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, network.Options{})
		must(err)
		near, err := n.Dial(ctx, l.Addr(), network.Options{})
		must(err)
		far, err := l.Accept()
		must(err)
		must(l.Close())
		p, q := &recorder{}, &recorder{}
		a, _, err := transports.ConnectConn(ctx, func() *recorder { return p }, near)
		must(err)
		b, _, err := transports.ConnectAccepted(ctx, func() *recorder { return q }, far)
		must(err)
		text(a, "ping")
		settle(ctx)
		text(b, "pong")
		settle(ctx)
		a.Close()
		settle(ctx)
		looptest.Equal(t, "calls", p.log, []string{"made", "data pong", "lost nil"})
		looptest.Equal(t, "calls", q.log, []string{"made", "data ping", "eof", "lost nil"})

		looptest.Equal(t, "nil", looptest.Panics(func() {
			transports.ConnectConn(ctx, func() *recorder { return p }, nil)
		}), "asyncio: a transport over a nil connection")
	})
}
