package queues_test

// What the kinds of queues differ in.

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/queues"
)

func TestOrder(t *testing.T) {
	for _, tc := range []struct {
		name string
		q    *queues.Queue[int]
		want []int
	}{
		{"FIFO", queues.New[int](0), []int{3, 1, 4, 1, 5, 9, 2, 6}},
		{"zero", new(queues.Queue[int]), []int{3, 1, 4, 1, 5, 9, 2, 6}},
		{"LIFO", queues.NewLIFO[int](0), []int{6, 2, 9, 5, 1, 4, 1, 3}},
		{"priority", queues.NewPriority[int](0), []int{1, 1, 2, 3, 4, 5, 6, 9}},
		{"greatest first", queues.NewPriorityFunc(0, func(a, b int) bool { return a > b }), []int{9, 6, 5, 4, 3, 2, 1, 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				for _, v := range []int{3, 1, 4, 1, 5, 9, 2, 6} {
					must(tc.q.Put(ctx, v))
				}
				waittest.Equal(t, "length", tc.q.Len(), 8)
				var got []int
				for !tc.q.Empty() {
					v, err := tc.q.Get(ctx)
					must(err)
					got = append(got, v)
				}
				waittest.Equal(t, "order", got, tc.want)
			})
		})
	}
}

// A number that is not one is the smallest, so that the order stays one.
func TestPriorityNaN(t *testing.T) {
	q := queues.NewPriority[float64](0)
	for _, v := range []float64{2, math.NaN(), 1, math.Inf(-1)} {
		must(q.TryPut(v))
	}
	waittest.Equal(t, "the first is not a number", math.IsNaN(get(q)), true)
	waittest.Equal(t, "the others", []float64{get(q), get(q), get(q)}, []float64{math.Inf(-1), 1, 2})
}

// Equal items come in the order of Python's heapq:
//
//	keys = [i*7 % 5 for i in range(12)] + [i*3 % 4 for i in range(12)]
//	for i, k in enumerate(keys):
//		heappush(q, Item(k, i))
//		if i%3 == 2: got.append(heappop(q).i)
//	while q: got.append(heappop(q).i)
func TestPriorityEqualItems(t *testing.T) {
	type item struct{ key, n int }
	q := queues.NewPriorityFunc(0, func(a, b item) bool { return a.key < b.key })
	var got []int
	for n := range 24 {
		key := n * 7 % 5
		if n >= 12 {
			key = (n - 12) * 3 % 4
		}
		must(q.TryPut(item{key, n}))
		if n%3 == 2 {
			got = append(got, get(q).n)
		}
	}
	for !q.Empty() {
		got = append(got, get(q).n)
	}
	want := []int{
		0, 5, 3, 10, 12, 16, 20, 8, 19, 15, 23, 1,
		22, 18, 14, 11, 6, 9, 17, 4, 13, 21, 2, 7,
	}
	waittest.Equal(t, "order", got, want)
}

// A less that panics leaves the queue as it was.
func TestPriorityLessPanics(t *testing.T) {
	var fail bool
	compared := 0
	q := queues.NewPriorityFunc(0, func(a, b int) bool {
		if compared++; fail && compared > 2 {
			panic("cannot compare")
		}
		return a < b
	})
	in := []int{5, 2, 8, 1, 9, 3, 7, 4, 6, 0}
	for _, v := range in[:9] {
		must(q.TryPut(v))
	}
	fail, compared = true, 0
	waittest.Equal(t, "TryPut", waittest.Panics(func() { q.TryPut(in[9]) }), "cannot compare")
	compared = 0
	waittest.Equal(t, "TryGet", waittest.Panics(func() { q.TryGet() }), "cannot compare")
	fail = false
	waittest.Equal(t, "state", state(q)(), "9 of 0 items, 9 unfinished, waiting: 0 getters, 0 putters, 0 joiners")
	var got []int
	for !q.Empty() {
		got = append(got, get(q))
	}
	waittest.Equal(t, "order", got, []int{1, 2, 3, 4, 5, 6, 7, 8, 9})
}

// A queue does not keep the memory of a long backlog, nor the items that it has
// passed on.
func TestMemory(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			q := k.make(0)
			for i := range 100_000 {
				must(q.TryPut(i))
			}
			peak := q.Stored()
			for q.Len() > 10 {
				get(q)
			}
			if peak < 100_000 || q.Stored() > 4096 {
				t.Errorf("it keeps room for %d of %d items", q.Stored(), peak)
			}
			var rest []int
			for !q.Empty() {
				rest = append(rest, get(q))
			}
			slices.Sort(rest)
			waittest.Equal(t, "the rest has a gap", rest[9]-rest[0], 9)
		})
	}
}
