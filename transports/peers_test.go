//go:build linux || darwin

package transports_test

// Programs of others at the other end of TLS connections, over TCP.

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/transports"
)

// A program is one that a test talks to by its standard input and output.
type program struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *os.File
	got string // of its output
}

// start starts a program, or skips the test if there is none.
func start(t *testing.T, name string, args ...string) *program {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s here", name)
	}
	r, w, err := os.Pipe()
	must(err)
	p := &program{cmd: exec.Command(path, args...), out: r}
	p.in, err = p.cmd.StdinPipe()
	must(err)
	p.cmd.Stdout, p.cmd.Stderr = w, w
	must(p.cmd.Start())
	w.Close()
	return p
}

// stop ends the program.
func (p *program) stop() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
	p.in.Close()
	p.out.Close()
}

// enter types a line.
func (p *program) enter(line string) {
	_, err := fmt.Fprintln(p.in, line)
	must(err)
}

// until waits for text in the program's output, and returns what came before.
func (p *program) until(ctx context.Context, text string) string {
	before, err := threads.ToThread(ctx, func(context.Context) (string, error) {
		buf := make([]byte, 4096)
		for {
			if before, after, ok := strings.Cut(p.got, text); ok {
				p.got = after
				return before, nil
			}
			n, err := p.out.Read(buf)
			if p.got += string(buf[:n]); err != nil {
				return "", fmt.Errorf("no %q in %q: %w", text, p.got, err)
			}
		}
	})
	must(err)
	return before
}

// peerConfigs returns configurations that ask for everything, and the files for the
// programs at the other end.
func peerConfigs(t *testing.T, version uint16) (client, server *tls.Config, ca, cert, key string) {
	mine := certtest.Default().Issue(nil, "mine", "localhost", "127.0.0.1")
	ca, cert, key = certtest.Default().Write(t, certtest.Default().Issue(nil, "theirs", "localhost", "127.0.0.1"))
	both := &tls.Config{
		MinVersion: version, MaxVersion: version, NextProtos: []string{"x"}, Certificates: []tls.Certificate{mine},
		RootCAs: certtest.Default().Pool, ClientCAs: certtest.Default().Pool, ClientAuth: tls.RequireAndVerifyClientCert,
	}
	return both, both.Clone(), ca, cert, key
}

// negotiated fails t if something was not.
func negotiated(t *testing.T, c *transports.NetConn, version uint16) {
	t.Helper()
	cs, _ := c.Transport().ConnectionState()
	looptest.Equal(t, "what was negotiated",
		[]any{cs.Version, cs.NegotiatedProtocol, cs.PeerCertificates[0].Subject.CommonName},
		[]any{version, "x", "theirs"})
}

// reads fails t unless a line comes.
func reads(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	got, err := r.ReadString('\n')
	looptest.Outcome(t, "ReadString", got, err, want+"\n")
}

var opensslVersions = map[uint16]string{tls.VersionTLS12: "-tls1_2", tls.VersionTLS13: "-tls1_3"}

// talk has both ends say something, with updates of the keys in between. The program
// takes a letter for an update only if that is all there is to read: what it prints of
// an update must be seen before the next line is typed. Some print it at once, some no
// earlier than something that has arrived.
func talk(t *testing.T, ctx context.Context, c net.Conn, p *program, version uint16, updated string, atOnce bool) {
	r := bufio.NewReader(c)
	for _, command := range []string{"", "K", "k", "K"} { // an update that asks for one, and one that does not
		if version == tls.VersionTLS13 && command != "" {
			p.enter(command)
			if atOnce {
				p.until(ctx, updated)
			}
		}
		fmt.Fprintf(c, "mine %s\n", command)
		before := p.until(ctx, "mine "+command+"\n")
		for version == tls.VersionTLS13 && command != "" && !atOnce && !strings.Contains(before, updated) {
			fmt.Fprintln(c, "more") // it has seen what had arrived before what was typed
			before += p.until(ctx, "more\n")
		}
		p.enter("theirs " + command)
		reads(t, r, "theirs "+command)
	}
}

func TestOpenSSLServer(t *testing.T) {
	for name, version := range versions {
		for _, end := range []string{"we close", "they are killed"} {
			t.Run(name+", "+end, func(t *testing.T) {
				client, _, ca, cert, key := peerConfigs(t, version)
				runSystem(t, func(ctx context.Context) {
					p := start(t, "openssl", "s_server", "-accept", "127.0.0.1:0", opensslVersions[version],
						"-cert", cert, "-key", key, "-CAfile", ca, "-Verify", "1", "-verify_return_error", "-alpn", "x")
					defer p.stop()
					p.until(ctx, "ACCEPT ")
					addr := p.until(ctx, "\n")
					c, err := transports.DialNet(ctx, "tcp", addr, transports.WithTLS(client))
					must(err)
					negotiated(t, c, version)
					talk(t, ctx, c, p, version, "SSL_do_handshake ->", false)
					switch end {
					case "we close":
						c.Close()
						p.until(ctx, "DONE")
						return
					default: // it does not say goodbye by itself either
						p.cmd.Process.Kill()
						_, err = c.Read(make([]byte, 1))
						if !errors.Is(err, syscall.ECONNRESET) { // it had not read everything
							is(t, "Read", err, io.ErrUnexpectedEOF)
						}
					}
					c.Close()
				})
			})
		}
	}
}

func TestOpenSSLClient(t *testing.T) {
	for name, version := range versions {
		for _, end := range []string{"we close", "they close"} {
			t.Run(name+", "+end, func(t *testing.T) {
				_, server, ca, cert, key := peerConfigs(t, version)
				runSystem(t, func(ctx context.Context) {
					l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:0", transports.WithTLS(server))
					must(err)
					p := start(t, "openssl", "s_client", "-connect", l.Addr().String(), opensslVersions[version],
						"-cert", cert, "-key", key, "-CAfile", ca, "-verify_return_error", "-alpn", "x", "-servername", "localhost")
					defer p.stop()
					conn, err := l.Accept()
					must(err)
					c := conn.(*transports.NetConn)
					negotiated(t, c, version)
					talk(t, ctx, c, p, version, "KEYUPDATE", true)
					if end == "we close" {
						c.Close()
						p.until(ctx, "closed")
					} else {
						p.enter("Q")
						_, err = c.Read(make([]byte, 1))
						is(t, "Read", err, io.EOF)
						c.Close()
					}
					l.Close()
					must(l.Server().WaitClosed(ctx))
				})
			})
		}
	}
}

// A client that does not like what it gets, and says so.
func TestOpenSSLRefuses(t *testing.T) {
	_, server, _, cert, key := peerConfigs(t, tls.VersionTLS12)
	other, _, _ := certtest.New().Write(t, certtest.New().Issue(nil, "x"))
	runSystem(t, func(ctx context.Context) {
		var far recorder
		s, addr := listen(ctx, func() *recorder { return &far }, transports.WithTLS(server))
		p := start(t, "openssl", "s_client", "-connect", addr, "-cert", cert, "-key", key, "-CAfile", other, "-verify_return_error")
		defer p.stop()
		p.until(ctx, "verify error")
		p.in.Close()
		threads.ToThread(ctx, func(context.Context) (bool, error) { return false, p.cmd.Wait() }) // it says that it has failed
		s.Close()
		must(s.WaitClosed(ctx))
		looptest.Equal(t, "the server's protocol", far.take(), nil)
	})
}
