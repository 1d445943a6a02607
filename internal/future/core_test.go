package future_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/google/go-cmp/cmp"
)

var errX = errors.New("x")

// A line is a scheduler that only queues.
type line struct{ ready []coro.Runnable }

func (l *line) Ready(r coro.Runnable) { l.ready = append(l.ready, r) }
func (l *line) Turn() *coro.Turn      { return &coro.Turn{Scheduler: l} }

// A loop is a line that wants to hear of errors that nobody saw.
type loop struct {
	line
	failures future.Failures
}

func (l *loop) Turn() *coro.Turn { return &coro.Turn{Scheduler: l} }

func (l *loop) Failures() *future.Failures { return &l.failures }

// named is the owner of a core in reports.
type named string

func (n named) String() string { return string(n) }

type note struct{}

func (*note) Run() {}

// The error that ended a task is handed out once; after that everybody gets a
// fresh one with the message alone.
func TestCancelledErrorIsHandedOutOnce(t *testing.T) {
	original := fmt.Errorf("in fetch: %w", &future.CancelledError{Msg: "stop"})
	var c future.Core
	c.Bind(new(line).Turn())
	if !c.EndCancelled("", nil, original) {
		t.Fatal("Cancel of a pending core refused")
	}
	got := []error{c.Err(), c.Err(), c.CancelledError()}
	if got[0] != original {
		t.Errorf("first: %v, want the original", got[0])
	}
	for i, err := range got[1:] {
		var e *future.CancelledError
		if !errors.As(err, &e) || e.Msg != "" || err == original {
			t.Errorf("later %d: %v, want a fresh one without the message", i, err)
		}
	}
}

func TestMessageIsKept(t *testing.T) {
	var c future.Core
	c.Bind(new(line).Turn())
	c.SetMessage("first")
	if got := c.CancelledError().Error(); got != "asyncio: cancelled: first" {
		t.Errorf("to be delivered: %q", got)
	}
	c.Cancel("second")
	if c.Message() != "second" {
		t.Errorf("message %q, want second", c.Message())
	}
	for range 2 {
		if got := c.Err().Error(); got != "asyncio: cancelled: second" {
			t.Errorf("outcome %q", got)
		}
	}
}

func TestPeekMarksNothing(t *testing.T) {
	l := new(loop)
	var c future.Core
	c.Bind(l.Turn())
	if c.Peek() != nil {
		t.Error("an error while pending")
	}
	c.Finish(errX, named("f"))
	type state struct {
		Peek, Unseen bool
		State        future.State
	}
	look := func() state { return state{c.Peek() == errX, c.Unretrieved(), c.State()} }
	got := []state{look(), look()}
	c.Err()
	got = append(got, look())
	want := []state{{true, true, future.Finished}, {true, true, future.Finished}, {true, false, future.Finished}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Subscribe and Unsubscribe against a plain slice, over many small programs.
func TestSubscribersAgainstAModel(t *testing.T) {
	notes := []*note{new(note), new(note), new(note)}
	// With a field, so that each has an address of its own.
	type distinct struct {
		note
		n int
	}
	for i := range notes {
		notes[i] = &(&distinct{n: i}).note
	}
	const ops = 6 // subscribe or unsubscribe one of three
	for program := range ops * ops * ops * ops * ops * ops {
		l := new(line)
		var c future.Core
		c.Bind(l.Turn())
		var model []coro.Runnable
		for p, i := program, 0; i < 6; p, i = p/ops, i+1 {
			w := notes[p%3]
			if p%ops < 3 {
				c.Subscribe(w)
				model = append(model, w)
				continue
			}
			n := 0
			var kept []coro.Runnable
			for _, x := range model {
				if x == w {
					n++
				} else {
					kept = append(kept, x)
				}
			}
			model = kept
			if got := c.Unsubscribe(w); got != n {
				t.Fatalf("program %d: removed %d, want %d", program, got, n)
			}
			if c.Subscribed() != (len(model) > 0) {
				t.Fatalf("program %d: Subscribed %t with %d subscribers", program, c.Subscribed(), len(model))
			}
		}
		c.Finish(nil, named("f"))
		if len(l.ready) != len(model) {
			t.Fatalf("program %d: %d made ready, want %d", program, len(l.ready), len(model))
		}
		for i := range model {
			if l.ready[i] != model[i] {
				t.Fatalf("program %d: another order than that of subscription", program)
			}
		}
		if c.Subscribed() {
			t.Fatalf("program %d: still subscribed", program)
		}
	}
}
