//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// option asks for an option of a socket, when the user may set some.
type option struct{ level, opt int }

func TestOptions(t *testing.T) {
	nodelay, alive := option{unix.IPPROTO_TCP, unix.TCP_NODELAY}, option{unix.SOL_SOCKET, unix.SO_KEEPALIVE}
	reuse, port := option{unix.SOL_SOCKET, unix.SO_REUSEADDR}, option{unix.SOL_SOCKET, unix.SO_REUSEPORT}
	for _, tt := range []struct {
		name  string
		o     network.Options
		conns map[option]bool // of both ends
		at    map[option]bool // of the listener
	}{
		{"default", network.Options{}, map[option]bool{nodelay: true, alive: false}, map[option]bool{reuse: true, port: false}},
		{"others", network.Options{Delay: true, KeepAlive: true, ReuseAddr: network.Off, ReusePort: true},
			map[option]bool{nodelay: false, alive: true}, map[option]bool{reuse: false, port: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				var raw []syscall.RawConn
				var names []string
				tt.o.Control = func(network, address string, c syscall.RawConn) error {
					raw = append(raw, c)
					names = append(names, network+" "+address)
					return nil
				}
				n := system.New()
				l, err := n.Listen(ctx, loopback(), tt.o)
				must(t, err)
				a, err := n.Dial(ctx, l.Addr(), tt.o)
				must(t, err)
				until(ctx, t, readable(l))
				b, err := l.Accept()
				must(t, err)
				check := func(what string, c syscall.RawConn, want map[option]bool) {
					t.Helper()
					must(t, c.Control(func(fd uintptr) {
						for o, on := range want {
							v, err := unix.GetsockoptInt(int(fd), o.level, o.opt)
							if err != nil || (v != 0) != on {
								t.Errorf("%s: option %v is %d, %v; want %t", what, o, v, err, on)
							}
						}
					}))
				}
				check("listener", raw[0], tt.at)
				check("dialed", raw[1], tt.conns)
				check("accepted", system.RawConn(b), tt.conns)
				if diff := cmp.Diff([]string{"tcp4 127.0.0.1:0", "tcp4 " + l.Addr().String()}, names); diff != "" {
					t.Errorf("Control (-want +got)\n%s", diff)
				}
				for _, c := range []io.Closer{a, b, l} {
					must(t, c.Close())
				}
				if err := raw[0].Control(func(uintptr) {}); !errors.Is(err, net.ErrClosed) {
					t.Errorf("Control of a closed socket: %v", err)
				}
			})
		})
	}
}

// An error of Control is the caller's.
func TestControlFails(t *testing.T) {
	run(t, func(ctx context.Context) {
		o := network.Options{Control: func(string, string, syscall.RawConn) error { return io.ErrNoProgress }}
		_, err := system.New().Listen(ctx, loopback(), o)
		is(t, "Listen", err, io.ErrNoProgress)
		_, err = system.New().Dial(ctx, loopback(), o)
		is(t, "Dial", err, io.ErrNoProgress)
		_, err = system.New().OpenPacket(ctx, nil, &net.UDPAddr{Port: 1}, o)
		is(t, "OpenPacket", err, io.ErrNoProgress)
	})
}

// A server finds the socket of one that was killed in its place, and removes its own,
// unless that is another's by then.
func TestPathsOfUnixSockets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	at := &net.UnixAddr{Name: path, Net: "unix"}
	exists := func() bool { _, err := os.Lstat(path); return err == nil }
	run(t, func(ctx context.Context) {
		n := system.New()
		l, err := n.Listen(ctx, at, network.Options{})
		must(t, err)
		must(t, l.Close())
		if exists() {
			t.Error("the path is left behind")
		}
		old, err := n.Listen(ctx, at, network.Options{})
		must(t, err)
		l, err = n.Listen(ctx, at, network.Options{})
		must(t, err)
		must(t, old.Close())
		if !exists() {
			t.Error("the path of another listener was removed")
		}
		c, err := n.Dial(ctx, at, network.Options{})
		must(t, err)
		if c.RemoteAddr().String() != path || l.Addr().String() != path {
			t.Errorf("%q at %q", c.RemoteAddr(), l.Addr())
		}
		must(t, c.Close())
		must(t, l.Close())
		must(t, l.Close())

		must(t, os.WriteFile(path, []byte("precious"), 0o600))
		_, err = n.Listen(ctx, at, network.Options{})
		is(t, "Listen at a file", err, syscall.EADDRINUSE)
		_, err = n.Dial(ctx, at, network.Options{})
		is(t, "Dial of a file", err, syscall.ECONNREFUSED)
		if !exists() {
			t.Error("a file was removed")
		}
	})
}

