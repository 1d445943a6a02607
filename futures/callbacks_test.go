package futures_test

// Callbacks: when they run, in which order, and what happens when the list
// changes under way. After CPython's BaseFutureDoneCallbackTests.

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

type intFuture = futures.Future[int]

// A note is a Runnable that may be subscribed more than once.
type note struct {
	log  *[]string
	text string
}

func (n *note) Run() { *n.log = append(*n.log, n.text) }

// complete lists the ways to complete a future.
var complete = map[string]func(f *intFuture){
	"result": func(f *intFuture) { f.SetResult(1) },
	"error":  func(f *intFuture) { f.SetError(errX); f.Err() },
	"cancel": func(f *intFuture) { f.Cancel() },
}

func TestCallbacksRunInOrderAndNeverFromWithin(t *testing.T) {
	for how, do := range complete {
		t.Run(how, func(t *testing.T) {
			l := new(line)
			f := futures.On[int](l)
			var got []string
			for _, s := range []string{"a", "b", "c", "d"} {
				f.AddDoneCallback(func(same *intFuture) {
					if same != f {
						t.Error("called with another future")
					}
					logf(&got, "%s", s)
				})
			}
			do(f)
			if got != nil {
				t.Errorf("called from within: %v", got)
			}
			l.turn()
			if diff := cmp.Diff([]string{"a", "b", "c", "d"}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			do(f) // it is done: nobody is called again
			l.turn()
			if len(got) != 4 {
				t.Errorf("called again: %v", got)
			}
		})
	}
}

// A callback on a future that is done runs in the next turn, also if it is added
// by a callback of that future.
func TestCallbackAddedByACallback(t *testing.T) {
	l := new(line)
	f := futures.On[int](l)
	var got []string
	f.AddDoneCallback(func(*intFuture) {
		logf(&got, "first")
		f.AddDoneCallback(func(*intFuture) { logf(&got, "third") })
	})
	f.AddDoneCallback(func(*intFuture) { logf(&got, "second") })
	f.SetResult(1)
	l.turn()
	if diff := cmp.Diff([]string{"first", "second"}, got); diff != "" {
		t.Errorf("after one turn (-want +got)\n%s", diff)
	}
	l.turn()
	if diff := cmp.Diff([]string{"first", "second", "third"}, got); diff != "" {
		t.Errorf("after two turns (-want +got)\n%s", diff)
	}
}

// CPython: test_remove_done_callback. All that are equal are removed.
func TestUnsubscribeRemovesAllEqual(t *testing.T) {
	type step struct {
		add, remove string
		n           int // how many are removed
	}
	tests := []struct {
		name  string
		steps []step
		want  []string
	}{
		{"one of one", []step{{"a", "a", 1}}, nil},
		{"none", []step{{"a", "b", 0}}, []string{"a"}},
		{"from none", []step{{"", "a", 0}}, nil},
		{"the first of two", []step{{"ab", "a", 1}}, []string{"b"}},
		{"the last of two", []step{{"ab", "b", 1}}, []string{"a"}},
		{"the middle one", []step{{"abc", "b", 1}}, []string{"a", "c"}},
		{"twice the same", []step{{"aa", "a", 2}}, nil},
		{"in between", []step{{"abacada", "a", 4}}, []string{"b", "c", "d"}},
		{"all but the first", []step{{"abbb", "b", 3}}, []string{"a"}},
		{"a second time", []step{{"abab", "a", 2}, {"", "a", 0}}, []string{"b", "b"}},
		{"then more are added", []step{{"abc", "a", 1}, {"da", "b", 1}, {"e", "c", 1}}, []string{"d", "a", "e"}},
		{"emptied, then more", []step{{"ab", "a", 1}, {"", "b", 1}, {"cd", "x", 0}}, []string{"c", "d"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := new(line)
			f := futures.On[int](l)
			var got []string
			notes := map[string]*note{}
			of := func(s string) *note {
				if notes[s] == nil {
					notes[s] = &note{&got, s}
				}
				return notes[s]
			}
			for _, s := range tt.steps {
				for _, c := range s.add {
					f.Subscribe(of(string(c)))
				}
				if n := f.Unsubscribe(of(s.remove)); n != s.n {
					t.Errorf("removed %d of %s, want %d", n, s.remove, s.n)
				}
			}
			f.SetResult(1)
			l.turn()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// CPython: test_remove_done_callbacks_list_mutation,
// test_schedule_callbacks_list_mutation_1 and
// test_schedule_callbacks_list_mutation_2. The list may change while it is being
// scheduled: what is scheduled is what was there.
func TestListChangesWhileItIsScheduled(t *testing.T) {
	tests := []struct {
		name   string
		change func(f *intFuture, a, b *note)
		want   []string // in two turns
	}{
		{"removing the next", func(f *intFuture, a, b *note) { f.Unsubscribe(b) }, []string{"a", "b"}},
		{"removing all", func(f *intFuture, a, b *note) { f.Unsubscribe(a); f.Unsubscribe(b) }, []string{"a", "b"}},
		{"adding one", func(f *intFuture, a, b *note) { f.Subscribe(a) }, []string{"a", "a", "b"}},
		{"completing again", func(f *intFuture, a, b *note) { f.SetResult(2); f.Cancel() }, []string{"a", "b"}},
	}
	for how, do := range complete {
		for _, tt := range tests {
			t.Run(how+"/"+tt.name, func(t *testing.T) {
				l := new(line)
				f := futures.On[int](l)
				var got []string
				a, b := &note{&got, "a"}, &note{&got, "b"}
				f.Subscribe(a)
				f.Subscribe(b)
				l.onReady = func() {
					l.onReady = nil
					tt.change(f, a, b)
				}
				do(f)
				l.turn()
				l.turn()
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

// A callback may remove another that is scheduled; that comes too late.
func TestRemovingFromWithinACallback(t *testing.T) {
	l := new(line)
	f := futures.On[int](l)
	var got []string
	var second *futures.Callback
	f.AddDoneCallback(func(*intFuture) { logf(&got, "removed %d", f.RemoveDoneCallback(second)) })
	second = f.AddDoneCallback(func(*intFuture) { logf(&got, "second") })
	f.SetResult(1)
	l.turn()
	if diff := cmp.Diff([]string{"removed 0", "second"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Tasks and callbacks stand in one line.
func TestTasksAndCallbacksStandInOneLine(t *testing.T) {
	var got []string
	run(t, func(ctx context.Context) error {
		f := futures.New[int](ctx)
		await := func(name string) {
			tasks.Go(ctx, func(ctx context.Context) error {
				v, err := f.Await(ctx)
				logf(&got, "%s: %d", name, v)
				return err
			}, tasks.Eager(true))
		}
		await("task 1")
		f.AddDoneCallback(func(*intFuture) { logf(&got, "callback 1") })
		await("task 2")
		f.AddDoneCallback(func(*intFuture) { logf(&got, "callback 2") })
		f.SetResult(5)
		logf(&got, "set")
		return pass(ctx)
	})
	want := []string{"set", "task 1: 5", "callback 1", "task 2: 5", "callback 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

var _ coro.Runnable = (*note)(nil)
