package runners

import (
	"log/slog"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/tasks"
)

// An Option configures a runner or a run.
type Option func(*config)

type config struct {
	loop       []eventloop.Option
	created    func(task any)
	shutdown   time.Duration
	interrupt  bool
	interrupts int // how many have come in this run
	dumps      []dump
}

// WithLoop passes options to the loop. It comes before the short forms below in
// the order given.
func WithLoop(opts ...eventloop.Option) Option {
	return func(c *config) { c.loop = append(c.loop, opts...) }
}

// WithDebug turns on debug mode (asyncio: debug=True).
func WithDebug() Option { return WithLoop(eventloop.WithDebug()) }

// WithSlowCallbackDuration makes the loop warn of steps that take d or longer, and
// show where one that has not ended stands (asyncio: slow_callback_duration). Debug
// mode has it with 0.1 s.
func WithSlowCallbackDuration(d time.Duration) Option {
	return WithLoop(eventloop.WithSlowCallbackDuration(d))
}

// WithLogger sets the logger for errors that nobody receives.
func WithLogger(log *slog.Logger) Option { return WithLoop(eventloop.WithLogger(log)) }

// WithEagerTasks makes every task but the main one take its first step within
// the call that creates it (asyncio: eager_task_factory).
func WithEagerTasks() Option { return WithLoop(eventloop.WithEagerTasks()) }

// WithTaskLabels makes profiles tell tasks apart, by the label "task".
func WithTaskLabels() Option { return WithLoop(eventloop.WithTaskLabels()) }

// WithVirtualTime runs the loop in virtual time: instead of sleeping it moves its
// clock on to the next timer. A run that cannot go on returns an
// [*eventloop.DeadlockError].
func WithVirtualTime() Option {
	return func(c *config) { c.loop = append(c.loop, eventloop.WithClock(new(eventloop.VirtualClock))) }
}

// defaultShutdown is asyncio's THREAD_JOIN_TIMEOUT.
const defaultShutdown = 300 * time.Second

// WithShutdownTimeout sets how long closing the runner waits, in real time, for the
// functions that the loop has running on other goroutines; their ctx is closed
// before. One that takes longer is left to itself, which is reported to the loop's
// exception handler, and is the only way that a run leaves a goroutine behind. The
// default is 300 seconds. Zero is not to wait, [tasks.NoTimeout] no limit.
func WithShutdownTimeout(d time.Duration) Option { return func(c *config) { c.shutdown = d } }

// WithTaskHook makes the loop call hook with each new task, just before the call
// that creates it returns, so that hook can subscribe to it before anyone else.
func WithTaskHook(hook func(t tasks.Any)) Option {
	return func(c *config) { c.created = func(t any) { hook(t.(tasks.Any)) } }
}

// WithInterrupt makes an interrupt from the keyboard (SIGINT) cancel the main
// task, so that it can clean up; Run then returns [ErrInterrupted] if the main
// task ends cancelled and nobody else had cancelled it. A second interrupt ends
// the run at once, and a third ends the process if that had no effect, because
// a task blocks the loop. One that comes in the instant when the main task has
// ended changes nothing.
//
// A program that handles the signal itself, with [eventloop.Loop.AddSignalHandler],
// leaves the option out: with both, both act.
//
// It is off by default, because it takes over the signal for the whole process
// while the run lasts.
func WithInterrupt() Option { return func(c *config) { c.interrupt = true } }
