package transports_test

// How the waits of a NetConn end: by deadlines, cancelled tasks and other contexts.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/goasyncio/asyncio/transports"
)

func TestNetConnTimeouts(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		p := make([]byte, 1<<10)
		// PastTimeout
		a.SetDeadline(time.Unix(1, 0))
		_, err := a.Write(p)
		timedOut(t, "Write", err)
		n, err := a.Read(p)
		looptest.Equal(t, "bytes read", n, 0)
		timedOut(t, "Read", err)
		a.SetDeadline(time.Time{})

		// PresentTimeout: what waits is ended.
		begin := looptest.Now(ctx)
		must(both(ctx,
			func(ctx context.Context) error {
				must(tasks.Sleep(ctx, time.Second))
				return a.SetDeadline(time.Now())
			},
			func(context.Context) error {
				_, err := a.Read(p)
				timedOut(t, "Read", err)
				return nil
			},
			func(context.Context) error {
				for {
					if _, err := a.Write(p); err != nil {
						timedOut(t, "Write", err)
						return nil
					}
				}
			}))
		looptest.Equal(t, "time", looptest.Now(ctx)-begin, time.Second)

		// FutureTimeout, and back to none.
		begin = looptest.Now(ctx)
		a.SetDeadline(time.Now().Add(time.Second))
		_, err = a.Read(p)
		timedOut(t, "Read", err)
		_, err = a.Write(p)
		timedOut(t, "Write", err)
		if took := looptest.Now(ctx) - begin; took <= 0 || took > time.Second {
			t.Errorf("the deadline came after %v", took)
		}
		a.SetDeadline(time.Time{})
		_, err = b.Write([]byte("x"))
		must(err)
		n, err = a.Read(p)
		looptest.Outcome(t, "Read", string(p[:n]), err, "x")

		// A deadline that is moved before it comes.
		a.SetReadDeadline(time.Now().Add(time.Second))
		a.SetReadDeadline(time.Now().Add(time.Hour))
		_, err = b.Write([]byte("y"))
		must(err)
		must(tasks.Sleep(ctx, time.Minute))
		n, err = a.Read(p)
		looptest.Outcome(t, "Read", string(p[:n]), err, "y")
	})
}

func TestNetConnOutsideATask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := netPair(ctx, false)
		l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:0")
		must(err)
		b.Write([]byte("x"))
		settle(ctx)
		eventloop.FromContext(ctx).CallSoon(func() {
			_, err := a.Read(make([]byte, 1))
			is(t, "Read", err, coro.ErrNoTask)
			_, err = a.Write([]byte("x"))
			is(t, "Write", err, coro.ErrNoTask)
			_, err = l.Accept()
			is(t, "Accept", err, coro.ErrNoTask)
		})
		settle(ctx)
		n, err := a.Read(make([]byte, 10))
		looptest.Outcome(t, "Read", n, err, 1)
		l.Close()
		a.Close()
		b.Close()
	})
}

// A read that is cancelled loses nothing.
func TestNetConnCancel(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		p := make([]byte, 10)
		for _, before := range []bool{false, true} {
			reader := tasks.Go(ctx, func(context.Context) error {
				_, err := a.Read(p)
				return err
			})
			settle(ctx)
			if before {
				b.Write([]byte("x"))
				looptest.Turns(ctx, 1)
			}
			reader.Cancel("enough")
			_, err := reader.Await(ctx)
			if !before || err != nil {
				looptest.Fails(t, "the reader", err, "cancelled(enough)")
				looptest.Equal(t, "Cancelled", reader.Cancelled(), true)
				b.Write([]byte("x"))
				_, err = a.Read(p)
				must(err)
			}
		}
		writer := tasks.Go(ctx, func(context.Context) error {
			n, err := a.Write(make([]byte, 10<<20))
			looptest.Equal(t, "bytes written", n > 0 && n < 10<<20, true)
			return err
		})
		settle(ctx)
		writer.Cancel("enough")
		_, err := writer.Await(ctx)
		looptest.Fails(t, "the writer", err, "cancelled(enough)")
	})
}

// Who waits first reads first, also after one that was cancelled.
func TestNetConnReadersTakeTurns(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		var order []string
		reader := func(name string) *tasks.Task[struct{}] {
			task := tasks.Go(ctx, func(context.Context) error {
				_, err := a.Read(make([]byte, 1))
				if err == nil {
					order = append(order, name)
				}
				return err
			})
			settle(ctx)
			return task
		}
		first, second := reader("first"), reader("second")
		first.Cancel()
		_, err := first.Await(ctx)
		looptest.Fails(t, "the first", err, "cancelled()")
		third := reader("third")
		for range 2 {
			_, err = b.Write([]byte("x"))
			must(err)
			settle(ctx)
		}
		_, err = tasks.Gather(ctx, second, third).Await(ctx)
		must(err)
		looptest.Equal(t, "order", order, []string{"second", "third"})
	})
}

func TestNetConnWithContext(t *testing.T) {
	eachNetConn(t, func(t *testing.T, ctx context.Context, a, b *transports.NetConn) {
		p := make([]byte, 10)
		short, cancel := context.WithCancel(ctx)
		eventloop.FromContext(ctx).CallLater(time.Second, cancel)
		_, err := a.WithContext(short).Read(p)
		is(t, "Read with a ctx that ends", err, context.Canceled)
		_, err = a.WithContext(short).Write(p)
		is(t, "Write with a ctx that has ended", err, context.Canceled)
		err = timeouts.Run(ctx, time.Second, func(context.Context) error {
			_, err := a.Read(p)
			return err
		})
		looptest.Fails(t, "Read in a timeout", err, "timeout")
		s := scopes.New()
		s.Do(ctx, func(ctx context.Context) error {
			s.Cancel(nil)
			_, err := a.WithContext(ctx).Read(p)
			looptest.Fails(t, "Read in a cancelled scope", err, "cancelled()")
			return nil
		})
		other := tasks.Go(ctx, func(context.Context) error {
			_, err := a.WithContext(ctx).Read(p)
			return err
		}, tasks.WithName("other"))
		_, err = other.Await(ctx)
		looptest.Fails(t, "Read with another task's ctx", err, "wrong task(owner Task-1, running other)")
		b.Write([]byte("x"))
		n, err := a.WithContext(ctx).Read(p)
		looptest.Outcome(t, "Read", n, err, 1)
	})
}
