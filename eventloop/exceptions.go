package eventloop

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/frames"
	"github.com/goasyncio/asyncio/internal/future"
)

// A Reason says what kind of error an [Event] is about.
type Reason int

const (
	// ReasonCallback: a callback panicked. Err is a *coro.PanicError.
	ReasonCallback Reason = iota + 1
	// ReasonTaskPanic: a task panicked and nobody awaits it.
	ReasonTaskPanic
	// ReasonUnretrieved: nobody has seen the error of a task or future that
	// was collected, or that is left when the loop closes.
	ReasonUnretrieved
	// ReasonShield: the inner future of a shield failed after the outer one
	// was cancelled.
	ReasonShield
	// ReasonShutdown: a task that was left when the main task ended failed
	// while it was being cancelled.
	ReasonShutdown
	// ReasonOrphan: a task of a group failed after the task that had entered
	// the group was done.
	ReasonOrphan
	// ReasonDestroyed: a task was not done when its loop was closed.
	ReasonDestroyed
	// ReasonThread: a function that ran for the loop on another goroutine
	// panicked, or had failed by the time when it was cancelled, and nobody
	// waits for it.
	ReasonThread
	// ReasonAbandoned: such a function had not ended when the loop was closed,
	// and was left to itself.
	ReasonAbandoned
	// ReasonIgnoredClose: a coroutine had to be unwound because it went on
	// awaiting while it was being closed.
	ReasonIgnoredClose
	// ReasonDeadlock: nothing can wake the loop. Err is a *DeadlockError.
	ReasonDeadlock
	// ReasonHandler: the exception handler itself panicked.
	ReasonHandler
	// ReasonConnection: the protocol of a connection panicked, or cannot go on for
	// another reason that is not the network's.
	ReasonConnection
	// ReasonAccept: a server cannot accept connections at the moment. It tries
	// again.
	ReasonAccept
	// ReasonUnclosed: a connection or server was open when its loop was closed.
	// That is reported in debug mode only.
	ReasonUnclosed
	// ReasonStream: the handler of a stream's connection failed. The connection is
	// closed.
	ReasonStream
	// ReasonDropped: the last writer of a connection was collected and had not been
	// closed. The connection is closed. Only debug mode finds that.
	ReasonDropped
)

var reasons = [...]string{
	ReasonCallback:     "panic in a callback",
	ReasonTaskPanic:    "panic in a task that nobody awaits",
	ReasonUnretrieved:  "error was never retrieved",
	ReasonShield:       "error in a shielded future",
	ReasonShutdown:     "error in a task cancelled at shutdown",
	ReasonOrphan:       "error in a group's task whose parent task is done",
	ReasonDestroyed:    "task was not done when its loop was closed",
	ReasonThread:       "error on another goroutine that nobody waits for",
	ReasonAbandoned:    "function on another goroutine had not ended when the loop was closed",
	ReasonIgnoredClose: "coroutine ignored Close",
	ReasonDeadlock:     "deadlock",
	ReasonHandler:      "panic in the exception handler",
	ReasonConnection:   "error in the protocol of a connection",
	ReasonAccept:       "a server cannot accept connections",
	ReasonUnclosed:     "open when the loop was closed",
	ReasonStream:       "error in the handler of a connection",
	ReasonDropped:      "connection was never closed",
}

func (r Reason) String() string {
	if r > 0 && int(r) < len(reasons) {
		return reasons[r]
	}
	return fmt.Sprintf("Reason(%d)", int(r))
}

// An Event is an error that nobody else receives (asyncio: the context dict of
// call_exception_handler).
type Event struct {
	Reason Reason
	Err    error
	Name   string         // of the task, future or connection, if one is concerned
	Source coro.Awaitable // that task or future, if it still exists

	// Created is the stack of the call that created the task or future, innermost
	// first, as far as it is the user's; nil if the loop is not in debug mode
	// (asyncio: source_traceback).
	Created []runtime.Frame
}

// An ExceptionHandler receives such errors, on the loop's goroutine. If it
// panics, the loop logs both errors and goes on.
type ExceptionHandler func(l *Loop, e Event)

// CallExceptionHandler passes e to the loop's exception handler (asyncio:
// call_exception_handler). It adds where the Source was created, if that is known.
func (l *Loop) CallExceptionHandler(e Event) {
	if f, ok := e.Source.(interface{ Core() *future.Core }); ok && e.Created == nil {
		e.Created = frames.User(f.Core().Site())
	}
	if l.handler == nil {
		l.DefaultExceptionHandler(e)
		return
	}
	defer func() {
		if v := recover(); v != nil {
			l.DefaultExceptionHandler(Event{Reason: ReasonHandler, Err: coro.NewPanicError(v)})
			l.DefaultExceptionHandler(e)
		}
	}()
	l.handler(l, e)
}

// DefaultExceptionHandler logs e (asyncio: default_exception_handler). If the
// logger panics, both are written to the standard error.
func (l *Loop) DefaultExceptionHandler(e Event) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "asyncio: panic in the logger: %v; while logging %s: %v\n", v, e.Reason, e.Err)
		}
	}()
	args := []any{"err", e.Err}
	if e.Name != "" {
		args = append(args, "name", e.Name)
	}
	if len(e.Created) > 0 {
		args = append(args, "created", frames.String(e.Created[0]))
	}
	l.logger().Error("asyncio: "+e.Reason.String(), args...)
}

// Warn logs what is not an error. It is for the packages of this module, and may be
// called from any goroutine.
func (l *Loop) Warn(text string, args ...any) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "asyncio: panic in the logger: %v; while logging %q %v\n", v, text, args)
		}
	}()
	l.logger().Warn(text, args...)
}

// logger returns the loop's logger.
func (l *Loop) logger() *slog.Logger {
	if l.log == nil {
		return slog.Default()
	}
	return l.log
}
