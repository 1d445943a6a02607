package queues

import "errors"

var (
	// ErrEmpty is returned by TryGet of an empty queue (asyncio: QueueEmpty).
	ErrEmpty = errors.New("asyncio: queue is empty; use Get to wait for an item")

	// ErrFull is returned by TryPut of a full queue (asyncio: QueueFull).
	ErrFull = errors.New("asyncio: queue is full; use Put to wait for room")

	// ErrShutDown is returned by putting into a queue that is shut down, and by
	// getting from it once it is empty (asyncio: QueueShutDown).
	ErrShutDown = errors.New("asyncio: queue is shut down; no more items will come")

	// ErrTaskDone is returned by TaskDone if all items are done already
	// (asyncio: ValueError).
	ErrTaskDone = errors.New("asyncio: TaskDone called more often than items were put; call it once for each item")
)
