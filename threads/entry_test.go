package threads_test

// The account that the stress tests keep of each function.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/threads"
)

// An entry is what is known of one function, and of who has asked for it.
type entry struct {
	mu     sync.Mutex
	asked  bool
	calls  int
	did    []string // how the function has ended, each time
	answer []string // what who had asked was told, each time
}

func (e *entry) note(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

// told notes an answer.
func (e *entry) told(v int, err error) {
	e.note(func() { e.answer = append(e.answer, outcomeOf(v, err)) })
}

// function returns one of the i-th kind: it pauses, and then returns a value, an error,
// or panics.
func (e *entry) function(i int, pause func(ctx context.Context) error) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		e.note(func() { e.calls++ })
		v, err := i, pause(ctx)
		switch {
		case err != nil:
			v = 0
		case i%10 == 0:
			v, err = 0, errTest
		case i%10 == 1:
			e.note(func() { e.did = append(e.did, "panic") })
			panic("boom")
		}
		e.note(func() { e.did = append(e.did, outcomeOf(v, err)) })
		return v, err
	}
}

// outcomeOf names an outcome.
func outcomeOf(v int, err error) string {
	var p *coro.PanicError
	switch {
	case err == nil:
		return fmt.Sprint(v)
	case errors.As(err, &p) && p.Value == "boom":
		return "panic"
	case futures.IsCancelled(err), err == context.Canceled:
		return "cancelled"
	case err == eventloop.ErrLoopClosed, err == coro.ErrClosed, err == threads.ErrShutdown:
		return "closed"
	case err == errTest:
		return "error"
	}
	return err.Error()
}

// kind drops the number from an outcome.
func kind(outcome string) string {
	if strings.Trim(outcome, "0123456789") == "" && outcome != "" {
		return "value"
	}
	return outcome
}

// check returns what the function did and what the answer was, and fails t unless
// that fits: one call at most, one answer if anybody asked, and not another outcome.
func (e *entry) check(t *testing.T, what string) (did, answer string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	asked := 0
	if e.asked {
		asked = 1
	}
	if e.calls > asked || len(e.did) != e.calls || len(e.answer) != asked {
		t.Errorf("%s: asked for %t, called %d times, did %q, answers %q", what, e.asked, e.calls, e.did, e.answer)
		return "", ""
	}
	for _, did = range e.did {
	}
	for _, answer = range e.answer {
	}
	if refused := answer == "cancelled" || answer == "closed"; e.asked && !refused && answer != did {
		t.Errorf("%s: did %q, and the answer was %q", what, did, answer)
	}
	return did, answer
}
