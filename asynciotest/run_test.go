package asynciotest_test

// What Run does with a test.

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/asynciotest"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/runners"
	"github.com/google/go-cmp/cmp"
)

// The failing tests, each with what it says.
func TestFailures(t *testing.T) {
	if os.Getenv("ASYNCIOTEST_FAIL") != "" {
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFailing$", "-test.v", "-test.timeout=1m")
	cmd.Env = append(os.Environ(), "ASYNCIOTEST_FAIL=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.Is(err, os.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		t.Skip("processes cannot be started here: ", err)
	}
	if !errors.As(err, &exit) || bytes.Contains(out, []byte("\npanic: ")) || bytes.Contains(out, []byte("DATA RACE")) {
		t.Fatalf("%v\n%s", err, out)
	}
	const guest = `guest: waiting \S+ for event 1 \(1 waiting\)  failing_test\.go:\d+ `
	tests := []struct {
		name, outcome string
		says          []string // in this order
	}{
		{"Error", "FAIL", []string{"it is late", "the tasks at 1h0m0s:", "Task-1: running", guest}},
		{"Fatal", "FAIL", []string{"no more", `Task-1: running  failing_test\.go`, guest}},
		{"FatalInTask", "FAIL", []string{"no more", `Task-1: ready  failing_test\.go`, guest}},
		{"Skip", "SKIP", []string{"not today"}},
		{"Goexit", "FAIL", []string{"a task has called runtime.Goexit"}},
		{"Panic", "FAIL", []string{guest, "panic: oops", `asynciotest_test\.oops`}},
		{"PanicInTask", "FAIL", []string{`panic in a task that nobody awaits \(bad\)`, "panic: oops", `asynciotest_test\.oops`, "the tasks at 0s:"}},
		{"Unseen", "FAIL", []string{`error was never retrieved \(bad\): nobody looks`}},
		{"Shutdown", "FAIL", []string{"error in a task cancelled at shutdown .*: cleanup failed"}},
		{"Deadlock", "FAIL", []string{"deadlock: 2 tasks wait", "Task-1 waits for guest", "guest waits for event 1", "the tasks at 5s:",
			"Task-1: waiting 0s for guest  failing_test", "└─ guest: waiting 5s for event 1", "cleaned up"}},
		{"DeadlockInCleanup", "FAIL", []string{"deadlock: a task waits", "the tasks at 1s:", guest, "not done when its loop was closed"}},
		{"DeadlockTwice", "FAIL", []string{"deadlock: a task waits", "the tasks at 0s:", "deadlock: a task waits", "not done when its loop was closed"}},
		{"Stop", "FAIL", []string{"the loop ended before the test", "Task-1: waiting"}},
		{"Goroutine", "FAIL", []string{"1 goroutines left behind", `asynciotest_test\.stay`}},
		{"SleepingGoroutine", "FAIL", []string{"1 goroutines left behind", `time\.Sleep`}},
		{"Passes", "PASS", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, text, _ := strings.Cut(string(out), "=== RUN   TestFailing/"+tt.name+"\n")
			text, _, _ = strings.Cut(text, "=== RUN")
			text, _, _ = strings.Cut(text, "--- ")
			if !strings.Contains(string(out), "--- "+tt.outcome+": TestFailing/"+tt.name+" ") {
				t.Errorf("it did not end with %s", tt.outcome)
			}
			if !regexp.MustCompile("(?s)"+strings.Join(tt.says, ".*")).MatchString(text) || tt.says == nil && text != "" {
				t.Errorf("it says\n%s\nwant %q", text, tt.says)
			}
			if n := strings.Count(text, "the tasks at"); n > 1 {
				t.Errorf("%d trees", n)
			}
		})
	}
}

// Whatever is left in the bubble may wake the loop, which nobody holds.
func TestWhatIsNoDeadlock(t *testing.T) {
	t.Parallel()
	tests := map[string]func(done func()){
		"a timer":                func(done func()) { time.AfterFunc(time.Hour, done) },
		"a goroutine":            func(done func()) { go func() { time.Sleep(time.Hour); done() }() },
		"a timer in a few years": func(done func()) { time.AfterFunc(20*365*24*time.Hour, done) },
		"a goroutine and a timer": func(done func()) {
			ch := make(chan int)
			go func() { <-ch; done() }()
			time.AfterFunc(time.Hour, func() { close(ch) })
		},
	}
	for name, start := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			woken := false
			asynciotest.Run(t, func(ctx context.Context) {
				f := asyncio.NewFuture[int](ctx)
				l := asyncio.RunningLoop(ctx)
				start(func() { l.CallSoonThreadsafe(func() { f.SetResult(1) }) })
				n, err := f.Await(ctx)
				woken = n == 1 && err == nil
			})
			if !woken {
				t.Error("it was not woken")
			}
		})
	}
}

// The tasks that are left are cancelled, and clean up in time of the bubble.
func TestLeftovers(t *testing.T) {
	var got []string
	asynciotest.Run(t, func(ctx context.Context) {
		asyncio.Go(ctx, func(ctx context.Context) error {
			err := asyncio.Sleep(ctx, time.Hour)
			got = append(got, err.Error())
			asyncio.Sleep(ctx, time.Hour)
			got = append(got, asyncio.RunningLoop(ctx).Time().String())
			return err
		})
		if err := asyncio.Sleep(ctx, time.Minute); err != nil {
			t.Error(err)
		}
		if l := asyncio.RunningLoop(ctx); !l.Debug() {
			t.Error("not in debug mode")
		}
	})
	if diff := cmp.Diff([]string{"asyncio: cancelled", "1h1m0s"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Functions on other goroutines are in the bubble too.
func TestThreads(t *testing.T) {
	asynciotest.Run(t, func(ctx context.Context) {
		start := time.Now()
		n, err := asyncio.ToThread(ctx, func(context.Context) (int, error) { time.Sleep(time.Hour); return 1, nil })
		if n != 1 || err != nil || time.Since(start) != time.Hour {
			t.Errorf("%d, %v after %v", n, err, time.Since(start))
		}
	})
}

// Options come after those of Run.
func TestOptions(t *testing.T) {
	var got []string
	handler := func(_ *asyncio.Loop, e eventloop.Event) { got = append(got, e.Err.Error()) }
	asynciotest.Run(t, func(ctx context.Context) {
		asyncio.Go(ctx, func(context.Context) error { got = append(got, "eager"); return errors.New("unseen") })
		got = append(got, "created")
	}, runners.WithEagerTasks(), runners.WithLoop(eventloop.WithExceptionHandler(handler)))
	if diff := cmp.Diff([]string{"eager", "created", "unseen"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRunOfNil(t *testing.T) {
	defer func() {
		if v := recover(); v != "asyncio: asynciotest.Run of a nil function" {
			t.Errorf("panic %v", v)
		}
	}()
	asynciotest.Run(t, nil)
}
