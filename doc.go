// Package asyncio is the programming model of Python's asyncio in Go: one
// goroutine runs many tasks, one at a time, and switches between them only where
// a task waits.
//
//	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
//		page := asyncio.CreateTask(ctx, fetch) // func(context.Context) (string, error)
//		if err := asyncio.Sleep(ctx, time.Second); err != nil {
//			return err
//		}
//		body, err := page.Await(ctx)
//		...
//	})
//
// # The loop
//
// [Run] starts an event loop on the calling goroutine. The loop has a queue of
// callbacks that are ready and a heap of timers, and repeats one thing: move the
// timers that are due to the queue, then run what is in the queue. Nothing runs
// beside it, so what the callbacks share needs no locks and has no data races,
// and a program that does not depend on the outside world runs the same way
// every time.
//
// # Tasks
//
// A [Task] is a function that the loop runs in steps. Its stack is a coroutine's
// (an iter.Pull), parked while the task waits. [CreateTask] makes one from a
// function with a result, [Go] from one without. The ctx that the function
// receives is the task's own: the task awaits with that, or with one derived
// from it.
//
// # Futures
//
// A [Future] is a result that is not there yet. Callbacks, other tasks or, by way
// of the loop's CallSoonThreadsafe, other goroutines complete it. A task is a
// future too: of what its function returns.
//
// # Await
//
// Await of something that is done returns at once. Otherwise it suspends the
// task, whatever the depth of calls it is made from, and the loop goes on with
// the next. When the future is done the task joins the end of the queue. Between
// two awaits a task has the state for itself: what it checked still holds.
//
// Long computations and blocking calls stop every task of the loop. So does
// waiting for a sync.Mutex or a channel that another task of the loop is to
// release: that waits for ever.
//
// # Cancel
//
// Task.Cancel makes the await that a task stands at return a [CancelledError].
// The function cleans up and returns the error. Cancellation goes down through
// what is awaited: a task that is cancelled while it awaits another cancels that
// one, unless it is shielded. [WaitFor] and [WithTimeout] are built on it. An
// error of an await that is ignored may be a cancellation lost: check them all.
// Task.CancelCause says why as well, to all who see the cancellation. Where it must
// not get lost there is [CancelScope]: each await in one that is cancelled fails.
//
// # Connections
//
// [OpenConnection] and [StartServer] give a task a reader and a writer, over TCP, unix
// sockets or TLS. Reads wait for what has not arrived; writes never wait, but Drain does
// where the other end is slow. [CreateConnection] and [CreateServer] are for code that
// is called with what arrives instead, and needs no task for each connection.
//
// # Where things are
//
// This package gathers the names that most programs need. Each is an alias or a
// one-line wrapper; the packages behind it mirror the modules of asyncio, and
// their documentation has the details: [github.com/goasyncio/asyncio/coro]
// (coroutines), futures, eventloop (base_events and events), tasks, timeouts,
// taskgroups, locks, queues, streams, transports, threads, runners; graph and tools, which
// tell who waits for whom; asynciotest and network/memory, for tests; and one that has no counterpart
// in asyncio: scopes, with the cancel scopes of Trio.
package asyncio
