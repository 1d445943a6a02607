package networktest

// Connections.

import (
	"bytes"
	"errors"
	"io"
	"net"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/internal/stress"
)

var streamChecks = []check{
	{"Addresses", addresses},
	{"BothWays", bothWays},
	{"NothingThere", nothingThere},
	{"EmptyBuffers", emptyBuffers},
	{"HalfClose", halfClose},
	{"WriteAfterCloseWrite", writeAfterCloseWrite},
	{"CloseDelivers", closeDelivers},
	{"CloseTwice", closeTwice},
	{"AfterClose", afterClose},
	{"Full", full},
	{"Buffers", buffers},
	{"SendFile", sendFile},
	{"Abort", abort},
	{"AbortOfBoth", abortOfBoth},
	{"WriteToClosed", writeToClosed},
	{"WriteToAborted", writeToAborted},
	{"ReadableLevel", readableLevel},
	{"ReadableAtEOF", readableAtEOF},
	{"WritableLevel", writableLevel},
	{"Callbacks", callbacks},
	{"CloseForgets", closeForgets},
	{"CloseInCallback", closeInCallback},
	{"Many", many},
	{"Random", random},
	{"Accept", accept},
	{"AcceptLevel", acceptLevel},
	{"Refused", refused},
	{"InUse", inUse},
	{"CloseOfListener", closeOfListener},
	{"CloseOfListenerTwice", closeOfListenerTwice},
	{"DialCancelled", dialCancelled},
	{"DialFrom", dialFrom},
}

func addresses(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	client, err := e.Dial(e.ctx, l.Addr(), network.Options{})
	e.must(err)
	defer client.Close()
	server := e.accept(l)
	defer server.Close()
	want := e.local(e.T)
	for _, a := range []net.Addr{l.Addr(), client.LocalAddr(), client.RemoteAddr(), server.LocalAddr(), server.RemoteAddr()} {
		if a == nil || a.Network() != want.Network() {
			e.Fatalf("an address is %v", a)
		}
	}
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		if a.Port == 0 {
			e.Error("the listener has no port")
		}
		if got, want := server.RemoteAddr().String(), client.LocalAddr().String(); got != want {
			e.Errorf("the server sees the client at %s, which is at %s", got, want)
		}
	}
	for _, a := range []net.Addr{client.RemoteAddr(), server.LocalAddr()} {
		if a.String() != l.Addr().String() {
			e.Errorf("the server's address is %v, the listener's %v", a, l.Addr())
		}
	}
}

func bothWays(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	e.write(a, []byte("ping"))
	e.write(b, []byte("pong"))
	e.expect(b, "pi")
	e.expect(a, "pong")
	e.write(a, []byte("!"))
	e.expect(b, "ng!")
}

func nothingThere(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	if n, err := a.Read(make([]byte, 1)); n != 0 || err != network.ErrWouldBlock {
		e.Errorf("Read of nothing: %d, %v; want ErrWouldBlock itself", n, err)
	}
}

func emptyBuffers(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	for _, p := range [][]byte{nil, {}} {
		if n, err := a.Write(p); n != 0 || err != nil {
			e.Errorf("Write of nothing: %d, %v", n, err)
		}
		if n, err := a.Read(p); n != 0 || err != nil && err != network.ErrWouldBlock {
			e.Errorf("Read into nothing: %d, %v", n, err)
		}
	}
	e.write(a, []byte("x"))
	e.expect(b, "x")
}

func halfClose(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	e.write(a, []byte("question"))
	e.must(a.CloseWrite())
	if got := e.readAll(b, 3); string(got) != "question" {
		e.Errorf("read %q", got)
	}
	if n, err := b.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		e.Errorf("Read again at the end: %d, %v", n, err)
	}
	e.write(b, []byte("answer"))
	e.must(b.CloseWrite())
	if got := e.readAll(a, 64); string(got) != "answer" {
		e.Errorf("read %q", got)
	}
}

