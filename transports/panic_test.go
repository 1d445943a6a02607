package transports_test

// Protocols that panic.

import (
	"context"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/transports"
)

// replaceC puts the name of a connection where a test has C.
func replaceC(s, name string) string { return strings.Replace(s, ": C: ", ": "+name+": ", 1) }

func TestPanicOfAProtocol(t *testing.T) {
	die := func(what string) { panic(what) }
	tests := []struct {
		name string
		far  recorder
		do   func(ctx context.Context, a, b transports.Transport)
		want []string // calls; those of the panic are fatal
		text string   // of the report
	}{
		{"in ConnectionMade", recorder{onMade: func(transports.Transport) { die("made") }}, nil,
			[]string{"made", "lost panic(made)"}, "made"},
		{"in DataReceived", recorder{onData: func([]byte) { die("data") }}, nil,
			[]string{"made", "data hello", "lost panic(data)"}, "data"},
		{"in EOFReceived", recorder{onEOF: func() bool { die("eof"); return true }}, nil,
			[]string{"made", "data hello", "eof", "lost panic(eof)"}, "eof"},
		{"in ConnectionLost", recorder{onLost: func(error) { die("lost") }}, nil,
			[]string{"made", "data hello", "eof", "lost nil"}, "lost"},
		{"in PauseWriting", recorder{onFull: func() { die("pause") }},
			func(ctx context.Context, a, b transports.Transport) { b.Write(make([]byte, 1<<20)) },
			[]string{"made", "pause", "data hello", "eof", "resume", "lost nil"}, "pause"},
		{"in ResumeWriting", recorder{onRoom: func() { die("resume") }},
			func(ctx context.Context, a, b transports.Transport) { b.Write(make([]byte, 1<<20)) },
			[]string{"made", "pause", "data hello", "eof", "resume", "lost nil"}, "resume"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var name string
			got := reports(t, func(ctx context.Context) {
				near := &recorder{onEOF: keepOpen}
				a, b := connect(ctx, near, &tt.far)
				name = "connection " + b.LocalAddr().String() + " to " + b.RemoteAddr().String()
				if tt.do != nil {
					tt.do(ctx, a, b)
				}
				a.Write([]byte("hello"))
				a.CloseWrite()
				looptest.Turns(ctx, 100)
				if !b.IsClosing() {
					t.Error("it is open")
				}
				a.Close()
				settle(ctx)
			})
			looptest.Equal(t, "calls", tt.far.log, tt.want)
			if len(got) != 1 || !strings.HasPrefix(got[0], "error in the protocol of a connection: "+name) || !strings.HasSuffix(got[0], "panic("+tt.text+")") {
				t.Errorf("reports: %q", got)
			}
		})
	}
}
