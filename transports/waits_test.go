package transports_test

// What the reports about a loop say of its connections.

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A deadlock says what tasks wait for.
func TestWhatTasksWaitFor(t *testing.T) {
	leak.Check(t)
	f := file(t)
	n := newFaulty(memory.WithBuffer(1000))
	n.wrap = func(c network.Conn) network.Conn { return &copying{Conn: c, unsupported: 1 << 62} }
	var ends string
	err := looptest.RunErr(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *recorder {
			return &recorder{onMade: func(tr transports.Transport) { tr.PauseReading() }}
		}, "tcp", "127.0.0.1:80")
		must(err)
		tr, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", "127.0.0.1:80")
		must(err)
		ends = tr.LocalAddr().String() + " to 127.0.0.1:80"
		name := func(name string) tasks.Option { return tasks.WithName(name) }
		tasks.Go(ctx, s.Serve, name("serving"))
		tasks.Go(ctx, s.WaitClosed, name("closing"))
		tasks.Create(ctx, func(ctx context.Context) (int64, error) { return transports.SendFile(ctx, tr, f, 0, -1) }, name("sending"))
		return s.WaitClosed(ctx)
	}, on(n))
	var d *eventloop.DeadlockError
	if !errors.As(err, &d) {
		t.Fatalf("the run: %v", err)
	}
	got := d.Waiting()
	for _, want := range []string{
		"serving waits for server 1 at 127.0.0.1:80 (1 connection)",
		"closing waits for end of server 1 at 127.0.0.1:80 (1 connection)",
		"sending waits for room in connection 1 " + ends,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, strings.Join(got, "\n"))
		}
	}
}

// A task that connects is seen too.
func TestWhatConnectWaitsFor(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		s, addr := listen(ctx, func() *recorder { return &recorder{} })
		task := tasks.Go(ctx, func(ctx context.Context) error {
			tr, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
			if err == nil {
				tr.Close()
			}
			return err
		})
		found := false
		for range 5 {
			looptest.Turns(ctx, 1)
			var b bytes.Buffer
			must(eventloop.FromContext(ctx).Dump(ctx, &b))
			found = found || strings.Contains(b.String(), "for begin of connection 1 127.0.0.1:")
			for _, p := range eventloop.FromContext(ctx).Snapshot().Ready {
				if strings.HasPrefix(p.Name, "transports.") {
					t.Errorf("a callback without a name: %s", p.Name)
				}
			}
		}
		_, err := task.Await(ctx)
		must(err)
		looptest.Equal(t, "seen", found, true)
		s.Close()
		must(s.WaitClosed(ctx))
	})
}
