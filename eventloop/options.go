package eventloop

import (
	"context"
	"log/slog"
	"time"

	"github.com/goasyncio/asyncio/network"
)

// An Option configures a loop.
type Option func(*Loop)

// WithClock makes the loop tell the time by c. With an [Advancer] it runs in
// virtual time.
func WithClock(c Clock) Option { return func(l *Loop) { l.clock = c; l.injected = true } }

// WithSelector makes the loop wait in s.
func WithSelector(s Selector) Option { return func(l *Loop) { l.selector = s; l.injected = true } }

// WithNetwork makes the loop connect, listen and resolve names through n. Without it
// that is the system's network.
func WithNetwork(n network.Network) Option { return func(l *Loop) { l.network = n } }

// WithChoose makes the loop ask choose which of the n callbacks that are left
// of the current iteration to run next, from 0, the oldest, to n-1. Without it
// the loop takes the oldest. A simulation can explore other legal orders.
func WithChoose(choose func(n int) int) Option {
	return func(l *Loop) { l.choose = choose; l.injected = true }
}

// WithExceptionHandler makes the loop call h for every error that nobody else
// receives. The default logs it.
func WithExceptionHandler(h ExceptionHandler) Option { return func(l *Loop) { l.handler = h } }

// WithLogger sets the logger of the default exception handler. The default is
// slog.Default at the time of the call.
func WithLogger(log *slog.Logger) Option { return func(l *Loop) { l.log = log } }

// WithDeadlockError makes the loop return a [*DeadlockError] when it finds that
// it cannot go on. Without it, a loop in real time reports that to the
// exception handler once and stays parked; in virtual time it always returns
// the error.
func WithDeadlockError() Option { return func(l *Loop) { l.deadlockError = true } }

// WithDebug turns on what costs time (asyncio: set_debug): checks that the loop is
// used from its own goroutine only, warnings of callbacks that take long, see
// [WithSlowCallbackDuration], and a note of where each task and future was created
// for the reports about it. The environment variable ASYNCIO_DEBUG=1 does the same.
func WithDebug() Option { return func(l *Loop) { l.debug = true } }

// WithSlowCallbackDuration makes the loop tell its logger of each callback and each
// step of a task that takes d or longer (asyncio: slow_callback_duration): by a
// warning when it has ended, and before that by one with its stack, after d, ten
// times d, a hundred times d, and so on. It is the machine's time that counts, even
// in virtual time. Debug mode has it too, with 0.1 s; zero turns that off.
//
// It costs a few hundred nanoseconds for each step.
func WithSlowCallbackDuration(d time.Duration) Option {
	return func(l *Loop) { l.slow = max(d, 0) }
}

// WithEagerTasks makes every task take its first step within the call that
// creates it (asyncio: eager_task_factory), but for the main task of a runner.
func WithEagerTasks() Option { return func(l *Loop) { l.tasks.Eager = true } }

// WithTaskLabels gives the goroutine of each task the pprof label "task" with the
// name that the task was created with, besides the labels of the ctx that created
// it, so that the profiles of runtime/pprof tell tasks apart. The task's ctx has
// them too. It costs some allocations for each task.
func WithTaskLabels() Option { return func(l *Loop) { l.tasks.Labels = true } }

// WithValues gives tasks and callbacks the values of ctx, and their goroutines
// its pprof labels. Run passes its own ctx here.
func WithValues(ctx context.Context) Option { return func(l *Loop) { l.values = ctx } }
