// Package scopes has cancel scopes as Trio has them (trio.CancelScope). asyncio has
// nothing of the kind; nothing else in this module uses them.
//
//	moved, err := scopes.MoveOnAfter(ctx, time.Second, func(ctx context.Context) error {
//		return fetch(ctx) // and whatever it awaits
//	})
//
// # Edge and level
//
// A request to cancel a task (Task.Cancel, a timeout of package timeouts, a task
// group that has failed) is an edge: it is thrown once, at the await that the task
// stands at. The function may clean up with awaits of its own, and one that drops
// the error has dropped the request.
//
// A cancelled scope is a level: every await in it fails, again and again, until the
// scope is left. A retry loop cannot swallow that, nor a function that ignores an
// error. But cleanup that has to await must say so, by a scope of its own that is
// a shield, best with a limit:
//
//	defer scopes.MoveOnAfter(ctx, time.Second, conn.Goodbye, scopes.Shielded)
//
// Use the edge where code comes from asyncio or handles a cancellation by awaiting.
// Use a scope around code that you do not trust to stop, to cancel a part of a task
// from elsewhere, and where it must be certain that nothing in a region waits any
// more. An await that fails does not give way: a loop that ignores the errors of
// its awaits never ends in a cancelled scope, and blocks the others.
//
// # What is inside
//
// Inside a scope are the awaits on the ctx that its function receives, or on one
// with the same end: of a nested scope, a timeout, a task group, context.WithValue.
// So are those of tasks that a task group entered inside creates, on the ctx that
// their functions receive; and so on for groups within these. When the scope is
// cancelled such a group takes no more tasks once its body has ended, waits for
// those it has, and returns the cancellation: their scope has told them, so those
// behind a shield of their own go on. A group that ends for a reason of its own
// cancels its tasks once, as ever.
//
// Not inside is a task that was created in another way, even if it is awaited: the
// wait ends and the task goes on, as with a ctx that has a deadline. Nor is a ctx
// derived by context.WithCancel, WithTimeout and so on: it ends with the scope, but
// for good, whatever shield is put up later, and the tasks of a group that is
// entered with it are cancelled once. context.WithoutCancel leaves all scopes.
//
// # The error
//
// The await returns an error that is context.Canceled and the cause given to
// [Scope.Cancel] for errors.Is, the timeout error if it was the deadline, and as
// good as a CancelledError for errors.As. context.Cause of the scope's ctx is the
// same. IsCancelled says yes: it is to be passed on after cleaning up. A task whose
// function returns it was cancelled, and is no failure of its group.
//
// Who takes it for what:
//
//   - The scope that was cancelled keeps it back, unless a scope around it is
//     cancelled too. So it never gets to who does not know of the scope.
//   - A request to cancel the task is never answered by it. If both come at once,
//     the request is thrown, whose error no scope keeps back and no shield keeps
//     off; the scope's comes with the next await. If the scope ends the wait for
//     another task that the request was passed on to, the request ends it.
//   - A timeout that has expired in a cancelled scope returns the scope's error.
//   - A bare context.Canceled, as a derived ctx ends with, is the scope's if no
//     request to cancel the task has come since the scope was entered; then it is
//     the task's.
//
// # Order
//
// Cancel wakes the tasks that wait in the scope at once, so that they run in the
// loop's next iteration: the task of a scope before those of the scopes within,
// these as they were entered. A task that has been woken already goes on, and its
// next await fails.
package scopes
