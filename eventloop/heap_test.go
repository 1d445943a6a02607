package eventloop_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/google/go-cmp/cmp"
)

// modelTimer is a timer of the model, a list sorted by time and, for one moment,
// by age.
type modelTimer struct {
	when time.Duration
	id   int
}

// turn runs one iteration of l.
func turn(t *testing.T, l *eventloop.Loop) {
	t.Helper()
	l.Stop()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}

// heapModel runs a program on a loop's timers and on a sorted list. Each pair of
// bytes is a step: to add a timer, to cancel one, or to let time pass.
func heapModel(t *testing.T, program []byte) {
	t.Helper()
	clock := new(eventloop.VirtualClock)
	l := eventloop.New(eventloop.WithClock(clock))
	defer l.Close()
	var (
		model   []modelTimer
		handles []*eventloop.TimerHandle
		fired   []int
	)
	run := func(at int) {
		t.Helper()
		var want []int
		for len(model) > 0 && model[0].when <= clock.Now() {
			want = append(want, model[0].id)
			model = model[1:]
		}
		fired = nil
		turn(t, l)
		if diff := cmp.Diff(want, fired); diff != "" {
			t.Fatalf("step %d: fired (-want +got)\n%s", at, diff)
		}
	}
	for at := 0; at+1 < len(program); at += 2 {
		op, arg := program[at], int(program[at+1])
		switch {
		case op < 120 || len(handles) == 0:
			id := len(handles)
			when := clock.Now() + time.Duration(arg%40)*time.Second
			handles = append(handles, l.CallAt(when, func() { fired = append(fired, id) }))
			i, _ := slices.BinarySearchFunc(model, when, func(m modelTimer, t time.Duration) int {
				if m.when <= t {
					return -1
				}
				return 1
			})
			model = slices.Insert(model, i, modelTimer{when, id})
		case op < 235:
			id := (arg*251 + int(op)) % len(handles) // one that has fired, or was cancelled, as well
			handles[id].Cancel()
			model = slices.DeleteFunc(model, func(m modelTimer) bool { return m.id == id })
		default:
			clock.Advance(time.Duration(arg%8) * time.Second)
			run(at)
		}
		if text := l.CheckTimers(); text != "" {
			t.Fatalf("step %d: %s", at, text)
		}
		if n := l.Timers(); n > 2*len(model)+200 {
			t.Fatalf("step %d: %d timers in the heap for %d that are pending", at, n, len(model))
		}
	}
	clock.Advance(time.Hour)
	run(len(program))
	if l.Timers() != 0 {
		t.Fatalf("%d timers are left", l.Timers())
	}
}

func TestTimersAgainstASortedList(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 60 {
		steps := 800
		if i%6 == 0 {
			steps = 8000 // with more timers than are young at a time
		}
		program := make([]byte, 2*rng.IntN(steps))
		for at := range program {
			program[at] = byte(rng.IntN(256))
			if at%2 == 1 {
				continue
			}
			if i%6 == 0 && program[at] > 140 && rng.IntN(100) > 0 {
				program[at] = 0 // adds far more than it takes away
			}
			if i%2 == 0 && program[at] >= 235 {
				program[at] = 130 // cancels many before any fires: the heap is compacted
			}
		}
		heapModel(t, program)
	}
}

func FuzzTimers(f *testing.F) {
	f.Add([]byte{0, 3, 0, 1, 0, 3, 240, 7, 130, 0, 250, 1})
	compacting := make([]byte, 0, 1000)
	for i := range 250 {
		compacting = append(compacting, 0, byte(i))
	}
	for i := range 240 {
		compacting = append(compacting, 130, byte(i))
	}
	f.Add(append(compacting, 250, 7))
	f.Fuzz(heapModel)
}

// The heap does not grow with cancelled timers. CPython:
// test__run_once_cancelled_event_cleanup.
func TestCancelledTimersDoNotPileUp(t *testing.T) {
	l := newVirtual(t)
	const pending = 1000
	for i := range pending {
		l.CallLater(time.Duration(i)*time.Minute+time.Hour, func() {})
	}
	most := 0
	for i := range 10_000_000 {
		l.CallLater(time.Duration(i%5000)*time.Second, func() {}).Cancel()
		most = max(most, l.Timers())
	}
	if most >= 2100 {
		t.Errorf("%d timers in the heap with %d pending", most, pending)
	}
	if text := l.CheckTimers(); text != "" {
		t.Error(text)
	}
}

// A hundred cancelled timers are left alone: compacting a small heap over and
// over would cost more than it saves.
func TestFewCancelledTimersStay(t *testing.T) {
	l := newVirtual(t)
	for range 100 {
		l.CallLater(time.Hour, func() {}).Cancel()
	}
	got := []int{l.Timers()}
	l.CallLater(time.Hour, func() {}).Cancel()
	got = append(got, l.Timers())
	for range 60 {
		l.CallLater(time.Hour, func() {}).Cancel()
	}
	l.CallLater(2*time.Hour, func() {})
	got = append(got, l.Timers())
	turn(t, l) // at the head they are dropped
	got = append(got, l.Timers())
	if diff := cmp.Diff([]int{100, 0, 61, 1}, got); diff != "" {
		t.Errorf("timers in the heap (-want +got)\n%s", diff)
	}
}
