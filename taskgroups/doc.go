// Package taskgroups runs tasks in groups: a group starts tasks, waits for all of
// them, and lets none outlive it (asyncio: taskgroups.py).
//
//	err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
//		page, err := taskgroups.Create(g, fetch) // a typed task
//		if err != nil {
//			return err
//		}
//		g.Go(heartbeat) // one without a result
//		body, err := page.Await(ctx)
//		...
//	})
//
// Run calls its function, the body, in the current task. When the body has
// returned, Run waits for the tasks of the group; the body and the tasks may add
// more until the last is done.
//
// # When something fails
//
// The first error, of a task or of the body, ends the group: it takes no more
// tasks, the tasks that are left are cancelled, and so is the body, at the await
// that it stands at. Run waits until all of them have cleaned up, and returns a
// [*GroupError] with every error in the order in which they came, the body's
// last. Those who return a cancellation have not failed: cancelling one task of a
// group leaves the others running.
//
// # When the group is cancelled from outside
//
// A cancellation of the task that runs the group, by Task.Cancel, a timeout or a
// group around it, cancels the tasks too, and Run returns it when they are done,
// bare. If some of them fail meanwhile, Run returns the GroupError instead, and
// the next await of the task returns the cancellation. A second cancellation does
// not make Run return any earlier: it waits for the tasks in every case.
//
// [Group.Cancel] ends a group early without an error.
//
// # Which ctx
//
// The body awaits with the ctx that it receives. That ctx ends when the group
// cancels the body, and when Run returns; the task's own is left alone, so that a
// task which handles the error of a group can go on. Each task of the group
// receives a ctx of its own with the values of the body's.
//
// If the ctx given to Run was derived with a deadline or a cancel function, its
// end ends the group as a cancellation from outside does: the tasks are cancelled
// and waited for, and Run returns the ctx's error. If it has ended before, the
// body does not run.
//
// If a cancel scope is around the group (package scopes), the tasks are inside it
// too. When it is cancelled they learn of that from the scope, again and again; the
// group cancels none of them, waits, and returns the scope's cancellation.
//
// # Panics
//
// A panic in a task is that task's [*coro.PanicError], and ends the group as any
// error does. A panic in the body cancels the tasks, waits for them, and goes on
// from there; the errors of tasks are then reported to the loop's exception
// handler. So it is with runtime.Goexit, as t.FailNow calls it.
package taskgroups
