package goid_test

import (
	"iter"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/internal/goid"
)

func TestGet(t *testing.T) {
	own := goid.Get()
	if own == 0 {
		t.Fatal("id 0")
	}
	if again := goid.Get(); again != own {
		t.Errorf("%d, then %d, on one goroutine", own, again)
	}
	var mu sync.Mutex
	seen := map[uint64]bool{own: true}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			id := goid.Get()
			mu.Lock()
			defer mu.Unlock()
			if id == 0 || seen[id] {
				t.Errorf("id %d is zero or another goroutine's", id)
			}
			seen[id] = true
		})
	}
	wg.Wait()
}

// A coroutine has an id of its own, the same in every step.
func TestCoroutine(t *testing.T) {
	next, stop := iter.Pull(func(yield func(uint64) bool) {
		for yield(goid.Get()) {
		}
	})
	defer stop()
	first, _ := next()
	second, _ := next()
	if first != second || first == goid.Get() {
		t.Errorf("ids %d and %d in two steps, %d outside; want two equal and one other", first, second, goid.Get())
	}
}
