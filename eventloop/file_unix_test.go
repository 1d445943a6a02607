//go:build unix

package eventloop_test

// Descriptors whose owner has the callbacks itself, as connections do.

import (
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

// told is a callback without a handle.
type told func()

func (f told) Run() { f() }

func TestFile(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, b := socketpair(t)
		var f eventloop.File
		var got []string
		l.InitFile(&f, a)
		note := func(s string) told { return func() { got = append(got, s) } }
		check := func(want ...string) {
			t.Helper()
			got = nil
			turn(t, l)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		f.Forget()
		must(f.SetWriter(nil))
		must(f.SetReader(note("read")))
		check()
		must(f.SetWriter(note("write")))
		transmit(t, b, "x")
		check("read", "write")
		must(f.SetReader(note("again")))
		check("again", "write")
		must(f.SetWriter(nil))
		check("again")
		if _, err := l.AddWriter(a, func() {}); err == nil || l.RemoveReader(a) {
			t.Errorf("the descriptor was given to others: %v", err)
		}
		f.Forget()
		check()
		must(f.SetWriter(note("write")))
		check("write")
		f.Forget()
		if _, err := l.AddWriter(a, note("added")); err != nil || !l.RemoveWriter(a) {
			t.Errorf("AddWriter after Forget: %v", err)
		}

		// A reader that was not removed before the descriptor was closed.
		h, err := l.AddReader(a, note("old"))
		must(err)
		must(f.SetReader(note("new")))
		check("new")
		if !h.Cancelled() {
			t.Error("two own one descriptor")
		}
		f.Forget()
	})
}

func TestFileThatCannotBeWatched(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		var f eventloop.File
		l.InitFile(&f, 777)
		if err := f.SetReader(told(func() {})); err == nil {
			t.Error("a closed descriptor is watched")
		}
		f.Forget()
	})
}

// An event of a descriptor allocates nothing.
func TestEventsAllocateNothing(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	a, _ := socketpair(t)
	var f eventloop.File
	l.InitFile(&f, a)
	n, many := 0, 10
	if err := f.SetWriter(told(func() {
		if n++; n%many == 0 {
			l.Stop()
		}
	})); err != nil {
		t.Fatal(err)
	}
	defer f.Forget()
	run := func() { l.RunForever() }
	few := testing.AllocsPerRun(10, run)
	many = 1000
	if more := testing.AllocsPerRun(10, run); more > few {
		t.Errorf("%v allocations for 1000 events, %v for 10", more, few)
	}
}
