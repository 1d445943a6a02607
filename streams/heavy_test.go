package streams_test

// Many connections, many messages, and those who do not behave. Each test has a size
// that a machine does at once, and its full one if ASYNCIO_HEAVY is set.

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/goasyncio/asyncio/transports"
)

// size returns how much a test is to do.
func size(usual, full int) int {
	switch {
	case os.Getenv("ASYNCIO_HEAVY") != "":
		return full
	case testing.Short():
		return max(usual/10, 1)
	}
	return usual
}

// all runs n tasks, and fails t with what the first returns that fails.
func all(t testing.TB, ctx context.Context, n int, fn func(ctx context.Context, i int) error) {
	t.Helper()
	err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
		for i := range n {
			if err := g.Go(func(ctx context.Context) error { return fn(ctx, i) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("%v", err)
	}
}

// TestManyConnectionsInMemory holds them all at once.
func TestManyConnectionsInMemory(t *testing.T) {
	onNetwork(t, func(ctx context.Context) { manyConnections(t, ctx, size(10000, 10000)) })
}

// manyConnections opens n connections to one server, has each echo something, holds all of
// them, and has each echo again.
func manyConnections(t testing.TB, ctx context.Context, n int) {
	s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		defer w.Transport().Abort() // leaves no TIME_WAIT behind
		for line, err := range r.Lines(ctx) {
			if err != nil {
				return nil
			}
			w.Write(line)
		}
		return nil
	})
	opening := locks.NewSemaphore(200)
	var there locks.Event
	open := 0
	all(t, ctx, n, func(ctx context.Context, i int) error {
		var r *streams.Reader
		var w *streams.Writer
		say := func(text string) error {
			io.WriteString(w, text)
			line, err := r.ReadLine(ctx)
			if err == nil && string(line) != text {
				err = fmt.Errorf("%q came back for %q", line, text)
			}
			return err
		}
		err := opening.With(ctx, func(ctx context.Context) (err error) {
			if r, w, err = streams.OpenConnection(ctx, "tcp", addr); err != nil {
				return err
			}
			return say(fmt.Sprintf("first of %d\n", i))
		})
		if err != nil {
			return err
		}
		defer w.Transport().Abort()
		if open++; open == n {
			there.Set()
		}
		if err := there.Wait(ctx); err != nil {
			return err
		}
		return say(fmt.Sprintf("second of %d\n", i))
	})
	equal(t, "open at once", open, n)
	shut(t, ctx, s)
}

// manyMessages sends n messages through some connections, and compares a hash over every
// byte with that of what comes back.
func manyMessages(t testing.TB, ctx context.Context, n, connections int) {
	s, addr := serve(t, ctx, echo)
	total := 0
	all(t, ctx, connections, func(ctx context.Context, i int) error {
		r, w, err := streams.OpenConnection(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		defer w.Transport().Abort()
		sent, got := sha256.New(), sha256.New()
		sending := tasks.Go(ctx, func(ctx context.Context) error {
			rng := rand.New(rand.NewPCG(uint64(i), 1))
			message := make([]byte, 4+256)
			for range n / connections {
				size := rng.IntN(256)
				binary.BigEndian.PutUint32(message, uint32(size))
				for i := range size {
					message[4+i] = byte(rng.Uint32())
				}
				sent.Write(message[:4+size])
				w.Write(message[:4+size])
				if err := w.Drain(ctx); err != nil {
					return err
				}
				if rng.IntN(8) == 0 {
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
				}
			}
			return w.CloseWrite()
		})
		for range n / connections {
			head, err := r.ReadExactly(ctx, 4)
			if err != nil {
				return err
			}
			body, err := r.ReadExactly(ctx, int(binary.BigEndian.Uint32(head)))
			if err != nil {
				return err
			}
			got.Write(head)
			got.Write(body)
			total++
		}
		if _, err := sending.Await(ctx); err != nil {
			return err
		}
		if _, err := r.Read(ctx, 1); err != io.EOF {
			return fmt.Errorf("after the last message: %w", err)
		}
		if string(sent.Sum(nil)) != string(got.Sum(nil)) {
			return errors.New("what came back is not what was sent")
		}
		return nil
	})
	equal(t, "messages", total, n/connections*connections)
	shut(t, ctx, s)
}

func TestManyMessagesInMemory(t *testing.T) {
	onNetwork(t, func(ctx context.Context) { manyMessages(t, ctx, size(20000, 1000000), size(100, 500)) })
}

// TestSlowReader has a server send for ever to a client that takes nothing. What is held
// for it is bounded by the marks of the writer, the network and the limit of the reader.
func TestSlowReader(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		const limit, chunk = 32 << 10, 10 << 10
		sent, held := 0, 0
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Transport().Abort()
			for {
				w.Write(make([]byte, chunk))
				sent += chunk
				held = max(held, w.Transport().WriteBufferSize())
				if err := w.Drain(ctx); err != nil {
					return nil
				}
			}
		})
		r, w := open(t, ctx, addr, streams.WithLimit(limit))
		tasks.Sleep(ctx, 24*time.Hour)
		if most := 64<<10 + chunk; held > most {
			t.Errorf("the writer has held %d bytes, want no more than %d", held, most)
		}
		if most := 64<<10 + chunk + 64<<10 + 2*limit + 64<<10; sent > most {
			t.Errorf("%d bytes are on their way to one who takes nothing, want no more than %d", sent, most)
		}
		before := sent
		_, err := r.ReadExactly(ctx, 1<<20) // and there is more for who takes it
		equal(t, "ReadExactly", err, nil)
		equal(t, "more was sent", sent > before, true)
		w.Transport().Abort()
		shut(t, ctx, s)
	})
}

