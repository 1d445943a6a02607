package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
)

// A host that answers after 10 ms and has three ports open is scanned in the time that
// the number of connections at a time allows.
func TestScan(t *testing.T) {
	for _, tt := range []struct {
		atOnce  int
		timeout time.Duration
		took    time.Duration
		want    string
	}{
		{100, time.Second, 20 * time.Millisecond, "20\n22\n80\n"},
		{10, time.Second, 200 * time.Millisecond, "20\n22\n80\n"},
		{1, time.Second, 2 * time.Second, "20\n22\n80\n"},
		{50, 5 * time.Millisecond, 10 * time.Millisecond, ""},
	} {
		leak.Check(t)
		n := memory.New(memory.WithHost("host"), memory.WithLatency(10*time.Millisecond))
		var out bytes.Buffer
		err := asyncio.Run(context.Background(), func(ctx context.Context) error {
			for _, port := range []int{20, 22, 80, 101} {
				s, err := asyncio.StartServer(memory.On(ctx, "host"), ignore, "tcp", fmt.Sprintf(":%d", port))
				if err != nil {
					return err
				}
				defer s.Close()
			}
			loop := asyncio.RunningLoop(ctx)
			before := loop.Time()
			if err := scan(ctx, &out, "host", 1, 100, tt.atOnce, tt.timeout); err != nil {
				return err
			}
			if took := loop.Time() - before; took != tt.took {
				t.Errorf("%d at a time take %v, want %v", tt.atOnce, took, tt.took)
			}
			return asyncio.Sleep(ctx, time.Second)
		}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithNetwork(n)))
		if err != nil {
			t.Error(err)
		}
		if out.String() != tt.want {
			t.Errorf("%d at a time find %q, want %q", tt.atOnce, out.String(), tt.want)
		}
	}
}

func ignore(_ context.Context, _ *asyncio.StreamReader, w *asyncio.StreamWriter) error {
	return w.Close()
}

func TestLoopback(t *testing.T) {
	leak.Check(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	err = asyncio.Run(ctx, func(ctx context.Context) error {
		return scan(ctx, &out, "127.0.0.1", port, port, 2, 10*time.Second)
	})
	if err != nil || out.String() != fmt.Sprintf("%d\n", port) {
		t.Errorf("found %q, %v; want port %d", out.String(), err, port)
	}
}

func TestPorts(t *testing.T) {
	for s, want := range map[string]string{"1-1024": "1 1024 true", "22": "22 22 true", "2-1": "2 1 false",
		"": "0 0 false", "x": "0 0 false", "0-5": "0 5 false", "1-65536": "1 65536 false", "1-": "1 0 false"} {
		first, last, err := ports(s)
		if got := fmt.Sprint(first, last, err == nil); got != want {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	}
}
