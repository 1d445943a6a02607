//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

// What becomes of the errors of system calls.

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
)

func TestFaultsOfRead(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []error
		want   []error // of Reads, with nil for one that reads
	}{
		{"interrupted", times(3, syscall.EINTR), []error{nil}},
		{"interrupted all the time", times(40, syscall.EINTR), []error{network.ErrWouldBlock, network.ErrWouldBlock, nil}},
		{"a false alarm", times(2, syscall.EAGAIN), []error{network.ErrWouldBlock, network.ErrWouldBlock, nil}},
		{"reset", []error{syscall.ECONNRESET}, []error{syscall.ECONNRESET, nil}},
		{"timed out", []error{syscall.ETIMEDOUT}, []error{syscall.ETIMEDOUT}},
		{"short", times(2, nil), []error{nil, nil, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				faults, count := system.Faults{}, map[string]int{}
				a, b := pair(ctx, t, system.NewFaulty(faults, count))
				defer a.Close()
				defer b.Close()
				_, err := b.Write([]byte("hello"))
				must(t, err)
				until(ctx, t, readable(a))
				must(t, a.OnReadable(nil))
				faults["read"] = tt.faults
				buf := make([]byte, 10)
				for i, want := range tt.want {
					n, err := a.Read(buf)
					is(t, "Read", err, want)
					if err == nil && n == 0 {
						t.Errorf("Read %d has read nothing", i)
					}
				}
				if count["read"] > 50 {
					t.Errorf("%d calls", count["read"])
				}
			})
		})
	}
}

func TestFaultsOfWrite(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []error
		want   []error
	}{
		{"interrupted", times(3, syscall.EINTR), []error{nil}},
		{"interrupted all the time", times(40, syscall.EINTR), []error{network.ErrWouldBlock, network.ErrWouldBlock, nil}},
		{"full", times(1, syscall.EAGAIN), []error{network.ErrWouldBlock, nil}},
		{"broken", times(2, syscall.EPIPE), []error{syscall.EPIPE, syscall.EPIPE}},
		// To wait until there is room would be to spin: the socket has some.
		{"no buffers", []error{syscall.ENOBUFS}, []error{syscall.ENOBUFS, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				faults, count := system.Faults{}, map[string]int{}
				a, b := pair(ctx, t, system.NewFaulty(faults, count))
				defer a.Close()
				defer b.Close()
				faults["write"], faults["writev"] = slices.Clone(tt.faults), slices.Clone(tt.faults)
				for _, want := range tt.want {
					n, err := a.Write([]byte("hello"))
					is(t, "Write", err, want)
					if (n == 5) != (err == nil) {
						t.Errorf("Write has written %d bytes", n)
					}
					n, err = a.(network.BuffersWriter).WriteBuffers([][]byte{nil, []byte("hello"), {}, []byte("!")})
					is(t, "WriteBuffers", err, want)
					if (n > 0) != (err == nil) {
						t.Errorf("WriteBuffers has written %d bytes", n)
					}
				}
			})
		})
	}
	t.Run("short", func(t *testing.T) {
		run(t, func(ctx context.Context) {
			faults := system.Faults{}
			a, b := pair(ctx, t, system.NewFaulty(faults, map[string]int{}))
			defer a.Close()
			defer b.Close()
			faults["write"] = times(1, nil)
			if n, err := a.Write([]byte("hello")); n != 1 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	})
}

func TestFaultsOfAccept(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []error
		want   []error
	}{
		{"interrupted", times(3, syscall.EINTR), []error{nil}},
		{"gone before it was accepted", times(5, syscall.ECONNABORTED), []error{nil}},
		{"gone all the time", times(20, syscall.ECONNABORTED), []error{network.ErrWouldBlock, nil}},
		{"a false alarm", times(1, syscall.EAGAIN), []error{network.ErrWouldBlock, nil}},
		{"no descriptors", times(2, syscall.EMFILE), []error{syscall.EMFILE, syscall.EMFILE, nil}},
		{"no buffers", times(1, syscall.ENOBUFS), []error{syscall.ENOBUFS, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				faults, count := system.Faults{}, map[string]int{}
				n := system.NewFaulty(faults, count)
				l, err := n.Listen(ctx, loopback(), network.Options{})
				must(t, err)
				defer l.Close()
				c, err := system.New().Dial(ctx, l.Addr(), network.Options{})
				must(t, err)
				defer c.Close()
				until(ctx, t, readable(l))
				must(t, l.OnReadable(nil))
				faults["accept"] = tt.faults
				for _, want := range tt.want {
					a, err := l.Accept()
					is(t, "Accept", err, want)
					if err == nil {
						must(t, a.Close())
					}
				}
				if _, err := l.Accept(); err != network.ErrWouldBlock {
					t.Errorf("Accept of nothing: %v", err)
				}
			})
		})
	}
}

