package eventloop_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// jobs are callbacks with names.
type jobs struct{}

func (jobs) wash() {}
func (*jobs) dry() {}
func tidy()        {}

// pending is a callback that is not a timer.
func pending(name string) eventloop.Pending { return eventloop.Pending{Name: name} }

// at is a timer.
func at(when time.Duration, name string) eventloop.Pending {
	return eventloop.Pending{Name: name, When: when}
}

func newVirtual(t *testing.T) *eventloop.Loop {
	l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)))
	t.Cleanup(func() { l.Close() })
	return l
}

func TestSnapshotNames(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	l.CallSoon(tidy)
	l.CallSoon(jobs{}.wash)
	l.CallSoon(new(jobs).dry)
	l.CallSoon(func() {})
	l.CallSoon(l.Stop)
	f := futures.On[int](l)
	f.AddDoneCallback(func(*futures.Future[int]) {})
	f.SetResult(1)
	tasks.Go(l.Context(context.Background()), func(context.Context) error { return nil }, tasks.WithName("cook"))
	l.CallSoon(tidy).Cancel()
	defer l.RunForever()

	want := eventloop.Snapshot{
		Ready: []eventloop.Pending{
			pending("eventloop_test.tidy"),
			pending("eventloop_test.jobs.wash"),
			pending("eventloop_test.(*jobs).dry"),
			pending("eventloop_test.TestSnapshotNames.func1"),
			pending("eventloop.(*Loop).Stop"),
			pending("futures.Callback"),
			pending("task cook"),
			{Name: "cancelled", Cancelled: true},
		},
		Timers: []eventloop.Pending{},
	}
	if diff := cmp.Diff(want, l.Snapshot()); diff != "" {
		t.Errorf("Snapshot (-want +got):\n%s", diff)
	}
}

func TestSnapshotTimersInFiringOrder(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	for _, s := range []int{5, 3, 8, 1, 3, 9, 2} {
		l.CallLater(time.Duration(s)*time.Second, tidy)
	}
	l.CallLater(3*time.Second, l.Stop) // the third for that moment
	l.CallLater(4*time.Second, tidy).Cancel()

	const s, name = time.Second, "eventloop_test.tidy"
	want := []eventloop.Pending{
		at(1*s, name), at(2*s, name), at(3*s, name), at(3*s, name), at(3*s, "eventloop.(*Loop).Stop"),
		{Name: "cancelled", When: 4 * s, Cancelled: true},
		at(5*s, name), at(8*s, name), at(9*s, name),
	}
	if diff := cmp.Diff(want, l.Snapshot().Timers); diff != "" {
		t.Errorf("Timers (-want +got):\n%s", diff)
	}
}

// A snapshot taken by a callback shows what is left of the iteration.
func TestSnapshotInsideAnIteration(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var got []eventloop.Snapshot
	l.CallLater(time.Second, func() {
		l.CallSoon(l.Stop)
		got = append(got, l.Snapshot())
	})
	l.CallLater(time.Second, tidy)
	l.CallLater(time.Minute, jobs{}.wash)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	want := []eventloop.Snapshot{{
		Time:   time.Second,
		Ready:  []eventloop.Pending{at(time.Second, "eventloop_test.tidy"), pending("eventloop.(*Loop).Stop")},
		Timers: []eventloop.Pending{at(time.Minute, "eventloop_test.jobs.wash")},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
}

// observer is a selector that takes a snapshot in every iteration and drives a
// virtual clock, as a tool that shows a loop at work does.
type observer struct {
	eventloop.VirtualClock
	loop *eventloop.Loop
	seen []eventloop.Snapshot
}

func (o *observer) Select(timeout time.Duration) error {
	o.seen = append(o.seen, o.loop.Snapshot())
	if timeout == eventloop.Forever {
		return &eventloop.DeadlockError{}
	}
	o.Advance(timeout)
	return nil
}

func (*observer) Wake()        {}
func (*observer) Close() error { return nil }

func TestSnapshotFromSelector(t *testing.T) {
	leak.Check(t)
	var o observer
	l := eventloop.New(eventloop.WithClock(&o.VirtualClock), eventloop.WithSelector(&o))
	defer l.Close()
	o.loop = l
	nap := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		return tasks.Sleep(ctx, time.Second)
	}, tasks.WithName("nap"))
	if err := l.RunUntilComplete(nap); err != nil {
		t.Fatal(err)
	}
	none := []eventloop.Pending{}
	want := []eventloop.Snapshot{
		{Ready: []eventloop.Pending{pending("task nap")}, Timers: none},
		{Ready: none, Timers: []eventloop.Pending{at(time.Second, "a sleep until 1s")}},
		{Time: time.Second, Ready: []eventloop.Pending{pending("task nap")}, Timers: none},
		{Time: time.Second, Ready: []eventloop.Pending{pending("stop: nap is done")}, Timers: none},
	}
	if diff := cmp.Diff(want, o.seen); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
}

// What a snapshot holds is a copy.
func TestSnapshotIsACopy(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	l.CallSoon(tidy)
	l.CallLater(time.Second, l.Stop)
	before := l.Snapshot()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	want := eventloop.Snapshot{
		Ready:  []eventloop.Pending{pending("eventloop_test.tidy")},
		Timers: []eventloop.Pending{at(time.Second, "eventloop.(*Loop).Stop")},
	}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("after the run (-want +got):\n%s", diff)
	}
	after := eventloop.Snapshot{Time: time.Second, Ready: []eventloop.Pending{}, Timers: []eventloop.Pending{}}
	if diff := cmp.Diff(after, l.Snapshot()); diff != "" {
		t.Errorf("of the stopped loop (-want +got):\n%s", diff)
	}
}

// In debug mode Snapshot is checked as the other calls on the loop are.
func TestSnapshotFromAnotherGoroutine(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithDebug())
	defer l.Close()
	var value any
	l.CallSoon(func() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { value = recover() }()
			l.Snapshot()
		}()
		<-done
		l.Stop()
	})
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if value == nil {
		t.Error("Snapshot from another goroutine did not panic in debug mode")
	}
}
