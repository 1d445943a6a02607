package main

// The loop itself: callbacks, the queue, the heap, and how to stop.

import (
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
)

var handlesStop = stop{
	name:  "handles",
	title: "Handle and TimerHandle: callbacks on a bare loop",
	text: `
A loop calls functions, one at a time, and knows nothing else. CallSoon takes
one for the next iteration, CallAt and CallLater for a time of the loop's clock.
Each returns a handle, which can cancel the call.

Timers are ordered by their time; those for one moment keep the order in which
they were made. The margin shows the loop's clock. It is a virtual one: the loop
moves it on to the next timer instead of sleeping.`,
	code: "handles",
	run:  handles,
	read: []ref{
		{"eventloop/schedule.go", "CallSoon", "BaseEventLoop.call_soon"},
		{"eventloop/schedule.go", "CallAt", "BaseEventLoop.call_at"},
		{"eventloop/handle.go", "Handle", "events.Handle"},
		{"eventloop/handle.go", "TimerHandle", "events.TimerHandle"},
	},
}

func handles(t *tour) error {
	l := eventloop.New(t.virtual())
	defer l.Close()

	l.CallLater(2*time.Second, func() { t.say("after two seconds") })
	l.CallLater(2*time.Second, l.Stop)
	late := l.CallAt(time.Second, func() { t.say("at one second") })
	t.say("late.When: %v", late.When())

	never := l.CallSoon(func() { t.say("never") })
	l.CallSoon(func() { t.say("soon") })
	never.Cancel()
	t.say("never.Cancelled: %t", never.Cancelled())

	return l.RunForever()
}

var queuesStop = stop{
	name:  "queues",
	title: "The ready queue and the heap of timers, turn by turn",
	text: `
This is the whole of an event loop, seen from inside. One iteration, runOnce:
wait until something is ready or a timer is due; move the due timers to the end
of the queue; run what is in the queue now, and nothing that is added meanwhile.

The panel shows what each iteration is about to run (ready) and what is to come
(timers). Watch the toast: bread asks for it in iteration 1, and it runs in 2.
Watch the kettle: its timer is due in 3, and moves to the queue. And the radio: a
cancelled timer keeps its place until it comes to the head.`,
	code: "queues breakfast breakfast.bread breakfast.kettle " +
		"breakfast.table breakfast.toast breakfast.tea breakfast.radio",
	run: queues,
	read: []ref{
		{"eventloop/loop.go", "Loop", "BaseEventLoop"},
		{"eventloop/runonce.go", "runOnce", "BaseEventLoop._run_once"},
		{"eventloop/ring.go", "ring", "BaseEventLoop._ready"},
		{"eventloop/heap.go", "timerHeap", "BaseEventLoop._scheduled"},
		{"eventloop/selector.go", "Selector", "selectors.BaseSelector"},
	},
}

func queues(t *tour) error {
	l := eventloop.New(t.watch())
	defer l.Close()
	b := breakfast{t, l}
	l.CallSoon(b.bread)
	l.CallSoon(b.table)
	l.CallLater(1*time.Second, b.kettle)
	l.CallLater(2*time.Second, b.radio).Cancel()
	l.CallLater(3*time.Second, l.Stop)
	return l.RunForever()
}

type breakfast struct {
	t *tour
	l *asyncio.Loop
}

func (b breakfast) bread() {
	b.t.say("the bread is cut; toast it soon")
	b.l.CallSoon(b.toast)
}

func (b breakfast) kettle() {
	b.t.say("the kettle boils; make tea soon")
	b.l.CallSoon(b.tea)
}

func (b breakfast) table() { b.t.say("the table is laid") }
func (b breakfast) toast() { b.t.say("the toast is in") }
func (b breakfast) tea()   { b.t.say("the tea is made") }
func (b breakfast) radio() { b.t.say("nobody hears this") }

var stoppingStop = stop{
	name:  "stop",
	title: "RunForever and Stop",
	text: `
RunForever repeats that iteration until Stop is called. Stop only sets a flag:
what is in the queue still runs, and then the loop leaves. What was scheduled
meanwhile stays, and the next run begins with it.

Stop before RunForever gives a run of exactly one iteration.`,
	code: "stopping shift shift.bell shift.wash shift.dry",
	run:  stopping,
	read: []ref{
		{"eventloop/loop.go", "RunForever", "BaseEventLoop.run_forever"},
		{"eventloop/loop.go", "Stop", "BaseEventLoop.stop"},
		{"eventloop/loop.go", "RunUntilComplete", "run_until_complete"},
	},
}

func stopping(t *tour) error {
	l := eventloop.New(t.watch())
	defer l.Close()
	s := shift{t, l}
	l.CallSoon(s.bell)
	l.CallSoon(s.wash)
	if err := l.RunForever(); err != nil {
		return err
	}
	t.say("the loop has stopped")

	l.CallSoon(s.wash)
	l.Stop()
	if err := l.RunForever(); err != nil {
		return err
	}
	t.say("one iteration, and stopped again")
	return nil
}

type shift struct {
	t *tour
	l *asyncio.Loop
}

func (s shift) bell() {
	s.l.Stop()
	s.t.say("the bell rings: Stop")
}

func (s shift) wash() {
	s.l.CallSoon(s.dry)
	s.t.say("a plate is washed: dry it soon")
}

func (s shift) dry() { s.t.say("a plate is dried") }
