package leak

import (
	"os"
	"testing"
	"time"
)

// Files makes t fail if, when it ends, there are more open descriptors than at the time
// of the call, where they can be counted.
func Files(t testing.TB) {
	t.Helper()
	started := OpenFiles()
	t.Cleanup(func() {
		n := OpenFiles()
		for range 200 {
			if n <= started {
				return
			}
			// Those that package os and the runtime close come to it on other goroutines.
			time.Sleep(time.Millisecond)
			n = OpenFiles()
		}
		t.Errorf("%d descriptors are open, %d were at first", n, started)
	})
}

// OpenFiles counts the descriptors of the process. It is 0 where that cannot be told.
func OpenFiles() int {
	// The first timer of a process makes the runtime open what it polls with, for good:
	// that must not happen between two counts.
	time.AfterFunc(time.Hour, func() {}).Stop()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
