package selectors_test

// What becomes of descriptors and wake-ups while a goroutine waits in the selector's place.

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/goasyncio/asyncio/eventloop/selectors"
)

// lonely makes a selector that watches fd be woken until it has posted its lookout.
func lonely(t *testing.T, s selectors.Selector) {
	t.Helper()
	for !selectors.Posted(s) {
		go s.Wake()
		found(t, s, selectors.Forever)
	}
}

// await selects until something is ready. The lookout may wake a selector once more that
// has looked by itself just when it was told.
func await(t *testing.T, s selectors.Selector, want selectors.File) {
	t.Helper()
	for {
		if err := s.Select(selectors.Forever); err != nil {
			t.Fatal(err)
		}
		if len(s.Ready()) > 0 {
			break
		}
	}
	if diff := cmp.Diff([]selectors.File{want}, s.Ready()); diff != "" {
		t.Errorf("ready (-want +got)\n%s", diff)
	}
}

func withLookout(t *testing.T, test func(t *testing.T, s selectors.Selector, a, b uintptr)) {
	t.Helper()
	each(t, func(t *testing.T, s selectors.Selector) {
		if !selectors.IsEpoll(s) {
			t.Skip("only epoll has one")
		}
		a, b := pair(t)
		watch(t, s, a, selectors.Read)
		lonely(t, s)
		test(t, s, a, b)
	})
}

func TestLookout(t *testing.T) {
	withLookout(t, func(t *testing.T, s selectors.Selector, a, b uintptr) {
		ready := selectors.File{FD: a, Events: selectors.Read}
		for range 3 {
			found(t, s, time.Millisecond)
			go s.Wake()
			found(t, s, time.Hour)
			if !selectors.Posted(s) {
				t.Error("it is not posted any more, though nothing came")
			}
			go unix.Write(int(b), []byte("x"))
			await(t, s, ready)
			found(t, s, 0, ready) // it still is
			if selectors.Posted(s) {
				t.Error("it is posted while something is ready")
			}
			receive(t, a)
			for range 3 {
				go s.Wake()
				found(t, s, selectors.Forever)
			}
			if selectors.Posted(s) {
				t.Error("it is posted for a few wake-ups")
			}
			lonely(t, s)
		}
	})
}

// What comes while the selector does not wait is found by the next wait.
func TestLookoutWhileBusy(t *testing.T) {
	withLookout(t, func(t *testing.T, s selectors.Selector, a, b uintptr) {
		ready := selectors.File{FD: a, Events: selectors.Read}
		for range 1000 {
			send(t, b)
			found(t, s, 0, ready)
			receive(t, a)
			found(t, s, 0)
			send(t, b)
			await(t, s, ready) // and not just the wake-up for what came first
			receive(t, a)
			lonely(t, s)
		}
	})
}

// A descriptor that is watched from now on, and is ready, ends the wait.
func TestLookoutOfAnother(t *testing.T) {
	withLookout(t, func(t *testing.T, s selectors.Selector, _, _ uintptr) {
		c, d := pair(t)
		send(t, d)
		watch(t, s, c, selectors.Read)
		await(t, s, selectors.File{FD: c, Events: selectors.Read})
		watch(t, s, c, 0)
		lonely(t, s)
		watch(t, s, c, selectors.Write)
		await(t, s, selectors.File{FD: c, Events: selectors.Write})
	})
}

// Pitfall: the registration of a descriptor that was closed, whose file another one
// keeps open, makes the selector begin anew with another descriptor of epoll.
func TestPitfallLookoutAtTheOldSelector(t *testing.T) {
	withLookout(t, func(t *testing.T, s selectors.Selector, a, b uintptr) {
		for range 10 {
			c, d := pair(t)
			fd, err := unix.FcntlInt(c, unix.F_DUPFD_CLOEXEC, 700)
			if err != nil {
				t.Fatal(err)
			}
			watch(t, s, uintptr(fd), selectors.Read)
			unix.Close(fd)
			watch(t, s, uintptr(fd), 0)
			lonely(t, s)
			send(t, d)
			found(t, s, selectors.Forever) // the lookout was woken by a stale event
			found(t, s, time.Millisecond)
			lonely(t, s)
			send(t, b)
			await(t, s, selectors.File{FD: a, Events: selectors.Read})
			receive(t, a)
			lonely(t, s)
		}
	})
}

// Wake-ups and descriptors by turns: none is lost, or this does not end.
func TestLookoutByTurns(t *testing.T) {
	withLookout(t, func(t *testing.T, s selectors.Selector, a, b uintptr) {
		const n = 300
		var selected, received atomic.Int64
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range n {
				for range i % 7 { // with patience for a lookout, and without
					before := selected.Load()
					s.Wake()
					for selected.Load() == before {
						runtime.Gosched()
					}
				}
				send(t, b)
				for received.Load() == int64(i) {
					runtime.Gosched()
				}
			}
		})
		for received.Load() < n {
			if err := s.Select(selectors.Forever); err != nil {
				t.Fatal(err)
			}
			if len(s.Ready()) > 0 {
				receive(t, a)
				received.Add(1)
			}
			selected.Add(1)
		}
		wg.Wait()
	})
}
