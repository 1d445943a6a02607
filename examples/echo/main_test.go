package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
)

// TestEcho sends more than buffers hold through each kind of server, over a network in
// memory and over the machine's own.
func TestEcho(t *testing.T) {
	for _, where := range []struct {
		name string
		opts []runners.Option
	}{
		{"memory", []runners.Option{runners.WithVirtualTime(), runners.WithLoop(eventloop.WithNetwork(memory.New()))}},
		{"loopback", nil},
	} {
		for _, protocol := range []bool{false, true} {
			for _, secure := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/protocol=%v/tls=%v", where.name, protocol, secure), func(t *testing.T) {
					leak.Check(t)
					ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
					defer cancel()
					err := asyncio.Run(ctx, func(ctx context.Context) error { return client(t, ctx, protocol, secure) }, where.opts...)
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// client talks to a server.
func client(t *testing.T, ctx context.Context, protocol, secure bool) error {
	printed := make(lines, 1)
	server := asyncio.Go(ctx, func(ctx context.Context) error { return serve(ctx, printed, "0", protocol, secure) })
	for len(printed) == 0 {
		if server.Done() {
			return server.Err()
		}
		if err := asyncio.Sleep(ctx, 0); err != nil {
			return err
		}
	}
	var opts []asyncio.ConnectionOption
	if secure {
		opts = append(opts, asyncio.WithTLS(&tls.Config{InsecureSkipVerify: true}))
	}
	r, w, err := asyncio.OpenConnection(ctx, "tcp", strings.TrimSpace(<-printed), opts...)
	if err != nil {
		return err
	}
	defer w.Close()
	message := bytes.Repeat([]byte("hello, echo! "), 50000)
	sending := asyncio.Go(ctx, func(ctx context.Context) error {
		w.Write(message)
		return w.Drain(ctx)
	})
	got, err := r.ReadExactly(ctx, len(message))
	if err != nil {
		return err
	}
	if !bytes.Equal(got, message) {
		t.Error("another message came back")
	}
	if _, err := sending.Await(ctx); err != nil {
		return err
	}
	if secure {
		w.Close()
	} else {
		w.CloseWrite()
	}
	if _, err := r.Read(ctx, 1); err != io.EOF {
		t.Errorf("at the end: %v, want EOF", err)
	}
	w.Close()
	server.Cancel()
	if _, err := server.Await(ctx); !server.Cancelled() {
		t.Errorf("the server: %v", err)
	}
	return nil
}

// lines is an io.Writer that passes on what is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func TestEnded(t *testing.T) {
	if err := ended(io.EOF); err != nil {
		t.Errorf("the end: %v", err)
	}
	if err := ended(io.ErrShortBuffer); err != io.ErrShortBuffer {
		t.Errorf("another error: %v", err)
	}
}
