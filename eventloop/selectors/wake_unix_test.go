//go:build unix

package selectors_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop/selectors"
)

// A wake-up ends one Select: the current, or the next.
func TestWake(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, _ := pair(t)
		watch(t, s, a, selectors.Read)
		s.Wake()
		s.Wake()
		found(t, s, selectors.Forever)
		found(t, s, time.Millisecond)
		s.Wake()
		found(t, s, time.Hour)
		for range 100 {
			go s.Wake()
			found(t, s, selectors.Forever)
		}
	})
}

// Pitfall: the deadline of a Select is set at the moment of a wake-up, and must not take
// its place.
func TestPitfallWakeWhileTheDeadlineIsSet(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		var asked, done atomic.Int64
		var wg sync.WaitGroup
		const n = 10000
		wg.Go(func() {
			for i := int64(1); i <= n; i++ {
				asked.Store(i)
				s.Wake()
				for done.Load() < i { // as a loop does that spins
				}
			}
		})
		for i := 0; done.Load() < n; i++ {
			timeout := time.Hour - time.Duration(i)*time.Millisecond // earlier than the last: it is set
			if i%4 == 0 {
				timeout = selectors.Forever
			}
			if err := s.Select(timeout); err != nil {
				t.Fatal(err)
			}
			done.Store(asked.Load())
		}
		wg.Wait()
	})
}

// A Select is never early, whatever deadlines there were before.
func TestTimeout(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		for _, timeout := range []time.Duration{time.Millisecond, 3 * time.Millisecond, time.Microsecond, 2 * time.Millisecond, 1} {
			s.Wake()
			found(t, s, time.Hour)
			s.Wake()
			found(t, s, timeout/2)
			idle(t, s, timeout)
		}
		a, b := pair(t)
		watch(t, s, a, selectors.Read)
		for _, last := range []time.Duration{3 * time.Millisecond, time.Hour} { // a deadline that did not come
			send(t, b)
			found(t, s, last, selectors.File{FD: a, Events: selectors.Read})
			receive(t, a)
			idle(t, s, 6*time.Millisecond)
		}
	})
}

func TestClosed(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, _ := pair(t)
		watch(t, s, a, selectors.Write)
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		s.Wake()
		if err := s.Select(0); err != selectors.ErrClosed {
			t.Errorf("Select: %v", err)
		}
		if err := s.Watch(a, both); err != selectors.ErrClosed {
			t.Errorf("Watch: %v", err)
		}
		if len(s.Ready()) != 0 {
			t.Error("descriptors are ready")
		}
	})
}

// A Select that finds something allocates nothing.
func TestSelectAllocates(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, _ := pair(t)
		watch(t, s, a, selectors.Write)
		for _, timeout := range []time.Duration{0, selectors.Forever, time.Hour} {
			if n := testing.AllocsPerRun(100, func() { s.Select(timeout) }); n != 0 {
				t.Errorf("%v: %v allocations", timeout, n)
			}
		}
	})
}
