package eventloop_test

// In which order callbacks run, and in which iteration.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

var errX = errors.New("x")

func logf(log *[]string, f string, args ...any) { *log = append(*log, fmt.Sprintf(f, args...)) }

// A trace notes what runs, with a bar between two iterations.
type trace struct{ words []string }

func (tr *trace) note(s string) { tr.words = append(tr.words, s) }

// say returns a callback that notes s, and then does more.
func (tr *trace) say(s string, more ...func()) func() {
	return func() {
		tr.note(s)
		for _, fn := range more {
			fn()
		}
	}
}

func (tr *trace) String() string {
	return strings.Trim(strings.Join(tr.words, " "), "| ")
}

// A tick is a virtual clock with a selector that notes each iteration in which
// something runs.
type tick struct {
	eventloop.VirtualClock
	tr *trace
}

func (k *tick) Select(timeout time.Duration) error {
	if k.tr.words != nil && k.tr.words[len(k.tr.words)-1] != "|" {
		k.tr.note("|")
	}
	if timeout < 0 {
		return errIdle
	}
	k.Advance(timeout)
	return nil
}

func (*tick) Wake()        {}
func (*tick) Close() error { return nil }

var errIdle = errors.New("nothing more to do")

func TestOrder(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name    string
		program func(l *eventloop.Loop, tr *trace)
		want    string
	}{
		{"first in, first out", func(l *eventloop.Loop, tr *trace) {
			l.CallSoon(tr.say("a"))
			l.CallSoon(tr.say("b"))
			l.CallSoon(tr.say("c"))
		}, "a b c"},
		{"what is scheduled meanwhile waits for the next iteration", func(l *eventloop.Loop, tr *trace) {
			l.CallSoon(tr.say("a", func() {
				l.CallSoon(tr.say("c", func() { l.CallSoon(tr.say("d")) }))
			}))
			l.CallSoon(tr.say("b"))
		}, "a b | c | d"},
		{"a timer that is due runs behind what is ready", func(l *eventloop.Loop, tr *trace) {
			l.CallLater(0, tr.say("timer"))
			l.CallSoon(tr.say("a"))
			l.CallSoon(tr.say("b", func() { l.CallSoon(tr.say("c")) }))
		}, "a b timer | c"},
		{"a timer of no delay is never ready at once", func(l *eventloop.Loop, tr *trace) {
			l.CallSoon(tr.say("a", func() {
				l.CallLater(0, tr.say("timer"))
				l.CallSoon(tr.say("soon"))
			}))
		}, "a | soon timer"},
		{"a negative delay is no delay, but comes before it", func(l *eventloop.Loop, tr *trace) {
			l.CallLater(0, tr.say("zero"))
			l.CallLater(-s, tr.say("minus"))
			l.CallAt(-5*s, tr.say("past"))
		}, "past minus zero"},
		{"equal times are first in, first out", func(l *eventloop.Loop, tr *trace) {
			for i := range 12 {
				l.CallLater(s, tr.say(fmt.Sprint(i)))
			}
		}, "0 1 2 3 4 5 6 7 8 9 10 11"},
		{"timers by time, each moment an iteration", func(l *eventloop.Loop, tr *trace) {
			l.CallLater(3*s, tr.say("3"))
			l.CallLater(1*s, tr.say("1"))
			l.CallAt(2*s, tr.say("2"))
			l.CallAt(1*s, tr.say("1'"))
		}, "1 1' | 2 | 3"},
		{"a cancelled callback is passed over", func(l *eventloop.Loop, tr *trace) {
			l.CallSoon(tr.say("a"))
			b := l.CallSoon(tr.say("b"))
			l.CallSoon(tr.say("c"))
			b.Cancel()
		}, "a c"},
		{"a callback cancels one of its own iteration", func(l *eventloop.Loop, tr *trace) {
			var b *eventloop.Handle
			l.CallSoon(tr.say("a", func() { b.Cancel() }))
			b = l.CallSoon(tr.say("b"))
			l.CallSoon(tr.say("c"))
		}, "a c"},
		{"a timer that is due is cancelled by another", func(l *eventloop.Loop, tr *trace) {
			var b *eventloop.TimerHandle
			l.CallLater(s, tr.say("a", func() { b.Cancel() }))
			b = l.CallLater(s, tr.say("b"))
			l.CallLater(s, tr.say("c"))
		}, "a c"},
		{"a cancelled timer does not wake the loop", func(l *eventloop.Loop, tr *trace) {
			l.CallLater(s, tr.say("a")).Cancel()
			l.CallLater(2*s, tr.say("b"))
		}, "b"},
		{"cancelling one that has run does nothing", func(l *eventloop.Loop, tr *trace) {
			a := l.CallSoon(tr.say("a"))
			l.CallSoon(tr.say("b", a.Cancel))
			l.CallSoon(tr.say("c"))
		}, "a b c"},
		{"posts run behind what is ready", func(l *eventloop.Loop, tr *trace) {
			l.CallSoonThreadsafe(tr.say("post"))
			l.CallSoon(tr.say("a", func() { l.CallSoonThreadsafe(tr.say("post 2")) }))
		}, "a post | post 2"},
		{"tasks and callbacks stand in one line", func(l *eventloop.Loop, tr *trace) {
			ctx := l.Context(context.Background())
			l.CallSoon(tr.say("a"))
			tasks.Go(ctx, func(ctx context.Context) error {
				tr.note("task")
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
				tr.note("task")
				return nil
			})
			l.CallSoon(tr.say("b", func() { l.CallSoon(tr.say("c")) }))
		}, "a task b | task c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			tr := new(trace)
			k := &tick{tr: tr}
			l := eventloop.New(eventloop.WithClock(&k.VirtualClock), eventloop.WithSelector(k))
			defer l.Close()
			tt.program(l, tr)
			if err := l.RunForever(); err != errIdle {
				t.Errorf("RunForever: %v", err)
			}
			if diff := cmp.Diff(tt.want, tr.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A cancelled callback still counts: what is behind it does not move up into an
// iteration that has no room for it.
func TestACancelledCallbackKeepsItsPlace(t *testing.T) {
	leak.Check(t)
	var asked []int
	l := eventloop.New(eventloop.WithChoose(func(n int) int { asked = append(asked, n); return 0 }))
	defer l.Close()
	h := l.CallSoon(func() {})
	l.CallSoon(func() { l.CallSoon(l.Stop) })
	h.Cancel()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{2, 1, 1}, asked); diff != "" {
		t.Errorf("callbacks left at each choice (-want +got)\n%s", diff)
	}
}

// A coarse clock is a virtual one with a resolution.
type coarse struct {
	eventloop.VirtualClock
	resolution time.Duration
}

func (c *coarse) Resolution() time.Duration { return c.resolution }

// A timer fires when its time is less than a resolution away.
func TestResolution(t *testing.T) {
	tests := []struct {
		resolution time.Duration
		want       string
	}{
		{10, "0 9 | 10 19 | 20"},
		{1, "0 | 9 | 10 | 19 | 20"},
		{0, "0 | 9 | 10 | 19 | 20"}, // at least the least there is, or no timer would be due
	}
	for _, tt := range tests {
		t.Run(tt.resolution.String(), func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(eventloop.WithClock(&coarse{resolution: tt.resolution}))
			defer l.Close()
			var got []string
			last := time.Duration(-1)
			for _, when := range []time.Duration{0, 9, 10, 19, 20} {
				l.CallAt(when, func() {
					if l.Time() != last && last >= 0 {
						got = append(got, "|")
					}
					last = l.Time()
					logf(&got, "%d", int(when))
				})
			}
			l.CallAt(20, l.Stop)
			if err := l.RunForever(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTimerHandle(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	l.CallLater(5*time.Second, func() {
		got := []time.Duration{
			l.Time(),
			l.CallLater(3*time.Second, func() {}).When(),
			l.CallLater(-time.Second, func() {}).When(),
			l.CallAt(time.Second, func() {}).When(),
		}
		want := []time.Duration{5 * time.Second, 8 * time.Second, 4 * time.Second, time.Second}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("times (-want +got)\n%s", diff)
		}
		l.Stop()
	})
	h := l.CallLater(time.Hour, func() { t.Error("a cancelled timer fired") })
	if h.Cancelled() || h.Err() != nil {
		t.Errorf("before Cancel: Cancelled %t, Err %v", h.Cancelled(), h.Err())
	}
	h.Cancel()
	h.Cancel() // counts once
	if !h.Cancelled() || h.Err() != nil {
		t.Errorf("after Cancel: Cancelled %t, Err %v", h.Cancelled(), h.Err())
	}
	if text := l.CheckTimers(); text != "" {
		t.Error(text)
	}
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}
