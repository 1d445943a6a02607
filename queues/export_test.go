package queues

// What the tests look at.

// Waiting returns how many wait to get, to put and to join.
func (q *Queue[T]) Waiting() (getters, putters, joiners int) {
	return q.getters.Len(), q.putters.Len(), q.joiners.Len()
}

// Unfinished returns how many items are not done.
func (q *Queue[T]) Unfinished() int { return q.unfinished }

// Stored returns how many items q keeps memory for.
func (q *Queue[T]) Stored() int {
	switch s := q.other.(type) {
	case *lifo[T]:
		return cap(s.a)
	case *heap[T]:
		return cap(s.a)
	}
	return len(q.fifo.buf)
}
