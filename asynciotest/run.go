// Package asynciotest runs tests that are tasks (asyncio: unittest's
// IsolatedAsyncioTestCase).
//
//	func TestLate(t *testing.T) {
//		asynciotest.Run(t, func(ctx context.Context) {
//			err := asyncio.WithTimeout(ctx, time.Hour, serve)
//			if !errors.Is(err, context.DeadlineExceeded) {
//				t.Fatalf("got %v, want a timeout", err)
//			}
//		})
//	}
//
// # Time
//
// A test runs in a bubble of testing/synctest: time is fake, for the tasks and
// for the goroutines beside them, and moves on when all of them wait. The hour
// above takes no time. What testing/synctest says of bubbles holds: the test must
// not wait for what is outside, such as the network or a channel that was made
// before Run, nor call t.Run, t.Parallel or t.Deadline within. Subtests are the
// other way round, a Run in each; t.Parallel comes before Run.
//
// # What fails a test
//
// Besides t.Error and t.Fatal, which may be called in any task:
//
//   - a panic of a task, unless another task receives it as an error;
//   - an error that nobody receives: of a task that nobody awaits, of a callback,
//     of what is cleaned up at the end;
//   - a deadlock: the log says who waits for whom. It is one if nothing in the
//     bubble can go on: no task, no other goroutine, no timer. The loop need not
//     be held for what will wake it, and may have been given to a goroutine or to
//     time.AfterFunc. A sleep of decades counts as one for ever;
//   - a goroutine that is left in the bubble at the end, with its stack.
//
// Tasks that are left when the function returns are cancelled and awaited without
// a word, as asyncio does. If the test has failed by then, they are logged first,
// as a tree of who waits for whom.
package asynciotest

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// Run runs fn as the main task of a new loop in a bubble, with the ctx of the
// task; see the package for what fails t. The loop is in debug mode, as asyncio's
// test case has it. Options come after those that Run itself sets: one with an
// exception handler of its own decides what becomes of errors that nobody
// receives. [runners.WithInterrupt] has no effect.
//
// If a task calls t.FailNow or t.SkipNow, the other tasks are cancelled and
// awaited, and then the test ends. What is to be cleaned up with a ctx is for a
// defer in fn: t.Cleanup comes after the loop and the bubble.
func Run(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	if fn == nil {
		panic("asyncio: asynciotest.Run of a nil function")
	}
	r := &run{t: t, fn: fn}
	defer r.end()
	synctest.Test(t, func(inner *testing.T) {
		defer func() {
			if v := recover(); v != nil {
				panic(v)
			}
			if r.exiting {
				inner.SkipNow() // it takes the exit for a mistake otherwise; the outcome is t's
			}
		}()
		r.inBubble(opts)
	})
}

// run is one test.
type run struct {
	t       *testing.T
	fn      func(ctx context.Context)
	loop    *eventloop.Loop
	exiting bool // a task has called runtime.Goexit
	stuck   bool // nothing went on
	left    bool // there are goroutines left
	logged  bool // the tree has been
}

// inBubble is the test but for the bubble.
func (r *run) inBubble(opts []runners.Option) {
	runner := runners.New(append([]runners.Option{
		runners.WithDebug(),
		runners.WithLoop(eventloop.WithExceptionHandler(r.event)),
	}, opts...)...)
	r.loop = runner.Loop()
	r.loop.Expect() // the watchdog tells what is a deadlock
	stop := r.watch()
	returned := false
	defer func() {
		r.exiting = !returned
		defer r.findLeft()
		defer func() { stop() }()
		if r.stuck {
			stop() // the next one is for the cleanup
			r.stuck = false
			stop = r.watch()
		}
		if err := runner.Close(); err != nil && !r.stuck {
			r.t.Errorf("closing the loop: %v", err)
		}
	}()
	r.main()
	returned = true
}

// main runs fn. If a task exits, its tree is logged while that unwinds.
func (r *run) main() {
	returned := false
	defer func() {
		if !returned {
			r.logTree()
		}
	}()
	main := tasks.Go(r.loop.Context(context.Background()), func(ctx context.Context) error {
		ended := false
		defer func() {
			if !ended || r.t.Failed() {
				r.logTree() // before the end of the task sets others going
			}
		}()
		r.fn(ctx)
		ended = true
		return nil
	}, tasks.Eager(false))
	err := r.loop.RunUntilComplete(main)
	returned = true
	switch {
	case r.stuck: // and reported
	case err != nil:
		r.t.Errorf("the loop ended before the test: %v", err)
		r.logTree()
	case main.Err() != nil:
		r.fail("panic in the test", "", main.Err())
	}
}

// event is the loop's exception handler.
func (r *run) event(_ *eventloop.Loop, e eventloop.Event) { r.fail(e.Reason.String(), e.Name, e.Err) }

// fail reports an error that nobody else receives.
func (r *run) fail(reason, name string, err error) {
	if name != "" {
		name = " (" + name + ")"
	}
	r.t.Errorf("asyncio: %s%s: %v", reason, name, err)
	r.logTree()
}

// end is deferred around the bubble, whose panic for goroutines that are left it
// takes away: these are reported.
func (r *run) end() {
	if r.left {
		recover()
	}
	if !r.exiting {
		return
	}
	if !r.t.Failed() && !r.t.Skipped() {
		r.t.Error("asyncio: a task has called runtime.Goexit; to end the test, call t.FailNow or t.SkipNow")
		r.t.FailNow()
	}
	runtime.Goexit() // as the task has done, having told t
}

// findLeft reports the goroutines that are left in the bubble.
func (r *run) findLeft() {
	synctest.Wait()
	all := stacks(true)
	_, bubble, _ := strings.Cut(head(stacks(false)[0]), "synctest bubble ")
	var left []string
	for _, s := range all[1:] { // but for this one
		if _, b, ok := strings.Cut(head(s), "synctest bubble "); ok && b == bubble && !strings.Contains(s, "testing/synctest.testingSynctestTest(") && !strings.Contains(s, "internal/synctest.Run(") {
			left = append(left, s)
		}
	}
	if len(left) > 0 {
		r.left = true
		r.t.Errorf("asyncio: %d goroutines left behind; end them before the test ends:\n\n%s", len(left), strings.Join(left, "\n\n"))
	}
}
