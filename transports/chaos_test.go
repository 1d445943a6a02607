package transports_test

// Connections on a network that fails at random, and programs that are ended anywhere:
// whatever happens, the calls of a protocol keep their order, and nothing is left.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A lively protocol does whatever a protocol may.
type lively struct {
	recorder
	r *rand.Rand
}

func (p *lively) act() {
	if p.t == nil {
		return
	}
	switch p.r.IntN(24) {
	case 0:
		p.t.Close()
	case 1:
		p.t.Abort()
	case 2:
		p.t.CloseWrite()
	case 3, 4:
		p.t.PauseReading()
	case 5, 6, 7:
		p.t.ResumeReading()
	case 8:
		p.t.SetWriteBufferLimits(p.r.IntN(100), -1)
	case 9, 10, 11:
		p.t.WriteBuffers([][]byte{make([]byte, p.r.IntN(300)), make([]byte, p.r.IntN(3000))})
	case 12:
		p.t.Write(make([]byte, p.r.IntN(100_000)))
	case 13:
		if p.r.IntN(5) == 0 {
			panic("lively")
		}
	default:
		p.t.Write(make([]byte, 1+p.r.IntN(300)))
	}
}

func (p *lively) ConnectionMade(t transports.Transport) { p.recorder.ConnectionMade(t); p.act() }
func (p *lively) DataReceived(data []byte)              { p.note("data"); p.act() }
func (p *lively) EOFReceived() bool                     { p.note("eof"); p.act(); return p.r.IntN(2) == 0 }
func (p *lively) ConnectionLost(err error)              { p.note("lost"); p.act() }
func (p *lively) PauseWriting()                         { p.note("pause"); p.act() }
func (p *lively) ResumeWriting()                        { p.note("resume"); p.act() }

// grammar says what is wrong with the order of calls.
func grammar(log []string) error {
	full, eof := false, false
	for i, call := range log {
		switch {
		case (i == 0) != (call == "made"):
			return fmt.Errorf("call %d is %s", i, call)
		case call == "lost" && i != len(log)-1:
			return errors.New("lost is not the last")
		case call == "pause" && full, call == "resume" && !full:
			return fmt.Errorf("call %d is %s", i, call)
		case eof && (call == "eof" || call == "data"):
			return errors.New(call + " after EOF")
		}
		full = call == "pause" || full && call != "resume"
		eof = eof || call == "eof"
	}
	if len(log) > 0 && log[len(log)-1] != "lost" {
		return errors.New("not lost")
	}
	return nil
}

func TestCallsKeepTheirOrder(t *testing.T) {
	leak.Check(t)
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := newFaulty(memory.WithBuffer(1000))
		n.wrap = func(c network.Conn) network.Conn {
			s := shaky{c, r}
			if r.IntN(2) == 0 {
				return &s
			}
			return &gatheringShaky{s}
		}
		var all []*lively
		factory := func() *lively {
			all = append(all, &lively{r: r})
			return all[len(all)-1]
		}
		err := looptest.RunErr(func(ctx context.Context) error {
			s, err := transports.Listen(ctx, factory, "tcp", "127.0.0.1:80")
			must(err)
			for range 5 {
				// It may have been broken before ConnectionMade; that is no failure.
				_, _, err := transports.Connect(ctx, factory, "tcp", "127.0.0.1:80")
				must(err)
			}
			for range 300 {
				all[r.IntN(len(all))].act2()
				looptest.Turns(ctx, r.IntN(3))
			}
			for _, p := range all {
				if p.t != nil {
					p.t.Abort()
				}
			}
			s.Close()
			return s.WaitClosed(ctx)
		}, on(n), runners.WithLogger(slog.New(slog.DiscardHandler)))
		looptest.Fails(t, "the run", err, "nil")
		for _, p := range all {
			if err := grammar(p.log); err != nil {
				t.Errorf("seed %d: %v: %q", seed, err, p.log)
			}
		}
		looptest.Equal(t, "connections left", n.leaked(), 0)
		if t.Failed() {
			return
		}
	}
}

// act2 is act, called from a task: a panic is the test's.
func (p *lively) act2() {
	defer func() { recover() }()
	p.act()
}

// A handler is a protocol with a task for each connection.
type handler struct {
	recorder
	task *tasks.Task[struct{}]
	next *futures.Future[string]
}

func (h *handler) ConnectionMade(t transports.Transport) {
	h.t = t
	h.next = futures.New[string](t.Context())
	h.task = tasks.Go(t.Context(), func(ctx context.Context) error {
		for {
			line, err := h.next.Await(ctx)
			if err != nil {
				return err
			}
			h.next = futures.New[string](ctx)
			if err := tasks.Sleep(ctx, time.Millisecond); err != nil {
				return err
			}
			fmt.Fprint(t, strings.ToUpper(line))
		}
	})
	// Not deferred: cancelled before its first step, the task runs nothing.
	h.task.AddDoneCallback(func(*tasks.Task[struct{}]) { t.Close() })
}

func (h *handler) DataReceived(data []byte) { h.next.SetResult(string(data)) }
func (h *handler) EOFReceived() bool        { return false }
func (h *handler) ConnectionLost(error)     { h.task.Cancel() }

// Whenever the tasks that handle connections are cancelled, or the loop ends, no
// connection is left, nor a task.
func TestHandlerEndedAtEveryStep(t *testing.T) {
	for _, way := range []string{"cancelled", "server closed", "loop closed"} {
		t.Run(way, func(t *testing.T) {
			leak.Check(t)
			for after := range 5 {
				for turns := range 12 {
					n := newFaulty()
					err := looptest.RunErr(func(ctx context.Context) error {
						var handlers []*handler
						s, err := transports.Listen(ctx, func() *handler {
							handlers = append(handlers, &handler{})
							return handlers[len(handlers)-1]
						}, "tcp", "127.0.0.1:80")
						must(err)
						client := tasks.Go(ctx, func(ctx context.Context) error {
							var p *recorder
							p = &recorder{onData: func([]byte) {
								if len(p.log) < 4 {
									fmt.Fprint(p.t, "again")
								} else {
									p.t.Close()
								}
							}}
							tr, _, err := transports.Connect(ctx, func() *recorder { return p }, "tcp", "127.0.0.1:80")
							if err == nil {
								fmt.Fprint(tr, "hello")
							}
							return err
						})
						must(tasks.Sleep(ctx, time.Duration(after)*time.Millisecond))
						looptest.Turns(ctx, turns)
						switch way {
						case "cancelled":
							for _, h := range handlers {
								if h.task != nil {
									h.task.Cancel()
								}
							}
							client.Await(ctx)
							must(tasks.Sleep(ctx, time.Second))
							s.Close()
						case "server closed":
							s.Close()
							s.CloseClients()
							client.Await(ctx)
							must(tasks.Sleep(ctx, time.Second))
						case "loop closed":
							return nil
						}
						looptest.Equal(t, "tasks left", len(tasks.All(ctx)), 1)
						return s.WaitClosed(ctx)
					}, on(n))
					looptest.Fails(t, "the run", err, "nil")
					looptest.Equal(t, "connections left", n.leaked(), 0)
				}
			}
		})
	}
}
