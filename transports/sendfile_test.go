package transports_test

// SendFile: the rules of asyncio's test_sendfile.py.

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A copying connection sends files by itself, a hundred bytes at once, and blocks after
// each thousand until the other end has read.
type copying struct {
	network.Conn
	unsupported int64 // from this offset on
	failAt      int64
	calls       int
}

func (c *copying) SendFile(f *os.File, offset int64, n int) (int, error) {
	c.calls++
	switch {
	case offset >= c.unsupported:
		return 0, errors.ErrUnsupported
	case c.failAt > 0 && offset >= c.failAt:
		return 0, errBroken
	}
	buf := make([]byte, min(n, 100))
	k, err := f.ReadAt(buf, offset)
	if k == 0 {
		return 0, err
	}
	return c.Conn.Write(buf[:k])
}

// content is what the files have.
var content = func() []byte {
	b := make([]byte, 200_003)
	for i := range b {
		b[i] = byte(i ^ i>>8)
	}
	return b
}()

// file makes a file with the content.
func file(t *testing.T) *os.File {
	name := filepath.Join(t.TempDir(), "content")
	must(os.WriteFile(name, content, 0o600))
	f, err := os.Open(name)
	must(err)
	t.Cleanup(func() { f.Close() })
	return f
}

// A sink collects what arrives.
type sink struct {
	recorder
	got bytes.Buffer
}

func (s *sink) DataReceived(data []byte) { s.got.Write(data) }

func TestSendFile(t *testing.T) {
	const all = 1 << 62
	tests := []struct {
		name          string
		unsupported   int64
		offset, count int64
		want          []byte
	}{
		{"all", all, 0, -1, content},
		{"from an offset", all, 1000, -1, content[1000:]},
		{"a part", all, 1000, 2345, content[1000:3345]},
		{"more than there is", all, 200_000, 2345, content[200_000:]},
		{"beyond the end", all, 300_000, -1, nil},
		{"nothing", all, 0, 0, nil},
		{"not by the system", 0, 0, -1, content},
		{"a part, not by the system", 0, 1000, 150_000, content[1000:151_000]},
		{"beyond the end, not by the system", 0, 300_000, 5, nil},
		{"by the system at first", 5000, 1000, 150_000, content[1000:151_000]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			f := file(t)
			n := newFaulty(memory.WithBuffer(1000))
			n.wrap = func(c network.Conn) network.Conn { return &copying{Conn: c, unsupported: tt.unsupported} }
			looptest.Run(t, func(ctx context.Context) {
				near, far := &recorder{}, &sink{}
				far.onEOF = keepOpen
				s, err := transports.Listen(ctx, func() *sink { return far }, "tcp", "127.0.0.1:0")
				must(err)
				tr, _, err := transports.Connect(ctx, func() *recorder { return near }, "tcp", s.Addrs()[0].String())
				must(err)
				settle(ctx)
				before := bytes.Repeat([]byte("before"), 1000)
				tr.Write(before)
				far.t.Write([]byte("meanwhile"))
				sent, err := transports.SendFile(ctx, tr, f, tt.offset, tt.count)
				looptest.Outcome(t, "SendFile", sent, err, int64(len(tt.want)))
				text(tr, "after")
				must(tr.CloseWrite())
				looptest.Turns(ctx, 1000)
				want := append(append(before, tt.want...), "after"...)
				if !bytes.Equal(far.got.Bytes(), want) {
					t.Errorf("%d bytes arrived, want %d, or other ones", far.got.Len(), len(want))
				}
				looptest.Equal(t, "reading", tr.IsReading(), true)
				if tr.Protocol() != transports.BaseProtocol(near) {
					t.Error("the protocol is another")
				}
				far.t.Close()
				settle(ctx)
				s.Close()
			}, on(n))
		})
	}
}

// Another kind of file is read on another goroutine.
func TestSendFileReads(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		near, far := &recorder{}, &recorder{}
		a, _ := connect(ctx, near, far)
		sent, err := transports.SendFile(ctx, a, bytes.NewReader(content), 3, 5)
		looptest.Outcome(t, "SendFile", sent, err, 5)
		sent, err = transports.SendFile(ctx, a, failing{}, 0, 100)
		looptest.Equal(t, "sent", sent, 10)
		is(t, "SendFile", err, errBroken)
		_, err = transports.SendFile(ctx, a, failing{}, -1, 100)
		is(t, "a negative offset", err, transports.ErrNegativeOffset)
		must(a.CloseWrite())
		_, err = transports.SendFile(ctx, a, failing{}, 0, 100)
		is(t, "after CloseWrite", err, transports.ErrWriteAfterEOF)
		a.Close()
		_, err = transports.SendFile(ctx, a, failing{}, 0, 100)
		is(t, "after Close", err, transports.ErrClosing)
		settle(ctx)
	})
}

// failing is a file that breaks after ten bytes.
type failing struct{}

func (failing) ReadAt(p []byte, off int64) (int, error) {
	if off >= 10 {
		return 0, errBroken
	}
	return copy(p, content[off:10]), errBroken
}

