//go:build unix

package streams_test

// Streams and OpenBSD's nc, over the system's own sockets.

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// needsNetcat skips t unless there is OpenBSD's nc.
func needsNetcat(t *testing.T) {
	t.Helper()
	needs(t, "nc")
	if help, _ := exec.Command("nc", "-h").CombinedOutput(); !strings.Contains(string(help), "OpenBSD") {
		t.Skip("nc is another than OpenBSD's")
	}
}

func TestNetcatClient(t *testing.T) {
	needsNetcat(t)
	for _, netw := range []string{"tcp", "unix"} {
		t.Run(netw, func(t *testing.T) {
			onSystem(t, func(ctx context.Context) {
				s, address := listen(t, ctx, netw)
				args := []string{"-N", "-U", address}
				if netw == "tcp" {
					args = append([]string{"-N"}, strings.Split(address, ":")...)
				}
				message := noise(1 << 20)
				got, err := client(ctx, exec.CommandContext(t.Context(), "nc", args...), message)
				equal(t, "nc", err, nil)
				equal(t, "the same came back", bytes.Equal(got, message), true)
				shut(t, ctx, s)
			})
		})
	}
}

// TestNetcatServer connects to an nc that listens. Both send at once, nc says that this
// was all, and so do we; each gets what the other has sent.
func TestNetcatServer(t *testing.T) {
	needsNetcat(t)
	for _, netw := range []string{"tcp", "unix"} {
		t.Run(netw, func(t *testing.T) {
			theirs, ours := noise(1<<20), noise(3 << 20)[1<<20:]
			address := filepath.Join(t.TempDir(), "nc")
			args := []string{"-v", "-N", "-l", "-U", address}
			if netw == "tcp" {
				args = []string{"-v", "-N", "-n", "-l", "127.0.0.1", "0"}
			}
			nc := exec.CommandContext(t.Context(), "nc", args...)
			nc.Stdin = bytes.NewReader(theirs)
			var arrived bytes.Buffer
			nc.Stdout = &arrived
			line := startServer(t, nc, "Listening on ")
			if netw == "tcp" {
				address = "127.0.0.1:" + line[strings.LastIndex(line, " ")+1:]
			}
			onSystem(t, func(ctx context.Context) {
				r, w, err := streams.OpenConnection(ctx, netw, address)
				if err != nil {
					t.Errorf("OpenConnection: %v", err)
					return
				}
				sending := tasks.Go(ctx, func(ctx context.Context) error {
					w.Write(ours)
					return w.Drain(ctx)
				})
				got, err := r.Read(ctx, -1)
				equal(t, "Read to the end", err, nil)
				equal(t, "all of nc's came", sha256.Sum256(got) == sha256.Sum256(theirs), true)
				_, err = sending.Await(ctx)
				equal(t, "sending", err, nil)
				equal(t, "CloseWrite", w.CloseWrite(), nil) // an nc that listens sends no more after that
				_, err = threads.ToThread(ctx, func(context.Context) (int, error) { return 0, nc.Wait() })
				equal(t, "nc", err, nil)
				equal(t, "all of ours came", sha256.Sum256(arrived.Bytes()) == sha256.Sum256(ours), true)
				w.Close()
				equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
			})
		})
	}
}
