// Package queues holds queues that tasks put items into and get items from
// (asyncio: queues.py).
//
// A [Queue] passes on the oldest item first. [NewLIFO] makes one that passes on
// the newest first, [NewPriority] and [NewPriorityFunc] the smallest. With a
// maximum size, Put waits while the queue is full; without one, it never does.
//
// # Workers
//
// Producers put jobs, workers get them. Shutdown tells the workers that no more
// will come: a range over [Queue.All] ends when the queue is shut down and empty.
//
//	jobs := queues.New[string](10)
//	for range 3 {
//		g.Go(func(ctx context.Context) error {
//			for url, err := range jobs.All(ctx) {
//				if err != nil {
//					return err // cancelled
//				}
//				fetch(ctx, url)
//			}
//			return nil
//		})
//	}
//
// To wait until the work is done rather than handed out, let each worker call
// TaskDone after each item, and wait with Join.
//
// # Turns
//
// Those who wait are woken first come, first served, one for each item put or
// taken. An item is not reserved for who was woken, though: that one takes it
// when it runs, in the next iteration, and if another task has been quicker it
// waits again, at the end of the line. A Put or Get that need not wait does not
// give way to other tasks.
//
// # Errors
//
// Put and Get fail with [ErrShutDown], with a cancellation, or with the error of
// a ctx that was derived with a deadline and has ended, even if there was
// nothing to wait for. Then nothing was put or taken. TryPut and TryGet fail
// with [ErrFull] and [ErrEmpty] where the others would wait.
//
// # Who may call what
//
// All methods are for the goroutine of the loop; those without a ctx may be
// called from callbacks, too. To put an item from another goroutine, post a
// function that calls TryPut with the loop's CallSoonThreadsafe. A queue is bound
// to the loop of the first task that waits for it; a task of another loop that
// must wait gets an error that is eventloop.ErrForeignLoop for errors.Is. A queue
// may not be copied after first use, which go vet checks.
package queues
