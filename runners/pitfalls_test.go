package runners_test

// What goes wrong in programs of this kind, and the tests that fail without the
// remedy:
//
//	a panic inside iter.Pull loses its stack    coro: TestPitfallPanicKeepsTheStackOfItsOrigin
//	                                            TestPanicOfMainLeavesRun
//	Goexit inside iter.Pull takes the loop's    coro: TestPitfallGoexitPassesToTheCallerOfSend
//	goroutine; cancelling what is dead spins    TestPitfallGoexit, TestFailNowInATask
//	a Pull that is dropped, or never started,   coro: TestPitfallNothingIsLeftOfClosedCoroutines
//	leaks its goroutine                         TestPitfallThousandsOfTasksAreLeft
//	cleanup after stop cannot await             coro: TestPitfallCloseUnwindsARetryLoop
//	                                            TestLeftoversAreCancelledAndAwaited
//	a goroutine locked to its thread            TestPitfallLockedToAThread
//	await on another goroutine                  eventloop: TestPitfallAwaitOnAnotherGoroutine
//	a wake that comes after its wait            eventloop: TestPitfallStaleWakeOfAForeignContext
//	                                            TestPitfallStaleWakeOfATimer
//	a wake that gets lost                       eventloop: TestPitfallWatchEndsBetweenPollAndPosts
//	time that jumps past a post                 eventloop: TestPitfallPostAndReleaseBeforeTheJump
//	a cleanup that posts into a bubble          futures: TestPitfallCleanupInABubble
//	an ignored error swallows the cancel        TestPitfallIgnoredErrorSwallowsTheCancel
//	panic(context.Canceled)                     TestPitfallPanicWithCanceledIsNoCancellation
//	pprof labels on a pooled stack              coro: TestPitfallLabelsOfAnEarlierJob
//	contexts that keep every ancestor           coro: TestPitfallARespawnedTaskKeepsNoAncestors
//	                                            TestPitfallAChainOfTasks
//	failures kept until the loop is closed      TestPitfallFailuresThatNobodySees

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// Nothing is left of tasks that main has left, those that wait as little as those
// that have not started.
func TestPitfallThousandsOfTasksAreLeft(t *testing.T) {
	leak.Check(t)
	started, ended := 0, 0
	body := func(ctx context.Context) error {
		started++
		defer func() { ended++ }()
		return waitForEver(ctx)
	}
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		for range 3000 {
			tasks.Go(ctx, body)
		}
		if err := pass(ctx); err != nil {
			return err
		}
		for range 3000 {
			tasks.Go(ctx, body).Cancel() // these never start
		}
		return nil
	}, runners.WithVirtualTime())
	if err != nil {
		t.Error(err)
	}
	if started != 3000 || ended != 3000 {
		t.Errorf("%d tasks started and %d ended, want 3000", started, ended)
	}
}

// A goroutine may be locked to its thread before Run, as main programs with a
// user interface are. (Locking between the creation of a coroutine and a switch
// to it cannot be made to work: it is a fatal error of the runtime.)
func TestPitfallLockedToAThread(t *testing.T) {
	leak.Check(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		var all []tasks.Awaitable[struct{}]
		for range 10 {
			all = append(all, tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) }))
		}
		_, err := tasks.Gather(ctx, all...).Await(ctx)
		return err
	}, runners.WithVirtualTime())
	if err != nil {
		t.Error(err)
	}
}

// A task that is cancelled in the iteration in which its sleep ends does not
// take the sleep's end for that of its next wait.
func TestPitfallStaleWakeOfATimer(t *testing.T) {
	for name, first := range map[string]bool{"cancelled before the timer": true, "cancelled after the timer": false} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			var got []string
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				l := eventloop.FromContext(ctx)
				var sleeper *tasks.Task[struct{}]
				cancel := func() { l.CallAt(time.Second, func() { sleeper.Cancel() }) }
				if first {
					cancel()
				}
				sleeper = tasks.Go(ctx, func(ctx context.Context) error {
					err := tasks.Sleep(ctx, time.Second)
					logf(&got, "%v cancelled %t", l.Time(), futures.IsCancelled(err))
					logf(&got, "%v", tasks.Sleep(ctx, time.Hour))
					logf(&got, "%v", l.Time())
					return nil
				}, tasks.Eager(true))
				if !first {
					cancel()
				}
				_, err := sleeper.Await(ctx)
				return err
			}, runners.WithVirtualTime())
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"1s cancelled true", "<nil>", "1h0m1s"}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// There is no remedy for a task that does not look at the errors of its awaits
// but that it is told so: it goes on as if nobody had cancelled it. What it gets
// is one error for each request.
func TestPitfallIgnoredErrorSwallowsTheCancel(t *testing.T) {
	leak.Check(t)
	var got []string
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		careless := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			for range 3 {
				tasks.Sleep(ctx, time.Hour)
				logf(&got, "%v", l.Time())
			}
			return 3, nil
		})
		if err := tasks.Sleep(ctx, time.Minute); err != nil {
			return err
		}
		careless.Cancel()
		v, err := careless.Await(ctx)
		logf(&got, "%d %v, %d requests", v, careless.Cancelled(), careless.Cancelling())
		return err
	}, runners.WithVirtualTime())
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"1m0s", "1h1m0s", "2h1m0s", "3 false, 1 requests"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
