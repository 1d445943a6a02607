//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/tasks"
)

// A dial ends with what has become of it, and leaves nothing open.
func TestFaultsOfDial(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults system.Faults
		want   error
	}{
		{"interrupted", system.Faults{"connect": {syscall.EINTR}, "getpeername": {syscall.ENOTCONN}}, nil},
		{"connected at once", system.Faults{"connect": {syscall.EISCONN}}, syscall.ENOTCONN},
		{"refused at once", system.Faults{"connect": {syscall.ECONNREFUSED}}, syscall.ECONNREFUSED},
		{"unreachable", system.Faults{"getsockopt": {system.Pending(syscall.EHOSTUNREACH)}}, syscall.EHOSTUNREACH},
		{"woken early", system.Faults{"getsockopt": {system.Pending(syscall.EINPROGRESS)}, "getpeername": {syscall.ENOTCONN}}, nil},
		{"no answer about it", system.Faults{"getsockopt": {syscall.ENOBUFS}}, syscall.ENOBUFS},
		{"no descriptors", system.Faults{"socket": {syscall.EMFILE}}, syscall.EMFILE},
		{"no option", system.Faults{"setsockopt": {syscall.EINVAL}}, syscall.EINVAL},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				l, err := system.New().Listen(ctx, loopback(), network.Options{})
				must(t, err)
				defer l.Close()
				if tt.name == "interrupted" {
					// The call was made all the same.
					tt.faults["connect"] = nil
				}
				c, err := system.NewFaulty(tt.faults, map[string]int{}).Dial(ctx, l.Addr(), network.Options{})
				if tt.name == "connected at once" && err == nil {
					_, err = c.Read(make([]byte, 1)) // which tells
				}
				is(t, "Dial", err, tt.want)
				if c != nil {
					must(t, c.Close())
				}
			})
		})
	}
}

// A task that is cancelled, or closed, while it connects leaves no descriptor.
func TestCancelledDial(t *testing.T) {
	busy := filepath.Join(t.TempDir(), "busy")
	run(t, func(ctx context.Context) {
		l, err := system.New().Listen(ctx, &net.UnixAddr{Name: busy, Net: "unix"}, network.Options{Backlog: 1})
		must(t, err)
		defer l.Close()
		must(t, l.OnReadable(runnable(func() {}))) // the loop has its own from here on
		before := leak.OpenFiles()
		free := loopback() // nobody connects: the socket can be written, and has no other end
		for _, tt := range []struct {
			faults system.Faults
			addr   net.Addr
			tries  string
		}{
			{system.Faults{"connect": times(1000, syscall.EINPROGRESS)}, free, "getpeername"},
			{system.Faults{"connect": times(1000, syscall.EAGAIN)}, l.Addr(), "connect"},
		} {
			count := map[string]int{}
			n := system.NewFaulty(tt.faults, count)
			d := tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, tt.addr, network.Options{})
			})
			// It tries, or is woken, and nobody is there.
			for count[tt.tries] < 3 && !d.Done() {
				must(t, tasks.Sleep(ctx, 0))
			}
			if d.Done() {
				t.Fatalf("Dial: %v", d.Err())
			}
			d.Cancel()
			if _, err := d.Await(ctx); !futures.IsCancelled(err) {
				t.Errorf("Dial that was cancelled: %v", err)
			}
			if n := leak.OpenFiles(); n != before {
				t.Errorf("%d descriptors are open, %d were", n, before)
			}
		}
		tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) { // left to the end of the run
			return system.NewFaulty(system.Faults{"connect": times(1000, syscall.EAGAIN)}, map[string]int{}).Dial(ctx, l.Addr(), network.Options{})
		})
		must(t, tasks.Sleep(ctx, 0))
	})
}

// A listener that is busy gets its connections later.
func TestBusyUnixListener(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := system.NewFaulty(system.Faults{"connect": times(3, syscall.EAGAIN)}, map[string]int{})
		l, err := n.Listen(ctx, &net.UnixAddr{Name: filepath.Join(t.TempDir(), "s"), Net: "unix"}, network.Options{})
		must(t, err)
		defer l.Close()
		c, err := n.Dial(ctx, l.Addr(), network.Options{})
		must(t, err)
		must(t, c.Close())
	})
}

// A listener lets as many wait as the system allows, if nothing else is said: nobody has
// to try a second time because it has not come to accept yet.
func TestManyWaitToBeAccepted(t *testing.T) {
	const many = 300
	allowed, err := os.ReadFile("/proc/sys/net/core/somaxconn")
	if n, _ := strconv.Atoi(strings.TrimSpace(string(allowed))); err != nil || n < many {
		t.Skipf("the system allows %d, as far as it tells", n)
	}
	run(t, func(ctx context.Context) {
		n := system.New()
		l, err := n.Listen(ctx, loopback(), network.Options{})
		must(t, err)
		defer l.Close()
		var dials []*tasks.Task[network.Conn]
		for range many {
			dials = append(dials, tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, l.Addr(), network.Options{})
			}))
		}
		for _, d := range dials {
			c, err := d.Await(ctx)
			must(t, err)
			must(t, c.Close())
		}
	})
}

// Sockets that nobody has closed end with the loop.
func TestSocketsOfAClosedLoop(t *testing.T) {
	leak.Check(t)
	leak.Files(t)
	l := eventloop.New()
	n := system.New()
	ctx := l.Context(context.Background())
	var listener network.Listener
	main := tasks.Go(ctx, func(ctx context.Context) (err error) {
		listener, err = n.Listen(ctx, loopback(), network.Options{})
		if err == nil {
			_, err = n.Dial(ctx, listener.Addr(), network.Options{})
		}
		if err == nil {
			_, err = n.OpenPacket(ctx, &net.UDPAddr{}, nil, network.Options{})
		}
		return err
	})
	must(t, l.RunUntilComplete(main))
	must(t, main.Err())
	must(t, l.Close())
	_, err := listener.Accept()
	is(t, "Accept", err, net.ErrClosed)
	must(t, listener.Close())
	if _, err := n.Listen(ctx, loopback(), network.Options{}); err == nil {
		t.Error("a closed loop listens")
	}
}
