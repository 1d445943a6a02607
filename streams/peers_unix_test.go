//go:build unix

package streams_test

// Streams and the programs of others, over the system's own sockets.

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/transports"
)

// onSystem runs fn as the main task of a loop in real time, with the network of the
// system. It has a minute; after that no goroutine and no descriptor may be left.
func onSystem(t testing.TB, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	leak.Check(t)
	leak.Files(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := runners.Run(ctx, func(ctx context.Context) error {
		fn(ctx)
		return nil
	}, opts...)
	equal(t, "the run", describe(nil, err), "no data")
}

// needs skips t unless there is a program.
func needs(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("there is no %s", name)
	}
}

// pythonEnv is the environment in which python3 is Python 3.13 or later, nil if there is
// none.
var pythonEnv = sync.OnceValue(func() []string {
	for _, env := range [][]string{append(os.Environ(), "PYENV_VERSION=3.13.0"), os.Environ()} {
		c := exec.Command("python3", "-c", "import sys; print(sys.version_info >= (3, 13))")
		c.Env = env
		if out, _ := c.Output(); strings.TrimSpace(string(out)) == "True" {
			return env
		}
	}
	return nil
})

// python returns a command of Python, and skips t if there is none that does.
func python(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if pythonEnv() == nil {
		t.Skip("there is no Python 3.13")
	}
	c := exec.CommandContext(t.Context(), "python3", args...)
	c.Env = pythonEnv()
	return c
}

// client runs a program that is a client, in a thread, and returns what it prints.
func client(ctx context.Context, c *exec.Cmd, input []byte) ([]byte, error) {
	var complaints bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(input), &complaints
	out, err := threads.ToThread(ctx, func(context.Context) ([]byte, error) { return c.Output() })
	if err != nil {
		return out, fmt.Errorf("%w\n%s", err, complaints.String())
	}
	return out, nil
}

// startServer starts a program that is a server, and returns the first line that it
// prints which has what. The program ends when its input does, unless it has one that c
// says, and at the end of the test.
func startServer(t *testing.T, c *exec.Cmd, what string) (line string) {
	t.Helper()
	if c.Stdin == nil {
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { in.Close() })
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.Stdout == nil {
		c.Stdout = w
	}
	c.Stderr = w
	err = c.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		r.Close()
	})
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		if strings.Contains(line, what) {
			return strings.TrimSpace(line)
		}
	}
}

// noise returns n bytes that nobody makes up.
func noise(n int) []byte {
	p := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(p)
	return p
}

// listen starts an echo server and returns where it is.
func listen(t *testing.T, ctx context.Context, netw string, opts ...streams.Option) (*transports.Server, string) {
	t.Helper()
	address := "127.0.0.1:0"
	if netw == "unix" {
		address = filepath.Join(t.TempDir(), "echo")
	}
	s, err := streams.StartServer(ctx, echo, netw, address, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return s, s.Addrs()[0].String()
}

// sendAndCompare sends noise to an echo server, and compares what comes back.
func sendAndCompare(t *testing.T, ctx context.Context, netw, address string, opts ...streams.Option) {
	t.Helper()
	r, w, err := streams.OpenConnection(ctx, netw, address, opts...)
	if err != nil {
		t.Errorf("OpenConnection: %v", err)
		return
	}
	defer w.Close()
	message := noise(3 << 20)
	sending := tasks.Go(ctx, func(ctx context.Context) error {
		for p := message; len(p) > 0; {
			n := min(len(p), 100_000)
			w.Write(p[:n])
			p = p[n:]
			if err := w.Drain(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	got, err := r.ReadExactly(ctx, len(message))
	equal(t, "ReadExactly", err, nil)
	equal(t, "the same came back", sha256.Sum256(got) == sha256.Sum256(message), true)
	_, err = sending.Await(ctx)
	equal(t, "sending", err, nil)
	if w.CloseWrite() == nil {
		_, err = r.Read(ctx, 1)
		equal(t, "the end", err, io.EOF)
	}
	w.Close()
	equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
}

func TestSocatClient(t *testing.T) {
	needs(t, "socat")
	for _, netw := range []string{"tcp", "unix"} {
		t.Run(netw, func(t *testing.T) {
			onSystem(t, func(ctx context.Context) {
				s, address := listen(t, ctx, netw)
				where := map[string]string{"tcp": "TCP:", "unix": "UNIX-CONNECT:"}[netw] + address
				message := noise(1 << 20)
				got, err := client(ctx, exec.CommandContext(t.Context(), "socat", "-t", "30", "-", where), message)
				equal(t, "socat", err, nil)
				equal(t, "the same came back", bytes.Equal(got, message), true)
				shut(t, ctx, s)
			})
		})
	}
}

func TestSocatServer(t *testing.T) {
	needs(t, "socat")
	for _, netw := range []string{"tcp", "unix"} {
		t.Run(netw, func(t *testing.T) {
			address := filepath.Join(t.TempDir(), "echo")
			where := "UNIX-LISTEN:" + address
			if netw == "tcp" {
				where = "TCP-LISTEN:0,bind=127.0.0.1"
			}
			line := startServer(t, exec.CommandContext(t.Context(), "socat", "-d", "-d", "-t", "30", where, "EXEC:cat"), "listening on")
			if netw == "tcp" {
				address = line[strings.LastIndex(line, " ")+1:]
			}
			onSystem(t, func(ctx context.Context) { sendAndCompare(t, ctx, netw, address) })
		})
	}
}

func TestPythonClient(t *testing.T) {
	ca := certtest.Default()
	authority, _, _ := ca.Write(t, ca.Issue(nil, "localhost"))
	for _, netw := range []string{"tcp", "unix"} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, TLS %v", netw, secure), func(t *testing.T) {
				args := []string{filepath.Join("testdata", "peer.py"), "client", netw, ""}
				var opts []streams.Option
				if secure {
					args = append(args, authority)
					opts = append(opts, transports.WithTLS(ca.Server()))
				}
				python(t) // or skip
				onSystem(t, func(ctx context.Context) {
					s, address := listen(t, ctx, netw, opts...)
					args[3] = address
					got, err := client(ctx, python(t, args...), nil)
					equal(t, "the client", err, nil)
					equal(t, "it prints", string(got), "ok\n")
					shut(t, ctx, s)
				})
			})
		}
	}
}

func TestPythonServer(t *testing.T) {
	ca := certtest.Default()
	_, cert, key := ca.Write(t, ca.Issue(nil, "localhost", "127.0.0.1"))
	for _, netw := range []string{"tcp", "unix"} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, TLS %v", netw, secure), func(t *testing.T) {
				args := []string{filepath.Join("testdata", "peer.py"), "server", netw, ""}
				if netw == "unix" {
					args[3] = filepath.Join(t.TempDir(), "echo")
				}
				var opts []streams.Option
				if secure {
					args = append(args, cert, key)
					cfg := ca.Client()
					cfg.ServerName = "localhost"
					opts = append(opts, transports.WithTLS(cfg))
				}
				address := startServer(t, python(t, args...), "")
				onSystem(t, func(ctx context.Context) {
					for range 3 {
						sendAndCompare(t, ctx, netw, address, opts...)
					}
				})
			})
		}
	}
}
