package transports_test

// The flow of TLS connections, in both directions; protocols that misbehave.

import (
	"bytes"
	"context"
	"crypto/tls"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

func TestTLSFlow(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			a, b := secure(ctx, &near, &far, client, server)
			high, low := a.WriteBufferLimits()
			looptest.Equal(t, "limits", []int{high, low}, []int{512 << 10, 128 << 10})
			n := 0
			far.onData = func(data []byte) { n += len(data) }
			b.PauseReading()
			looptest.Equal(t, "IsReading", b.IsReading(), false)
			total := 0
			for len(near.log) == 1 {
				a.Write(make([]byte, 16<<10))
				total += 16 << 10
				looptest.Turns(ctx, 2)
			}
			looptest.Equal(t, "the client's protocol", near.take(), []string{"made", "pause"})
			looptest.Equal(t, "the transport below is paused", below(b).IsReading(), false)
			// 64 KiB are in the network, and the rest in the two transports.
			if size := a.WriteBufferSize(); size <= 512<<10 || total < size+(64+256-16)<<10 || total > size+(64+256+16)<<10 {
				t.Errorf("%d bytes written, %d of them unsent", total, size)
			}
			looptest.Equal(t, "received", n, 0)
			b.ResumeReading()
			b.ResumeReading()
			settle(ctx)
			for n < total {
				looptest.Turns(ctx, 1)
			}
			looptest.Equal(t, "the client's protocol", near.take(), []string{"resume"})
			looptest.Equal(t, "the transport below is paused", below(b).IsReading(), true)
			a.SetWriteBufferLimits(0, 0)
			high, low = a.WriteBufferLimits()
			looptest.Equal(t, "limits", []int{high, low}, []int{0, 0})
			a.Abort()
		})
	})
}

// A write within PauseWriting finds the tls.Conn free, whoever has used it before.
func TestTLSWritesWithinPauseWriting(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		a, _ := secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server())
		var got bytes.Buffer
		far.onData = func(data []byte) { got.Write(data) }
		near.onFull = func() { text(a, "full") }
		near.onRoom = func() { text(a, "room") }
		a.Write(bytes.Repeat([]byte("x"), 1<<20))
		for got.Len() < 1<<20+8 {
			looptest.Turns(ctx, 1)
		}
		looptest.Equal(t, "what arrived last", got.String()[1<<20:], "fullroom")
		a.Close()
	})
}

// A protocol that pauses its transport with each piece, and one that takes little.
func TestTLSPausesAndBuffers(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			a, b := secure(ctx, &near, &far, client, server)
			sent := make([]byte, 100<<10)
			for i := range sent {
				sent[i] = byte(i * i >> 8)
			}
			var got bytes.Buffer
			far.onData = func(data []byte) { got.Write(data); b.PauseReading() }
			a.Write(sent)
			for got.Len() < len(sent) {
				settle(ctx)
				looptest.Equal(t, "paused", b.IsReading(), false)
				b.ResumeReading()
			}
			looptest.Equal(t, "what arrived", bytes.Equal(got.Bytes(), sent), true)

			p := &little{size: 7}
			b.SetProtocol(p)
			b.ResumeReading()
			a.Write(sent)
			for len(p.got) < len(sent) {
				settle(ctx)
			}
			looptest.Equal(t, "what arrived", bytes.Equal(p.got, sent), true)
			a.Close()
			settle(ctx)
			looptest.Equal(t, "the end", p.end, []string{"eof", "lost nil"})
		})
	})
}

// little is a BufferedProtocol.
type little struct {
	size     int
	buf, got []byte
	end      []string
}

func (*little) ConnectionMade(transports.Transport) {}
func (p *little) EOFReceived() bool                 { p.end = append(p.end, "eof"); return true }
func (p *little) ConnectionLost(err error)          { p.end = append(p.end, "lost "+describe(err)) }
func (p *little) GetBuffer(int) []byte              { p.buf = make([]byte, p.size); return p.buf }
func (p *little) BufferUpdated(n int)               { p.got = append(p.got, p.buf[:n]...) }

func TestTLSPanics(t *testing.T) {
	panics := []struct {
		name string
		set  func(far *recorder)
		want string // of the client's protocol at the end
	}{
		{"ConnectionMade", func(far *recorder) { far.onMade = func(transports.Transport) { panic("oops") } }, "made"},
		{"DataReceived", func(far *recorder) { far.onData = func([]byte) { panic("oops") } }, "made"},
		{"EOFReceived", func(far *recorder) { far.onEOF = func() bool { panic("oops") } }, "made"},
		{"ConnectionLost", func(far *recorder) { far.onLost = func(error) { panic("oops") } }, "made"},
	}
	leak.Check(t)
	for _, tt := range panics {
		t.Run(tt.name, func(t *testing.T) {
			lines := reports(t, func(ctx context.Context) {
				var near, far recorder
				tt.set(&far)
				a, _ := secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server())
				if !a.IsClosing() {
					text(a, "x")
					settle(ctx)
					a.Close()
				}
				settle(ctx)
				looptest.Equal(t, "times lost", len(far.log) > 0 && far.log[len(far.log)-1][:4] == "lost", true)
			})
			if len(lines) != 1 {
				t.Errorf("reports: %q", lines)
			}
		})
	}
	lines := reports(t, func(ctx context.Context) {
		var near, far recorder
		a, b := secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server())
		p := &little{}
		b.SetProtocol(p)
		text(a, "x")
		settle(ctx)
		looptest.Equal(t, "the end", p.end, []string{"lost " + transports.ErrEmptyBuffer.Error()})
	})
	looptest.Equal(t, "reports of an empty buffer", len(lines), 1)
}

// A function of the tls.Config that panics takes the connection along.
func TestTLSConfigPanics(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		client := certtest.Default().Client()
		client.VerifyConnection = func(tls.ConnectionState) error { panic("oops") }
		s, addr := listen(ctx, func() *recorder { return &far }, transports.WithTLS(certtest.Default().Server()))
		_, err := tasks.Go(ctx, func(ctx context.Context) error {
			_, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, transports.WithTLS(client))
			return err
		}).Await(ctx)
		looptest.Fails(t, "Connect", err, "panic(oops)")
		s.Close()
		must(s.WaitClosed(ctx))
		looptest.Equal(t, "time", looptest.Now(ctx), 0)
	})
}

// In a synctest bubble, and over a network that takes its time and little at once.
func TestTLSInABubble(t *testing.T) {
	leak.Check(t)
	synctest.Test(t, func(t *testing.T) {
		n := memory.New(memory.WithLatency(30*time.Millisecond), memory.WithBuffer(100))
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			var near, far recorder
			a, _ := secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server())
			a.Write(make([]byte, 1000))
			a.Close()
			return tasks.Sleep(ctx, time.Minute)
		}, on(n))
		looptest.Fails(t, "the run", err, "nil")
	})
}

// The ciphertext that comes with the last message of the handshake is not lost.
func TestTLSDataAtOnce(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			far.onMade = func(t transports.Transport) { text(t, "welcome") }
			near.onMade = func(t transports.Transport) { text(t, "hello") }
			a, _ := secure(ctx, &near, &far, client, server)
			looptest.Equal(t, "the client's protocol", near.take(), []string{"made", "data welcome"})
			looptest.Equal(t, "the server's protocol", far.take(), []string{"made", "data hello"})
			a.Abort()
		})
	})
}
