//go:build linux || darwin

package transports_test

// CPython's asyncio at the other end of TLS connections, over TCP.

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/transports"
)

// script is a client or a server. What it prints is what it has seen.
const script = `
import asyncio, ssl, sys

role, version, upgrade, ca, cert, key, port = sys.argv[1:]
upgrade = upgrade == "upgrade"
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if role == "server" else ssl.PROTOCOL_TLS_CLIENT)
ctx.load_verify_locations(ca)
ctx.load_cert_chain(cert, key)
ctx.verify_mode = ssl.CERT_REQUIRED
ctx.minimum_version = ctx.maximum_version = ssl.TLSVersion[version]
ctx.set_alpn_protocols(["x"])

def say(*words):
    print(*words, flush=True)

def negotiated(w):
    o = w.get_extra_info("ssl_object")
    say("negotiated", o.version(), o.selected_alpn_protocol(), o.getpeercert()["subject"][0][0][1])

async def end(w):
    w.close()
    await w.wait_closed()
    say("closed")

async def handle(r, w):
    if upgrade:
        assert await r.readline() == b"STARTTLS\n"
        w.write(b"OK\n")
        await w.start_tls(ctx)
    negotiated(w)
    while line := await r.readline():
        if line == b"close\n":
            break
        w.write(line.upper())
        await w.drain()
    else:
        say("eof")
    await end(w)

async def serve():
    s = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=None if upgrade else ctx, limit=1 << 22)
    say("port", s.sockets[0].getsockname()[1])
    await s.serve_forever()

async def call():
    tls = dict() if upgrade else dict(ssl=ctx, server_hostname="localhost")
    r, w = await asyncio.open_connection("127.0.0.1", int(port), limit=1 << 22, **tls)
    if upgrade:
        w.write(b"STARTTLS\n")
        assert await r.readline() == b"OK\n"
        await w.start_tls(ctx, server_hostname="localhost")
    negotiated(w)
    big = b"x" * (1 << 20) + b"\n"
    for line in b"hello\n", big:
        w.write(line)
        await w.drain()
        assert await r.readline() == line.upper()
    w.write(b"close\n" if version == "TLSv1_2" else b"")
    if version == "TLSv1_2":
        assert await r.read() == b""
        say("eof")
    await end(w)

asyncio.run(serve() if role == "server" else call())
`

var pythonVersions = map[uint16]string{tls.VersionTLS12: "TLSv1_2", tls.VersionTLS13: "TLSv1_3"}

// interpreter is the path of a Python that has asyncio's start_tls for streams, empty if
// there is none. It is not that of a launcher, which would take its time again.
var interpreter = sync.OnceValue(func() string {
	for _, name := range []string{"python3", "python3.14", "python3.13"} {
		cmd := exec.Command(name, "-c", "import sys, ssl, asyncio; print(sys.executable if sys.version_info >= (3, 11) else '')")
		cmd.Env = append(os.Environ(), "PYENV_VERSION=3.13.0")
		if out, err := cmd.Output(); err == nil && len(bytes.TrimSpace(out)) > 0 {
			return strings.TrimSpace(string(out))
		}
	}
	return ""
})

// python starts the script, or skips the test.
func python(t *testing.T, args ...string) *program {
	t.Helper()
	if testing.Short() {
		t.Skip("Python takes its time to start")
	}
	if interpreter() == "" {
		t.Skip("there is no Python 3.11 here, or a later one")
	}
	return start(t, interpreter(), append([]string{"-I", "-c", script}, args...)...)
}

// eachPython runs fn for each version of TLS, from the beginning and by STARTTLS.
func eachPython(t *testing.T, fn func(t *testing.T, version uint16, upgrade string)) {
	for name, version := range versions {
		for _, upgrade := range []string{"from the beginning", "upgrade"} {
			t.Run(name+", "+upgrade, func(t *testing.T) { fn(t, version, upgrade) })
		}
	}
}

func TestPythonServer(t *testing.T) {
	eachPython(t, func(t *testing.T, version uint16, upgrade string) {
		client, _, ca, cert, key := peerConfigs(t, version)
		client.ServerName = "localhost"
		runSystem(t, func(ctx context.Context) {
			p := python(t, "server", pythonVersions[version], upgrade, ca, cert, key, "")
			defer p.stop()
			p.until(ctx, "port ")
			addr := "127.0.0.1:" + p.until(ctx, "\n")
			for _, weClose := range []bool{false, true} {
				var opts []transports.Option
				if upgrade != "upgrade" {
					opts = append(opts, transports.WithTLS(client))
				}
				c, err := transports.DialNet(ctx, "tcp", addr, opts...)
				must(err)
				if upgrade == "upgrade" {
					fmt.Fprintln(c, "STARTTLS")
					reads(t, bufio.NewReader(c), "OK")
					must(c.StartTLS(ctx, client))
				}
				negotiated(t, c, version)
				p.until(ctx, "negotiated "+strings.ReplaceAll(pythonVersions[version], "_", ".")+" x mine\n")
				r := bufio.NewReader(c)
				for _, line := range []string{"hello", strings.Repeat("x", 1<<20)} {
					fmt.Fprintln(c, line)
					reads(t, r, strings.ToUpper(line))
				}
				if weClose {
					c.Close()
					p.until(ctx, "eof\nclosed\n")
					continue
				}
				fmt.Fprintln(c, "close")
				_, err = r.ReadByte()
				is(t, "ReadByte", err, io.EOF)
				p.until(ctx, "closed\n")
				c.Close()
			}
		})
	})
}

func TestPythonClient(t *testing.T) {
	eachPython(t, func(t *testing.T, version uint16, upgrade string) {
		_, server, ca, cert, key := peerConfigs(t, version)
		runSystem(t, func(ctx context.Context) {
			var opts []transports.Option
			if upgrade != "upgrade" {
				opts = append(opts, transports.WithTLS(server))
			}
			l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:0", opts...)
			must(err)
			_, port, _ := strings.Cut(l.Addr().String(), ":")
			p := python(t, "client", pythonVersions[version], upgrade, ca, cert, key, port)
			defer p.stop()
			conn, err := l.Accept()
			must(err)
			c := conn.(*transports.NetConn)
			if upgrade == "upgrade" {
				reads(t, bufio.NewReader(c), "STARTTLS")
				fmt.Fprintln(c, "OK")
				must(c.StartTLS(ctx, server, transports.WithServerSide()))
			}
			negotiated(t, c, version)
			r := bufio.NewReader(c)
			for {
				line, err := r.ReadString('\n')
				if line == "close\n" {
					break
				}
				if err != nil {
					is(t, "ReadString", err, io.EOF)
					break
				}
				_, err = io.WriteString(c, strings.ToUpper(line))
				must(err)
			}
			c.Close()
			p.until(ctx, "negotiated "+strings.ReplaceAll(pythonVersions[version], "_", ".")+" x mine\n")
			looptest.Equal(t, "what the client says besides", p.until(ctx, "closed\n"),
				map[uint16]string{tls.VersionTLS12: "eof\n", tls.VersionTLS13: ""}[version])
			l.Close()
			must(l.Server().WaitClosed(ctx))
		})
	})
}