// vanish is a client that goes at some point, in some way.
func vanish(ctx context.Context, rng *rand.Rand, addr string, cfg []streams.Option) error {
	const halfMessage = "\x00\x00\x01\x00 and not much more"
	secure := len(cfg) > 0 && rng.IntN(2) == 0
	opts := cfg
	if !secure {
		opts = nil // also for a server that waits for a handshake
	}
	if rng.IntN(8) == 0 { // before it is connected
		timeouts.Run(ctx, time.Duration(rng.IntN(2000))*time.Microsecond, func(ctx context.Context) error {
			_, w, err := streams.OpenConnection(ctx, "tcp", addr, opts...)
			if err == nil {
				w.Transport().Abort()
			}
			return err
		})
		return nil
	}
	r, w, err := streams.OpenConnection(ctx, "tcp", addr, opts...)
	if err != nil {
		return err
	}
	defer w.Transport().Abort()
	switch rng.IntN(4) {
	case 0: // at once
	case 1: // in the middle of a message
		io.WriteString(w, halfMessage)
	case 2: // half-closed
		io.WriteString(w, halfMessage)
		w.CloseWrite()
		r.Read(ctx, 4)
	case 3: // with something unread
		w.Write(make([]byte, 100<<10))
		if secure || len(cfg) == 0 {
			r.ReadExactly(ctx, 1<<10)
		}
	}
	for range rng.IntN(3) {
		if err := tasks.Sleep(ctx, 0); err != nil {
			return err
		}
	}
	if rng.IntN(2) == 0 {
		return nil // a reset
	}
	return w.Close()
}

// vanishing lets n clients vanish, and sees to it that nothing of them is left.
func vanishing(t testing.TB, ctx context.Context, n int, secure bool) {
	var client, server []streams.Option
	if secure {
		ca := certtest.Default()
		cfg := ca.Client()
		cfg.ServerName = "localhost"
		client, server = []streams.Option{transports.WithTLS(cfg)}, []streams.Option{transports.WithTLS(ca.Server())}
	}
	s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		echo(ctx, r, w) // of such clients any error will do
		return nil
	}, server...)
	opening := locks.NewSemaphore(100)
	all(t, ctx, n, func(ctx context.Context, i int) error {
		return opening.With(ctx, func(ctx context.Context) error {
			return vanish(ctx, rand.New(rand.NewPCG(uint64(i), 2)), addr, client)
		})
	})
	// One who is at peace with everybody is served as ever.
	r, w := open(t, ctx, addr, client...)
	io.WriteString(w, "hello\n")
	does(t, "an honest client", ctx, r, line(), `"hello\n"`)
	w.Close()
	shut(t, ctx, s)
	turn(t, ctx)
	equal(t, "tasks left", len(tasks.All(ctx)), 1)
}

func TestVanishingClientsInMemory(t *testing.T) {
	for _, secure := range []bool{false, true} {
		reports := onNetwork(t, func(ctx context.Context) { vanishing(t, ctx, size(1000, 1000), secure) })
		equal(t, "reports", reports, nil)
	}
}
