package queues

// Where a queue keeps its items: the kinds of queues differ in this alone.

// minKept is the capacity from which on a store that has become almost empty
// gives memory back, so that a queue without a limit does not stay as large as
// its longest backlog.
const minKept = 1024

// A store is an ordered collection. pop may be called only if it is not empty.
type store[T any] interface {
	push(v T)
	pop() T
	clear()
}

// fifo is a ring: a circular buffer whose length is a power of two.
type fifo[T any] struct {
	buf  []T
	head int // index of the oldest
	n    int
}

func (f *fifo[T]) push(v T) {
	if f.n == len(f.buf) {
		f.resize(max(4, 2*f.n))
	}
	f.buf[(f.head+f.n)&(len(f.buf)-1)] = v
	f.n++
}

func (f *fifo[T]) pop() T {
	var zero T
	v := f.buf[f.head]
	f.buf[f.head] = zero
	f.head = (f.head + 1) & (len(f.buf) - 1)
	f.n--
	if len(f.buf) > minKept && f.n < len(f.buf)/8 {
		f.resize(len(f.buf) / 4)
	}
	return v
}

func (f *fifo[T]) clear() { *f = fifo[T]{} }

func (f *fifo[T]) resize(size int) {
	buf := make([]T, size)
	k := copy(buf, f.buf[f.head:min(f.head+f.n, len(f.buf))])
	copy(buf[k:f.n], f.buf)
	f.buf, f.head = buf, 0
}

// lifo is a stack.
type lifo[T any] struct{ a []T }

func (l *lifo[T]) push(v T) { l.a = append(l.a, v) }

func (l *lifo[T]) pop() T {
	v := l.a[len(l.a)-1]
	l.a = shorten(l.a)
	return v
}

func (l *lifo[T]) clear() { l.a = nil }

// shorten removes the last of a.
func shorten[T any](a []T) []T {
	var zero T
	n := len(a) - 1
	a[n] = zero
	if cap(a) > minKept && n < cap(a)/8 {
		return append(make([]T, 0, cap(a)/4), a[:n]...)
	}
	return a[:n]
}

// heap is a binary heap that makes the same moves as Python's heapq, so that
// equal items come out in the same order. It does all comparisons before the
// first move: if less panics, nothing has changed.
type heap[T any] struct {
	a    []T
	less func(a, b T) bool
}

func parent(i int) int { return (i - 1) / 2 }

func (h *heap[T]) push(v T) {
	last := len(h.a)
	to := last
	for to > 0 && h.less(v, h.a[parent(to)]) {
		to = parent(to)
	}
	h.a = append(h.a, v)
	for i := last; i > to; i = parent(i) {
		h.a[i] = h.a[parent(i)]
	}
	h.a[to] = v
}

// pop takes the root, moves the smaller child up in its place, its smaller child
// up in that one's, and so on to a leaf; and the last item from there up to where
// it belongs.
func (h *heap[T]) pop() T {
	root := h.a[0]
	last := len(h.a) - 1
	v := h.a[last]
	leaf := 0
	for child := 1; child < last; child = 2*leaf + 1 {
		if right := child + 1; right < last && !h.less(h.a[child], h.a[right]) {
			child = right
		}
		leaf = child
	}
	to := leaf
	for to > 0 && h.less(v, h.a[to]) { // h.a[to] will have moved to parent(to)
		to = parent(to)
	}
	for to > 0 { // what is on the path from there to the root moves up by one
		v, h.a[to] = h.a[to], v
		to = parent(to)
	}
	h.a[0] = v
	h.a = shorten(h.a)
	return root
}

func (h *heap[T]) clear() { h.a = nil }
