package transports_test

// BufferedProtocol: the rules of asyncio's test_buffered_proto.py and of the tests of
// read_ready__get_buffer.

import (
	"context"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/transports"
)

// storing is a BufferedProtocol.
type storing struct {
	recorder
	room   int
	buf    []byte
	broken bool
	after  func()
}

// It is no Protocol: a method with another type hides that of the recorder.
func (s *storing) DataReceived() {}

func (s *storing) GetBuffer(sizeHint int) []byte {
	s.note("get %d", sizeHint)
	if s.broken {
		panic("no buffer")
	}
	s.buf = make([]byte, s.room)
	return s.buf
}

func (s *storing) BufferUpdated(n int) {
	s.note("stored %s", s.buf[:n])
	if s.after != nil {
		s.after()
	}
}

// networkConn returns the connection below a transport.
func networkConn(t transports.Transport) network.Conn { return t.Unwrap().(network.Conn) }

func TestBufferedProtocol(t *testing.T) {
	tests := []struct {
		name    string
		proto   *storing
		want    []string
		reports []string
	}{
		{
			"one buffer after the other", &storing{room: 3},
			[]string{"made", "get -1", "stored hel", "get -1", "stored lo", "get -1", "eof", "lost nil"}, nil,
		},
		{
			"no room", &storing{},
			[]string{"made", "get -1", "lost " + transports.ErrEmptyBuffer.Error()},
			[]string{"error in the protocol of a connection: C: " + transports.ErrEmptyBuffer.Error()},
		},
		{
			"GetBuffer panics", &storing{broken: true},
			[]string{"made", "get -1", "lost panic(no buffer)"},
			[]string{"error in the protocol of a connection: C: panic(no buffer)"},
		},
		{
			"BufferUpdated panics", &storing{room: 9, after: func() { panic("full") }},
			[]string{"made", "get -1", "stored hello", "lost panic(full)"},
			[]string{"error in the protocol of a connection: C: panic(full)"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var name string
			got := reports(t, func(ctx context.Context) {
				s, err := transports.Listen(ctx, func() *storing { return tt.proto }, "tcp", "127.0.0.1:0")
				must(err)
				a, _, err := transports.Connect(ctx, func() *recorder { return new(recorder) }, "tcp", s.Addrs()[0].String())
				must(err)
				name = "connection " + a.RemoteAddr().String() + " to " + a.LocalAddr().String()
				text(a, "hello")
				a.CloseWrite()
				settle(ctx)
				s.Close()
			})
			looptest.Equal(t, "calls", tt.proto.log, tt.want)
			for i := range tt.reports {
				tt.reports[i] = replaceC(tt.reports[i], name)
			}
			looptest.Equal(t, "reports", got, tt.reports)
		})
	}
}

var errBroken = errors.New("broken")
