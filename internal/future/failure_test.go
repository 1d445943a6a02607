package future_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/goasyncio/asyncio/internal/future"
	"github.com/google/go-cmp/cmp"
)

// fail returns a core of l that failed with err.
func fail(l *loop, err error) *future.Core {
	c := new(future.Core)
	c.Bind(l.Turn())
	c.Finish(err, named(err.Error()))
	return c
}

func names(fs []*future.Failure) []string {
	var all []string
	for _, f := range fs {
		all = append(all, f.Name)
	}
	return all
}

// Close returns what nobody saw, oldest first, whichever of them were seen.
func TestCloseAgainstAModel(t *testing.T) {
	const n = 5
	for seen := range 1 << n {
		l := new(loop)
		var cores []*future.Core
		var want []string
		for i := range n {
			cores = append(cores, fail(l, fmt.Errorf("e%d", i)))
			if seen&(1<<i) == 0 {
				want = append(want, fmt.Sprintf("e%d", i))
			}
		}
		for i, c := range cores {
			if seen&(1<<i) != 0 {
				c.MarkRetrieved()
				c.MarkRetrieved() // twice does nothing more
			}
		}
		if diff := cmp.Diff(want, names(l.failures.Close())); diff != "" {
			t.Errorf("seen %05b (-want +got)\n%s", seen, diff)
		}
		if again := l.failures.Close(); len(again) != 0 {
			t.Errorf("seen %05b: reported again: %v", seen, names(again))
		}
		for _, c := range cores {
			c.MarkRetrieved() // after the report
		}
	}
}

// lost waits for what the garbage collector finds.
func lost(l *loop) []*future.Failure {
	for range 10000 {
		runtime.GC()
		runtime.Gosched()
		if fs := l.failures.Lost(); len(fs) > 0 {
			return fs
		}
	}
	return nil
}

func TestLostErrors(t *testing.T) {
	l := new(loop)
	kept := fail(l, errors.New("kept"))
	func() { fail(l, errors.New("dropped")) }()
	func() { fail(l, errors.New("seen")).MarkRetrieved() }()
	if diff := cmp.Diff([]string{"dropped"}, names(lost(l))); diff != "" {
		t.Errorf("collected (-want +got)\n%s", diff)
	}
	func() { fail(l, errors.New("dropped later")) }()
	if diff := cmp.Diff([]string{"dropped later"}, names(lost(l))); diff != "" {
		t.Errorf("collected later (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"kept"}, names(l.failures.Close())); diff != "" {
		t.Errorf("closed (-want +got)\n%s", diff)
	}
	runtime.KeepAlive(kept)
}

// Lost and the runtime's cleanups run on different goroutines.
func TestLostWhileTheCollectorRuns(t *testing.T) {
	l := new(loop)
	const n = 2000
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	})
	seen := map[string]int{}
	for i := range n {
		fail(l, fmt.Errorf("e%d", i))
		for _, f := range l.failures.Lost() {
			seen[f.Name]++
		}
	}
	close(stop)
	wg.Wait()
	for _, f := range l.failures.Close() {
		seen[f.Name]++
	}
	if len(seen) != n {
		t.Errorf("%d of %d errors reported", len(seen), n)
	}
	for name, times := range seen {
		if times != 1 {
			t.Errorf("%s reported %d times", name, times)
		}
	}
}

// A scheduler that does not ask for unseen errors gets none.
func TestSchedulerWithoutFailures(t *testing.T) {
	var c future.Core
	c.Bind(new(line).Turn())
	c.Finish(errX, named("f"))
	if !c.Unretrieved() {
		t.Error("the error counts as seen")
	}
	if c.Err() != errX || c.Unretrieved() {
		t.Error("the error was lost, or is not seen after all")
	}
}
