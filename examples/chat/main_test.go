package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
)

const address = "127.0.0.1:2323"

// inRoom runs fn in virtual time beside a server.
func inRoom(t *testing.T, fn func(ctx context.Context) error) {
	t.Helper()
	leak.Check(t)
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		server := asyncio.Go(ctx, func(ctx context.Context) error { return serve(ctx, io.Discard, address) })
		defer server.Cancel()
		if err := asyncio.Sleep(ctx, time.Millisecond); err != nil {
			return err
		}
		return fn(ctx)
	}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithNetwork(memory.New())))
	if err != nil {
		t.Error(err)
	}
}

// A guest is one who talks.
type guest struct {
	r *asyncio.StreamReader
	w *asyncio.StreamWriter
}

func come(ctx context.Context, name string) (*guest, error) {
	r, w, err := asyncio.OpenConnection(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(w, name)
	return &guest{r, w}, asyncio.Sleep(ctx, time.Millisecond)
}

// say says something, and waits until it has arrived.
func (g *guest) say(ctx context.Context, text string) error {
	fmt.Fprintln(g.w, text)
	return asyncio.Sleep(ctx, time.Millisecond)
}

// heard returns everything that the server has sent, and leaves.
func (g *guest) heard(ctx context.Context) ([]string, error) {
	g.w.CloseWrite()
	var all []string
	for line, err := range g.r.Lines(ctx) {
		if err != nil {
			return all, err
		}
		all = append(all, strings.TrimSpace(string(line)))
	}
	g.w.Close()
	return all, nil
}

func TestChat(t *testing.T) {
	inRoom(t, func(ctx context.Context) error {
		ann, err := come(ctx, "Ann")
		if err != nil {
			return err
		}
		bob, err := come(ctx, "\nAnn\nBob")
		if err != nil {
			return err
		}
		if err := ann.say(ctx, "hello"); err != nil {
			return err
		}
		if err := bob.say(ctx, "  \nhello Ann"); err != nil {
			return err
		}
		if err := bob.say(ctx, strings.Repeat("x", 2*maxLine)); err != nil {
			return err
		}
		got, err := bob.heard(ctx)
		if err != nil {
			return err
		}
		want := []string{"what is your name?", "what is your name?", "that name is taken", "what is your name?",
			"here are 1 others", "Ann: hello", "that was too much at once"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Bob hears (-want +got):\n%s", diff)
		}
		if got, err = ann.heard(ctx); err != nil {
			return err
		}
		want = []string{"what is your name?", "here are 0 others", "Bob has come", "Bob: hello Ann", "Bob has gone"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Ann hears (-want +got):\n%s", diff)
		}
		return nil
	})
}

// One who takes nothing is thrown out, and holds up nobody.
func TestSlowClient(t *testing.T) {
	inRoom(t, func(ctx context.Context) error {
		slow, err := come(ctx, "Slow")
		if err != nil {
			return err
		}
		slow.w.Transport().PauseReading()
		ann, err := come(ctx, "Ann")
		if err != nil {
			return err
		}
		defer ann.w.Close()
		line := strings.Repeat("x", maxLine-1)
		for n := 0; ; n++ {
			if err := ann.say(ctx, line); err != nil {
				return err
			}
			if n > 1000 {
				t.Fatal("he is never thrown out")
			}
			heard := asyncio.Go(ctx, func(ctx context.Context) error {
				for line, err := range ann.r.Lines(ctx) {
					if err != nil || string(line) == "Slow has gone\n" {
						return err
					}
				}
				return io.ErrUnexpectedEOF
			})
			err := asyncio.WithTimeout(ctx, time.Millisecond, func(ctx context.Context) error {
				_, err := heard.Await(ctx)
				return err
			})
			if err == nil {
				break
			}
		}
		slow.w.Transport().Abort()
		return nil
	})
}

// Over the machine's own network, with clients that know nothing of asyncio.
func TestLoopback(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := asyncio.Run(ctx, func(ctx context.Context) error {
		at := make(lines, 1)
		server := asyncio.Go(ctx, func(ctx context.Context) error { return serve(ctx, at, "127.0.0.1:0") })
		defer server.Cancel()
		_, err := asyncio.ToThread(ctx, func(ctx context.Context) (int, error) { return 0, talk(<-at) })
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// talk has two clients talk, and returns an error unless one hears the other.
func talk(address string) error {
	expect := func(r *bufio.Reader, want string) error {
		for {
			line, err := r.ReadString('\n')
			if err != nil || line == want+"\n" {
				return err
			}
		}
	}
	var conns [2]net.Conn
	var readers [2]*bufio.Reader
	for i := range conns {
		c, err := net.Dial("tcp", strings.TrimSpace(address))
		if err != nil {
			return err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		conns[i], readers[i] = c, bufio.NewReader(c)
		fmt.Fprintf(c, "guest %d\n", i)
		if err := expect(readers[i], fmt.Sprintf("here are %d others", i)); err != nil {
			return err
		}
	}
	fmt.Fprintln(conns[0], "hello")
	return expect(readers[1], "guest 0: hello")
}

// lines is an io.Writer that passes on what is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}
