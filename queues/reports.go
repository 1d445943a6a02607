package queues

// What the tasks wait for, in reports: the queue itself under three names.

import (
	"fmt"

	"github.com/goasyncio/asyncio/internal/waits"
)

type (
	item[T any] Queue[T]
	room[T any] Queue[T]
	work[T any] Queue[T]
)

func (q *item[T]) String() string {
	return fmt.Sprintf("an item from a queue (%d waiting)", q.getters.Len())
}

func (q *room[T]) String() string {
	return fmt.Sprintf("room in a queue (%d items, %d waiting)", q.size, q.putters.Len())
}

func (q *work[T]) String() string {
	return fmt.Sprintf("the work on a queue (%d items unfinished, %d waiting)", q.unfinished, q.joiners.Len())
}

// Explain implements [waits.Explainer].
func (q *item[T]) Explain() waits.Reason {
	return waits.Reason{Kind: "queue", Part: "item of", Object: (*Queue[T])(q), Line: q.getters.All(),
		State: fmt.Sprintf("%d there", q.size)}
}

// Explain implements [waits.Explainer].
func (q *room[T]) Explain() waits.Reason {
	return waits.Reason{Kind: "queue", Part: "room in", Object: (*Queue[T])(q), Line: q.putters.All(),
		State: fmt.Sprintf("%d of %d there", q.size, q.maxsize)}
}

// Explain implements [waits.Explainer].
func (q *work[T]) Explain() waits.Reason {
	return waits.Reason{Kind: "queue", Part: "work on", Object: (*Queue[T])(q), Line: q.joiners.All(),
		State: fmt.Sprintf("%d unfinished", q.unfinished)}
}
