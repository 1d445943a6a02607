// Package locks holds what tasks use to wait for each other: [Lock], [Event],
// [Condition], [Semaphore], [BoundedSemaphore], [Barrier] (asyncio: locks.py).
//
// # When a lock is needed
//
// Between two awaits a task has all state for itself, so most of what needs a
// mutex among goroutines needs nothing here. A [Lock] is for what must stay
// undisturbed across an await:
//
//	err := mu.With(ctx, func(ctx context.Context) error {
//		page, err := fetch(ctx) // others run meanwhile, but not in here
//		if err != nil {
//			return err
//		}
//		return store(ctx, page)
//	})
//
// A sync.Mutex is no substitute. A task that waits for one stops the whole loop,
// and so it never gets it from another task of that loop.
//
// # Turns
//
// All waiting is first come, first served, and what a task waits for is handed
// on in two moves. The release wakes the first waiter, which means that it joins
// the end of the loop's ready queue; the waiter takes the lock when it runs,
// in the next iteration. Nobody gets ahead of it meanwhile: as long as anyone
// waits, an Acquire that comes later waits too, even if the lock is free just
// then. An Acquire that need not wait does not give way to other tasks.
//
// # Errors
//
// A method that takes a ctx waits, and an error from it means that it did not
// get what it waited for: a futures.CancelledError if the task was cancelled,
// the error of ctx if that was derived with a deadline and has ended, even if
// there was nothing to wait for. The task is then out of the line, and if its
// turn had come already, that has passed to the next. So release only what an
// Acquire without an error got. [Condition.Wait] alone needs care: it returns
// with the lock held, error or not.
//
// # Who may call what
//
// All methods are for the goroutine of the loop: for tasks, and, as far as they
// take no ctx, callbacks. Nothing here belongs to a task. A lock may be released
// by another task than the one that acquired it, and acquiring it twice in one
// task waits for ever.
//
// The zero values of Lock, Event and Condition are ready to use. A primitive is
// bound to the loop of the first task that waits for it; a task of another loop
// that must wait gets an error that is eventloop.ErrForeignLoop for errors.Is.
// None may be copied after first use, which go vet checks.
package locks
