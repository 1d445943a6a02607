package coro_test

// Raw generators: what a yield tells them, and how they end.

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

type yieldFunc = func(coro.Awaitable) bool

func TestGenerators(t *testing.T) {
	tests := []struct {
		name string
		gen  func(yield yieldFunc, log *[]string)
		do   string
		want string
	}{
		{
			name: "yield is true when resumed",
			gen: func(yield yieldFunc, log *[]string) {
				logf(log, "%t", yield(label("a")))
				logf(log, "%t", yield(nil))
			},
			do:   "send send send send",
			want: "yield a; true; yield; true; end <nil>; end <nil>",
		},
		{
			name: "yield is false after a throw, and the error is the end's",
			gen:  func(yield yieldFunc, log *[]string) { logf(log, "%t", yield(label("a"))) },
			do:   "send throw",
			want: "yield a; false; end x",
		},
		{
			name: "after a false it may clean up with more yields",
			gen: func(yield yieldFunc, log *[]string) {
				logf(log, "%t", yield(label("a")))
				logf(log, "%t", yield(label("b")))
				logf(log, "%t", yield(label("c")))
			},
			do:   "send throw send send",
			want: "yield a; false; yield b; true; yield c; true; end x",
		},
		{
			name: "a for loop over the yields ends at the throw",
			gen: func(yield yieldFunc, log *[]string) {
				for yield(nil) {
					logf(log, "again")
				}
			},
			do:   "send send throw",
			want: "yield; again; yield; end x",
		},
		{
			name: "Wait returns nil when resumed",
			gen:  func(yield yieldFunc, log *[]string) { logf(log, "%v", coro.Wait(yield, label("a"))) },
			do:   "send send",
			want: "yield a; <nil>; end <nil>",
		},
		{
			name: "Wait takes the error, which then does not end the generator",
			gen: func(yield yieldFunc, log *[]string) {
				logf(log, "%v", coro.Wait(yield, label("a")))
				logf(log, "%t", yield(label("b")))
			},
			do:   "send throw send",
			want: "yield a; x; yield b; true; end <nil>",
		},
		{
			name: "Wait for nothing is the bare yield",
			gen:  func(yield yieldFunc, log *[]string) { logf(log, "%v", coro.Wait(yield, nil)) },
			do:   "send throw",
			want: "yield; x; end <nil>",
		},
		{
			name: "an error taken later does not hide one that was not taken",
			gen: func(yield yieldFunc, log *[]string) {
				yield(label("a"))
				logf(log, "%v", coro.Wait(yield, label("b")))
			},
			do:   "send throw throw",
			want: "yield a; yield b; x; end x",
		},
		{
			name: "composition: a child gets the yield itself",
			gen: func(yield yieldFunc, log *[]string) {
				child := func(yield yieldFunc) {
					logf(log, "child %t", yield(label("a")))
					logf(log, "child %t", yield(label("cleanup")))
				}
				child(yield)
				logf(log, "parent %t", yield(label("b")))
			},
			do:   "send throw send send",
			want: "yield a; child false; yield cleanup; child true; yield b; parent true; end x",
		},
		{
			name: "closing: every yield is false",
			gen: func(yield yieldFunc, log *[]string) {
				logf(log, "%t", yield(nil))
				logf(log, "%t", yield(nil))
				logf(log, "closed %t", coro.Wait(yield, nil) == coro.ErrClosed)
			},
			do:   "send close",
			want: "yield; false; false; closed true; close <nil>",
		},
		{
			name: "closing: a generator that takes the error has ended well",
			gen:  func(yield yieldFunc, log *[]string) { coro.Wait(yield, nil) },
			do:   "send close send",
			want: "yield; close <nil>; end <nil>",
		},
		{
			name: "one that yields nothing",
			gen:  func(yield yieldFunc, log *[]string) {},
			do:   "send",
			want: "end <nil>",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var got []string
			c := coro.FromSeq(func(yield func(coro.Awaitable) bool) { tt.gen(yield, &got) })
			for _, do := range strings.Fields(tt.do) {
				came := play(c, do)
				got = append(got, came)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "; "), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !c.Done() {
				t.Error("not done")
			}
		})
	}
}

// A generator is no more than an iterator: without this package, range and
// iter.Pull drive it as well.
func TestGeneratorOnItsOwn(t *testing.T) {
	leak.Check(t)
	var seq coro.Seq = func(yield func(coro.Awaitable) bool) {
		for _, a := range []label{"a", "b", "c"} {
			if !yield(a) {
				return
			}
		}
	}
	var ranged []string
	for a := range seq {
		ranged = append(ranged, fmt.Sprint(a))
	}
	next, stop := iter.Pull(seq)
	first, _ := next()
	stop()
	_, more := next()
	got := append(ranged, fmt.Sprintf("%v %t", first, more))
	if diff := cmp.Diff([]string{"a", "b", "c", "a false"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What range over a child does to its cleanup: after the break the child's
// yields are the runtime's to answer. Composition passes the yield instead.
func TestRangeOverAChildCannotPassErrors(t *testing.T) {
	leak.Check(t)
	var log []string
	child := func(yield func(coro.Awaitable) bool) {
		logf(&log, "child's yield: %t", yield(label("a")))
	}
	c := coro.FromSeq(func(yield func(coro.Awaitable) bool) {
		for a := range child {
			logf(&log, "parent's yield: %t", yield(a))
		}
	})
	c.Send()
	c.Throw(errX)
	want := []string{"parent's yield: false", "child's yield: true"} // the child never hears of it
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if c.Err() != errX {
		t.Errorf("ended with %v, want x", c.Err())
	}
}
