package eventloop_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// An item is a Runnable that can be told from others.
type item int

func (item) Run() {}

// ringModel runs a program on a ring and on a slice. Each byte is a step: to
// push, to pop, or to remove from the middle.
func ringModel(t *testing.T, program []byte) {
	t.Helper()
	var r eventloop.Ring
	var model []coro.Runnable
	next := item(0)
	for at, b := range program {
		var got, want coro.Runnable
		switch {
		case b < 140 || len(model) == 0:
			r.Push(next)
			model = append(model, next)
			next++
		case b < 200:
			got, want = r.Pop(), model[0]
			model = model[1:]
		default:
			i := int(b) * 7 % len(model)
			got, want = r.Remove(i), model[i]
			model = append(append([]coro.Runnable(nil), model[:i]...), model[i+1:]...)
		}
		if got != want {
			t.Fatalf("step %d: %v, want %v", at, got, want)
		}
		if r.Len() != len(model) {
			t.Fatalf("step %d: length %d, want %d", at, r.Len(), len(model))
		}
		// What has left must not be kept alive.
		if r.Holds() != len(model) {
			t.Fatalf("step %d: the buffer holds %d, want %d", at, r.Holds(), len(model))
		}
	}
	for _, want := range model {
		if got := r.Pop(); got != want {
			t.Fatalf("at the end: %v, want %v", got, want)
		}
	}
}

func TestRingAgainstASlice(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		program := make([]byte, rng.IntN(600))
		// Some programs only grow, some hover about a length.
		bias := rng.IntN(120)
		for i := range program {
			program[i] = byte(max(0, rng.IntN(256)-bias))
		}
		ringModel(t, program)
	}
}

func FuzzRing(f *testing.F) {
	f.Add([]byte{0, 0, 0, 150, 210, 0, 255})
	f.Add(append(make([]byte, 65), 150, 0, 0, 230)) // grows with its head not at 0
	f.Fuzz(ringModel)
}

// A queue that is not longer than before takes no new memory.
func TestRingReusesItsBuffer(t *testing.T) {
	var r eventloop.Ring
	for i := range 10 {
		r.Push(item(i))
	}
	size := r.Cap()
	for i := range 10000 {
		r.Push(item(i))
		r.Pop()
	}
	if r.Cap() != size {
		t.Errorf("the buffer went from %d to %d", size, r.Cap())
	}
}
