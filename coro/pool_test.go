package coro_test

// The stacks: how they are used again, how many are kept, and that none is
// left behind.

import (
	"runtime"
	"testing"
	"weak"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/goid"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

// on returns a coroutine of fn with its stack from p.
func on(p *coro.Pool, fn func(c *coro.Coroutine) error) *coro.Coroutine {
	c := new(coro.Coroutine)
	c.Init(coro.BodyFunc(fn), p)
	return c
}

// finish steps c to its end.
func finish(c *coro.Coroutine) {
	for _, more := c.Send(); more; _, more = c.Send() {
	}
}

func TestPoolUsesStacksAgain(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(t.Context())
	defer p.Close()
	var idle []int
	for range 3 {
		finish(on(p, bare))
		idle = append(idle, p.Idle())
	}
	a, b := on(p, bare), on(p, bare)
	idle = append(idle, p.Idle()) // those that have not started have no stack
	a.Send()
	b.Send()
	idle = append(idle, p.Idle())
	a.Close()
	b.Close()
	idle = append(idle, p.Idle())
	finish(on(p, func(*coro.Coroutine) error { panic("boom") })) // which takes its stack along
	idle = append(idle, p.Idle())
	if diff := cmp.Diff([]int{1, 1, 1, 1, 0, 2, 1}, idle); diff != "" {
		t.Errorf("idle stacks (-want +got)\n%s", diff)
	}
}

func TestPoolKeepsNoMoreThanItsCap(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(t.Context())
	defer p.Close()
	stacks := leak.Count()
	all := make([]*coro.Coroutine, 1500)
	for i := range all {
		all[i] = on(p, bare)
		all[i].Send()
	}
	if n := stacks(); n != len(all) {
		t.Errorf("%d goroutines for %d suspended coroutines", n, len(all))
	}
	for _, c := range all {
		finish(c)
	}
	if p.Idle() != 1024 {
		t.Errorf("%d idle stacks, want 1024", p.Idle())
	}
}

// Pitfall: an iter.Pull that is dropped while it is suspended keeps its
// goroutine for ever, one that never started as well.
func TestPitfallNothingIsLeftOfClosedCoroutines(t *testing.T) {
	for _, pooled := range []bool{false, true} {
		leak.Check(t)
		var p *coro.Pool
		if pooled {
			p = coro.NewPool(t.Context())
		}
		stacks := leak.Count()
		unwound := 0
		var all []*coro.Coroutine
		for range 1000 {
			started := on(p, func(c *coro.Coroutine) error {
				defer func() { unwound++ }()
				return bare(c)
			})
			started.Send()
			all = append(all, started, on(p, bare)) // the second never starts
		}
		if n := stacks(); n != 1000 {
			t.Errorf("pooled=%t: %d goroutines for 1000 coroutines that were started", pooled, n)
		}
		for _, c := range all {
			if err := c.Close(); err != nil {
				t.Fatalf("pooled=%t: Close: %v", pooled, err)
			}
		}
		if unwound != 1000 {
			t.Errorf("pooled=%t: %d bodies ended, want 1000", pooled, unwound)
		}
		if pooled {
			p.Close()
			if p.Idle() != 0 {
				t.Errorf("%d idle stacks after Close", p.Idle())
			}
		}
		if n := stacks(); n != 0 {
			t.Errorf("pooled=%t: %d goroutines left of closed coroutines", pooled, n)
		}
	}
}

// A pool that was closed gives stacks but takes none back.
func TestPoolAfterClose(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(t.Context())
	suspended := on(p, bare)
	suspended.Send()
	p.Close()
	finish(suspended)
	finish(on(p, bare))
	if p.Idle() != 0 {
		t.Errorf("%d idle stacks, want 0", p.Idle())
	}
	p.Close()
}

// A stack keeps nothing of the coroutine that it ran, however that ended.
func TestStacksKeepNothing(t *testing.T) {
	tests := []struct {
		name string
		run  func(c *coro.Coroutine)
		body func(c *coro.Coroutine) error
		idle int
	}{
		{"returned", finish, bare, 1},
		{"panicked", finish, func(*coro.Coroutine) error { panic("boom") }, 0},
		{"unwound", func(c *coro.Coroutine) { c.Send(); c.Close() }, func(c *coro.Coroutine) error {
			for {
				bare(c)
			}
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			p := coro.NewPool(t.Context())
			defer p.Close()
			gone := func() weak.Pointer[coro.Coroutine] {
				c := on(p, tt.body)
				tt.run(c)
				return weak.Make(c)
			}()
			if p.Idle() != tt.idle {
				t.Fatalf("%d idle stacks, want %d", p.Idle(), tt.idle)
			}
			runtime.GC()
			runtime.GC()
			if gone.Value() != nil {
				t.Error("the coroutine is still reachable")
			}
		})
	}
}

// A pool that tracks its goroutines knows them while they live.
func TestPoolTracksItsGoroutines(t *testing.T) {
	leak.Check(t)
	p := coro.NewPool(t.Context())
	p.Track = true
	type answer struct{ OnStack, Runs bool }
	var got []answer
	var id uint64
	var c *coro.Coroutine
	ask := func() { got = append(got, answer{c.OnStack(), p.Runs(goid.Get())}) }
	c = on(p, func(*coro.Coroutine) error {
		id = goid.Get()
		ask()
		bare(c)
		ask()
		return nil
	})
	c.Send()
	ask() // the test's own goroutine
	finish(c)
	finish(on(p, func(*coro.Coroutine) error { ask(); return nil })) // another on the same stack
	if diff := cmp.Diff([]answer{{true, true}, {false, false}, {true, true}, {false, true}}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.Close()
	if p.Runs(id) {
		t.Error("a goroutine that has ended is still the pool's")
	}
}
