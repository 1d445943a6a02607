package eventloop_test

// What the mailbox of a loop keeps of posts.

import (
	"runtime"
	"slices"
	"testing"
	"weak"

	"github.com/goasyncio/asyncio/eventloop"
)

type cargo [1 << 16]byte

// post posts a function that holds a cargo.
func post(t *testing.T, l *eventloop.Loop, held *[]weak.Pointer[cargo], ran *int) *eventloop.Handle {
	t.Helper()
	c := new(cargo)
	*held = append(*held, weak.Make(c))
	h, err := l.CallSoonThreadsafe(func() { *ran += 1 + int(c[0]) })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// What a post holds is let go when it has run, was cancelled or is dropped, though its
// handle is kept, and with it the others that were posted about then.
func TestPostsAreLetGo(t *testing.T) {
	for _, closed := range []bool{false, true} {
		l := eventloop.New()
		var held []weak.Pointer[cargo]
		var handles []*eventloop.Handle
		ran := 0
		for n := range 100 {
			h := post(t, l, &held, &ran)
			handles = append(handles, h)
			if n%3 == 0 {
				h.Cancel()
			}
		}
		want := 0
		if closed {
			handles = nil // of what has not run the handle knows what it would have called
			l.Close()
		} else {
			turn(t, l)
			want = 66
		}
		runtime.GC()
		alive := 0
		for _, p := range held {
			if p.Value() != nil {
				alive++
			}
		}
		if ran != want || alive != 0 {
			t.Errorf("closed %t: %d ran, want %d; %d are kept alive", closed, ran, want, alive)
		}
		runtime.KeepAlive(handles)
		runtime.KeepAlive(l)
		l.Close()
	}
}

// The posts of a goroutine run in the order in which they were made, and what is posted
// while others run is for the next iteration, wherever a chunk ends.
func TestPostsOverTheEndOfAChunk(t *testing.T) {
	l := eventloop.New()
	defer l.Close()
	next, turns := 0, 0
	for before := range 70 {
		want := turns + 2
		for n := range before {
			number := next + n
			l.CallSoonThreadsafe(func() {
				if number != next {
					t.Errorf("%d ran as number %d", number, next)
				}
				next++
			})
		}
		at := 0
		l.CallSoonThreadsafe(func() {
			l.CallSoonThreadsafe(func() { at = turns })
		})
		for range 2 {
			turns++
			turn(t, l)
		}
		if at != want {
			t.Errorf("with %d posts before, the inner one ran in turn %d, want %d", before, at, want)
		}
	}
	if next != 70*69/2 {
		t.Errorf("%d posts ran", next)
	}
}

// A loop waits for a post whose writer has been held up, and takes those behind it in
// order.
func TestPostThatIsBeingMade(t *testing.T) {
	var reported []eventloop.Event
	l := eventloop.New(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) { reported = append(reported, e) }))
	defer l.Close()
	var got []string
	turned := make(chan struct{})
	l.PostSlowly(func() { got = append(got, "slow") }, func() {
		l.CallSoonThreadsafe(func() { got = append(got, "quick") })
		go func() {
			turn(t, l)
			close(turned)
		}()
		for l.Posted() { // until the loop looks
			runtime.Gosched()
		}
		for range 100 {
			runtime.Gosched()
		}
	})
	<-turned
	if len(reported) != 0 || !slices.Equal(got, []string{"slow", "quick"}) {
		t.Errorf("got %v, reported %v", got, reported)
	}
}