func TestFaultsOfListen(t *testing.T) {
	for _, call := range []string{"socket", "setsockopt", "bind", "listen"} {
		t.Run(call, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				path := filepath.Join(t.TempDir(), "s")
				for _, addr := range []net.Addr{loopback(), &net.UnixAddr{Name: path, Net: "unix"}} {
					if call == "setsockopt" && addr.Network() == "unix" {
						continue
					}
					_, err := system.NewFaulty(system.Faults{call: {syscall.ENOBUFS}}, map[string]int{}).Listen(ctx, addr, network.Options{})
					is(t, "Listen", err, syscall.ENOBUFS)
				}
				if _, err := os.Lstat(path); err == nil {
					t.Error("the path is left behind")
				}
			})
		})
	}
}

// Whatever close returns, it is called once.
func TestFaultsOfClose(t *testing.T) {
	run(t, func(ctx context.Context) {
		faults, count := system.Faults{}, map[string]int{}
		n := system.NewFaulty(faults, count)
		for _, tt := range []struct{ fault, want error }{
			{syscall.EINTR, nil},
			{syscall.EIO, syscall.EIO},
			{nil, nil},
		} {
			a, b := pair(ctx, t, n)
			must(t, a.OnReadable(runnable(func() { t.Error("a closed connection is readable") })))
			faults["close"] = []error{tt.fault}
			before := count["close"]
			is(t, "Close", a.Close(), tt.want)
			is(t, "a second Close", a.Close(), nil)
			is(t, "Abort after Close", a.Abort(), nil)
			if calls := count["close"] - before; calls != 1 {
				t.Errorf("close was called %d times", calls)
			}
			_, err := a.Read(make([]byte, 1))
			is(t, "Read", err, net.ErrClosed)
			_, err = a.Write([]byte("x"))
			is(t, "Write", err, net.ErrClosed)
			must(t, b.Close())
		}
	})
}

func TestFaultsOfDatagrams(t *testing.T) {
	run(t, func(ctx context.Context) {
		faults, count := system.Faults{}, map[string]int{}
		n := system.NewFaulty(faults, count)
		a, err := n.OpenPacket(ctx, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil, network.Options{})
		must(t, err)
		defer a.Close()
		faults["sendto"] = append(times(3, syscall.EINTR), nil, syscall.EAGAIN, syscall.ENOBUFS, syscall.ECONNREFUSED)
		for _, want := range []error{nil, network.ErrWouldBlock, syscall.ENOBUFS, syscall.ECONNREFUSED, nil} {
			is(t, "WriteTo", a.WriteTo([]byte("x"), a.LocalAddr()), want)
		}
		until(ctx, t, readable(a))
		must(t, a.OnReadable(nil))
		faults["recvfrom"] = append(times(3, syscall.EINTR), nil, syscall.EAGAIN, syscall.ECONNREFUSED)
		for _, want := range []error{nil, network.ErrWouldBlock, syscall.ECONNREFUSED, nil} {
			_, _, err := a.ReadFrom(make([]byte, 1))
			is(t, "ReadFrom", err, want)
		}
	})
}