func writeAfterCloseWrite(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	e.must(a.CloseWrite())
	if n, err := a.Write([]byte("x")); n != 0 || err == nil || err == network.ErrWouldBlock {
		e.Errorf("Write after CloseWrite: %d, %v", n, err)
	}
	if got := e.readAll(b, 64); len(got) != 0 {
		e.Errorf("read %q", got)
	}
}

// What was written before Close arrives, though nobody reads meanwhile.
func closeDelivers(e *env) {
	a, b := e.pair()
	defer b.Close()
	sent := e.cram(a)
	e.must(a.Close())
	e.settle()
	if got := e.readAll(b, 10_000); !bytes.Equal(got, sent) {
		e.Errorf("%d bytes arrived of %d", len(got), len(sent))
	}
}

func closeTwice(e *env) {
	a, b := e.pair()
	for range 2 {
		e.must(a.Close())
		e.must(b.Abort())
	}
	e.must(b.Close())
}

func afterClose(e *env) {
	a, b := e.pair()
	defer b.Close()
	e.must(a.Close())
	for name, call := range map[string]func() error{
		"Read":       func() error { _, err := a.Read(make([]byte, 1)); return err },
		"Write":      func() error { _, err := a.Write([]byte("x")); return err },
		"CloseWrite": a.CloseWrite,
		"OnReadable": func() error { return a.OnReadable(e.run(func() { e.Error("called") })) },
		"OnWritable": func() error { return a.OnWritable(e.run(func() { e.Error("called") })) },
	} {
		if err := call(); !errors.Is(err, net.ErrClosed) {
			e.Errorf("%s after Close: %v, want net.ErrClosed", name, err)
		}
	}
	if a.LocalAddr() == nil || a.RemoteAddr() == nil {
		e.Error("the addresses are forgotten")
	}
	e.settle()
}

// A connection that nobody reads takes only so much.
func full(e *env) {
	a, b := e.pair()
	defer a.Close()
	defer b.Close()
	sent := e.fill(a)
	e.must(a.OnWritable(e.run(func() { e.Error("OnWritable of a connection that is full") })))
	e.settle()
	e.must(a.OnWritable(nil))
	rest := pattern(100_000)
	e.group(
		func(e *env) {
			e.write(a, rest)
			e.must(a.CloseWrite())
		},
		func(e *env) {
			if got := e.readAll(b, 5000); !bytes.Equal(got, append(sent, rest...)) {
				e.Errorf("%d bytes arrived of %d, or others", len(got), len(sent)+len(rest))
			}
		},
	)
}

// Many connections at a time do not get mixed up.
func many(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	var fns []func(*env)
	for i := range 40 {
		text := pattern(30_000 + 1000*i)
		client, err := e.Dial(e.ctx, l.Addr(), network.Options{})
		e.must(err)
		defer client.Close()
		server := e.accept(l)
		defer server.Close()
		fns = append(fns, func(e *env) {
			e.write(client, text)
			e.must(client.CloseWrite())
		}, func(e *env) { // an echo
			p := make([]byte, 1000+i)
			for {
				n, err := e.read(server, p)
				if err == io.EOF {
					break
				}
				e.must(err)
				e.write(server, p[:n])
			}
			e.must(server.CloseWrite())
		}, func(e *env) {
			if got := e.readAll(client, 7000); !bytes.Equal(got, text) {
				e.Errorf("%d bytes came back of %d, or others", len(got), len(text))
			}
		})
	}
	e.group(fns...)
}

// Random programs find each byte where it was put.
func random(e *env) {
	e.must(e.listen(network.Options{}).Close()) // or skip it
	for seed := range uint64(4) {
		_, err := stress.Play(e.ctx, stress.Program{
			Network: e.Network, Listen: e.local(e.T), Conns: 4, Steps: 300, Ends: seed%2 == 1,
		}, seed)
		if err != nil {
			e.Fatalf("seed %d: %v", seed, err)
		}
	}
}