// Nothing else can be written while the system sends a file, and what ends the
// connection ends SendFile.
func TestSendFileInterrupted(t *testing.T) {
	type sending struct {
		tr     transports.Transport
		far    *recorder
		task   *tasks.Task[int64]
		system bool
	}
	tests := []struct {
		name string
		do   func(t *testing.T, ctx context.Context, s sending)
		sys  string // the error of SendFile by the system
		read string // and by reading
	}{
		{"a write", func(t *testing.T, ctx context.Context, s sending) {
			_, err := s.tr.Write([]byte("x"))
			if !s.system {
				is(t, "Write", err, nil)
			} else {
				is(t, "Write", err, transports.ErrSendingFile)
				_, err = s.tr.WriteBuffers([][]byte{[]byte("x")})
				is(t, "WriteBuffers", err, transports.ErrSendingFile)
				_, err = transports.SendFile(ctx, s.tr, bytes.NewReader(content), 0, -1)
				is(t, "SendFile", err, transports.ErrSendingFile)
			}
			s.far.t.ResumeReading()
		}, "nil", "nil"},
		{"cancelled", func(t *testing.T, ctx context.Context, s sending) { s.task.Cancel() }, "cancelled()", "cancelled()"},
		{"closed", func(t *testing.T, ctx context.Context, s sending) { s.tr.Close(); s.far.t.ResumeReading() },
			transports.ErrConnectionClosed.Error(), transports.ErrConnectionClosed.Error()},
		{"aborted", func(t *testing.T, ctx context.Context, s sending) { s.tr.Abort() },
			transports.ErrConnectionClosed.Error(), transports.ErrConnectionClosed.Error()},
		{"the other end is gone", func(t *testing.T, ctx context.Context, s sending) { s.far.t.Abort() },
			"connection reset by peer", "connection reset by peer"},
		{"CloseWrite", func(t *testing.T, ctx context.Context, s sending) {
			must(s.tr.CloseWrite())
			s.far.t.ResumeReading()
		}, "nil", transports.ErrWriteAfterEOF.Error()},
	}
	for _, tt := range tests {
		for _, system := range []bool{true, false} {
			name, want := tt.name+", by reading", tt.read
			if system {
				name, want = tt.name+", by the system", tt.sys
			}
			t.Run(name, func(t *testing.T) {
				leak.Check(t)
				f := file(t)
				n := newFaulty(memory.WithBuffer(1000))
				if system {
					n.wrap = func(c network.Conn) network.Conn { return &copying{Conn: c, unsupported: 1 << 62} }
				}
				looptest.Run(t, func(ctx context.Context) {
					near, far := &recorder{}, &recorder{onMade: func(tr transports.Transport) { tr.PauseReading() }}
					tr, _ := connect(ctx, near, far)
					task := tasks.Create(ctx, func(ctx context.Context) (int64, error) {
						return transports.SendFile(ctx, tr, f, 0, -1)
					})
					for tr.WriteBufferSize() == 0 && !system {
						must(tasks.Sleep(ctx, 1))
					}
					looptest.Turns(ctx, 50)
					tt.do(t, ctx, sending{tr, far, task, system})
					_, err := task.Await(ctx)
					looptest.Equal(t, "error of SendFile", describe(err), want)
					tr.Close()
					tr.Abort()
					settle(ctx)
					looptest.Equal(t, "last call", near.log[len(near.log)-1][:4], "lost")
					for _, call := range near.log[:len(near.log)-1] {
						if call[:4] == "lost" {
							t.Errorf("calls: %q", near.log)
						}
					}
				}, on(n))
				looptest.Equal(t, "connections left", n.leaked(), 0)
			})
		}
	}
}

// A failure of the system's sending is returned, with what was sent before.
func TestSendFileFails(t *testing.T) {
	leak.Check(t)
	f := file(t)
	n := newFaulty()
	n.wrap = func(c network.Conn) network.Conn { return &copying{Conn: c, unsupported: 1 << 62, failAt: 300} }
	looptest.Run(t, func(ctx context.Context) {
		tr, _ := connect(ctx, &recorder{}, &recorder{})
		sent, err := transports.SendFile(ctx, tr, f, 0, -1)
		is(t, "SendFile", err, errBroken)
		looptest.Equal(t, "sent", sent, 300)
		text(tr, "goes on")
		tr.Close()
		settle(ctx)
	}, on(n))
}

// A protocol that was told to pause before the file is told to go on after it.
func TestSendFileAndFlowControl(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		near, far := &recorder{}, &recorder{}
		a, _ := connect(ctx, near, far)
		a.SetWriteBufferLimits(0, 0)
		a.Write(make([]byte, 1<<20))
		looptest.Equal(t, "calls", near.take(), []string{"made", "pause"})
		sent, err := transports.SendFile(ctx, a, bytes.NewReader(content), 0, -1)
		looptest.Outcome(t, "SendFile", sent, err, int64(len(content)))
		looptest.Equal(t, "calls", near.take(), []string{"resume"})
		a.Close()
		looptest.Turns(ctx, 100)
		looptest.Equal(t, "calls", near.take(), []string{"lost nil"})
	})
}
