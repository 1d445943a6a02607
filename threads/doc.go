// Package threads joins tasks and goroutines: tasks use what blocks, goroutines use
// what tasks own (asyncio: threads.py, and what loops have for threads).
//
// # When to use a goroutine beside the loop
//
// A loop runs one task at a time. That is what spares its state all locks, and it is
// why nothing that a task calls may block or compute for long: every other task
// stands still meanwhile. Such a call belongs on another goroutine. The task waits
// for it as for anything else:
//
//	sum, err := threads.ToThread(ctx, func(ctx context.Context) ([]byte, error) {
//		return hash(ctx, "/var/lib/big.img") // reads, computes; the loop goes on
//	})
//
// There the state of the tasks is out of bounds. Pass in what the function needs,
// and take what it returns; do not touch in it what a task may touch meanwhile.
//
// What is quick stays on the loop: the way to another goroutine and back costs
// some microseconds. What is a program of goroutines, such as a net/http server,
// stays one, and asks the loop for what the tasks own:
//
//	func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
//		page, err := threads.Submit(s.loop, s.render).Wait(r.Context())
//		...
//	}
//
// Between a loop and goroutines that run beside it for long, channels are the simplest
// way: [Recv], [Send] and [Chan] use them without blocking the loop.
//
//	from a task            from a goroutine
//	ToThread               Submit, Job.Wait
//	RunInExecutor          Loop.CallSoonThreadsafe
//	Recv, Send, Chan       <-ch, ch <- v
//
// # Cancelling
//
// A Go function cannot be stopped from outside, it can only be asked to end. A task
// that is cancelled in ToThread gets its error at once. The ctx of the function on the
// other goroutine is closed at the same time, and a function that looks at it ends
// early; what it returns then is dropped. The other way round, [Job.Cancel] cancels
// the task, and the job is done when the task is. The ctx given to [Job.Wait] limits
// that wait alone.
//
// # What cannot get lost
//
// Each function that was accepted is called once, or never, and then its future or job
// says so. A panic on one side is a [*coro.PanicError] on the other, with the stack
// of its origin. One that nobody waits for any more goes to the loop's exception
// handler. Other errors that a function returns after it was told to end count as the
// answer to that. A channel operation that returns an error has not touched the
// channel, even if it was cancelled in the very moment of success: then it returns
// the success, and the next await the cancellation.
//
// # The end
//
// Closing a runner ends what is in flight: the tasks first, which cancels their calls;
// then the ctx of every other function is closed, and the loop runs on until the last
// has returned, for 300 seconds at most (runners.WithShutdownTimeout). That goes for
// every executor, as there is nobody to take the results later. A function that does
// not return by then is reported to the loop's exception handler, and what it returns
// is dropped. Jobs fail with [eventloop.ErrLoopClosed].
//
// # Virtual time
//
// A function on another goroutine, and a wait for a channel, hold the loop: virtual
// time stands still until they are over, and the loop is not taken for deadlocked. While
// a function waits for its own loop, by Job.Wait with the function's ctx, time goes on.
// That it waits for ever, for a task that nothing can wake, is not found to be a
// deadlock: it may have other goroutines, which may be about to wake the loop.
package threads