func TestAbstractUnixSockets(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux alone has them")
	}
	run(t, func(ctx context.Context) {
		n := system.New()
		for _, name := range []string{"@asyncio-test-" + filepath.Base(t.TempDir()), ""} {
			l, err := n.Listen(ctx, &net.UnixAddr{Name: name, Net: "unix"}, network.Options{})
			must(t, err)
			if got := l.Addr().String(); got == "" || got[0] != '@' || name != "" && got != name {
				t.Errorf("%q listens at %q", name, got)
			}
			c, err := n.Dial(ctx, l.Addr(), network.Options{})
			must(t, err)
			must(t, c.Close())
			must(t, l.Close())
		}
	})
}

// A socket for both families reaches both.
func TestDatagramsOfBothFamilies(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := system.New()
		a, err := n.OpenPacket(ctx, &net.UDPAddr{}, nil, network.Options{})
		must(t, err)
		defer a.Close()
		b, err := n.OpenPacket(ctx, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil, network.Options{})
		must(t, err)
		defer b.Close()
		must(t, a.WriteTo([]byte("hello"), b.LocalAddr()))
		until(ctx, t, readable(b))
		buf := make([]byte, 10)
		k, from, err := b.ReadFrom(buf)
		if string(buf[:k]) != "hello" || err != nil {
			t.Errorf("%q, %v", buf[:k], err)
		}
		must(t, b.WriteTo([]byte("back"), from))
		until(ctx, t, readable(a))
		k, from, err = a.ReadFrom(buf)
		if string(buf[:k]) != "back" || err != nil || from.String() != b.LocalAddr().String() {
			t.Errorf("%q from %v, %v", buf[:k], from, err)
		}
		is(t, "no address", b.WriteTo(nil, nil), syscall.EDESTADDRREQ)
		if err := b.WriteTo(nil, &net.UDPAddr{IP: net.IPv6loopback, Port: 1}); err == nil {
			t.Error("an address of the other family was taken")
		}
	})
}

func TestSendFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux alone has it")
	}
	content := bytes.Repeat([]byte("0123456789"), 100_000)
	path := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(path, content, 0o600))
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	run(t, func(ctx context.Context) {
		faults := system.Faults{}
		a, b := pair(ctx, t, system.NewFaulty(faults, map[string]int{}))
		defer a.Close()
		defer b.Close()
		reader := tasks.Create(ctx, func(ctx context.Context) ([]byte, error) {
			var all []byte
			buf := make([]byte, 100_000)
			for {
				n, err := b.Read(buf)
				all = append(all, buf[:n]...)
				switch err {
				case nil:
				case io.EOF:
					return all, nil
				case network.ErrWouldBlock:
					until(ctx, t, readable(b))
				default:
					return nil, err
				}
			}
		})
		faults["sendfile"] = []error{syscall.EINTR, syscall.EAGAIN}
		const skip = 7
		for at := int64(skip); ; {
			n, err := a.(network.FileSender).SendFile(f, at, 1<<30)
			at += int64(n)
			if err == io.EOF {
				break
			}
			if err == network.ErrWouldBlock {
				until(ctx, t, func(r func()) error { return a.OnWritable(runnable(r)) })
				must(t, a.OnWritable(nil))
				continue
			}
			must(t, err)
		}
		must(t, a.CloseWrite())
		got, err := reader.Await(ctx)
		if err != nil || !bytes.Equal(got, content[skip:]) {
			t.Errorf("%d bytes of %d, %v", len(got), len(content)-skip, err)
		}
		faults["sendfile"] = []error{syscall.EINVAL}
		if _, err := a.(network.FileSender).SendFile(f, 0, 1); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("a file that cannot be sent: %v", err)
		}
	})
}

// A read and a write of a socket that is ready allocate nothing.
func TestReadsAndWritesAllocateNothing(t *testing.T) {
	run(t, func(ctx context.Context) {
		a, b := pair(ctx, t, system.New())
		defer a.Close()
		defer b.Close()
		buf := make([]byte, 64)
		if n := testing.AllocsPerRun(100, func() {
			a.Write(buf)
			for {
				if _, err := b.Read(buf); err == nil {
					break
				}
			}
			b.Read(buf) // of nothing
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}
