//go:build unix

package eventloop_test

// Descriptors that the loop watches.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/eventloop/selectors"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// socketpair returns two connected sockets that do not block.
func socketpair(t testing.TB) (a, b uintptr) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if err := unix.SetNonblock(fd, true); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	return uintptr(fds[0]), uintptr(fds[1])
}

// transmit makes the other end readable.
func transmit(t testing.TB, fd uintptr, s string) {
	t.Helper()
	if _, err := unix.Write(int(fd), []byte(s)); err != nil {
		t.Fatal(err)
	}
}

// fetch reads what is there.
func fetch(t testing.TB, fd uintptr) string {
	t.Helper()
	var buf [64]byte
	n, err := unix.Read(int(fd), buf[:])
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

// onSelectors runs a test with a loop of each kind.
func onSelectors(t *testing.T, test func(t *testing.T, l *eventloop.Loop)) {
	t.Helper()
	run := func(name string, opts func(t *testing.T) []eventloop.Option) {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(opts(t)...)
			defer l.Close()
			test(t, l)
		})
	}
	run("default", func(t *testing.T) []eventloop.Option { return nil })
	run("virtual", func(t *testing.T) []eventloop.Option {
		return []eventloop.Option{eventloop.WithClock(new(eventloop.VirtualClock))}
	})
	run("poll", func(t *testing.T) []eventloop.Option {
		s, err := selectors.NewPoll()
		if err != nil {
			t.Fatal(err)
		}
		return []eventloop.Option{eventloop.WithSelector(s)}
	})
}

func TestReaderIsCalledWhileReadable(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, b := socketpair(t)
		var got []string
		if _, err := l.AddReader(a, func() {
			logf(&got, "readable %d", len(got))
			if len(got) == 3 {
				logf(&got, "read %q", fetch(t, a))
				l.CallSoon(func() { l.CallSoon(l.Stop) }) // nothing more comes
			}
		}); err != nil {
			t.Fatal(err)
		}
		transmit(t, b, "x")
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		want := []string{"readable 0", "readable 1", "readable 2", `read "x"`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if !l.RemoveReader(a) || l.RemoveReader(a) || l.RemoveWriter(a) {
			t.Error("RemoveReader does not tell whether there was one")
		}
	})
}

// What was ready runs before what the descriptors bring, and that before the timers.
func TestOrderOfDescriptors(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, b := socketpair(t)
		var got []string
		note := func(s string) func() { return func() { got = append(got, s) } }
		transmit(t, b, "x")
		l.AddReader(a, note("reader"))
		l.AddWriter(a, note("writer"))
		l.CallLater(0, note("timer"))
		l.CallSoonThreadsafe(note("post"))
		l.CallSoon(note("ready"))
		turn(t, l)
		if diff := cmp.Diff([]string{"ready", "post", "reader", "writer", "timer"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestReplacedAndCancelledReaders(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, b := socketpair(t)
		never := func() { t.Error("a reader that was replaced or cancelled was called") }
		first, err := l.AddReader(a, never)
		if err != nil {
			t.Fatal(err)
		}
		second, err := l.AddReader(a, never)
		if err != nil || !first.Cancelled() || second.Cancelled() {
			t.Fatalf("%v; the first is cancelled: %t, the second: %t", err, first.Cancelled(), second.Cancelled())
		}
		second.Cancel()
		transmit(t, b, "x")
		turn(t, l)
		if l.RemoveReader(a) {
			t.Error("a cancelled reader was not removed when its descriptor was ready")
		}
		wrote := 0
		w, err := l.AddWriter(a, func() { wrote++ })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.AddReader(a, never); err != nil || !l.RemoveReader(a) {
			t.Fatal(err)
		}
		turn(t, l)
		if !l.RemoveWriter(a) || wrote != 1 || !w.Cancelled() {
			t.Errorf("the writer was called %d times, cancelled: %t", wrote, w.Cancelled())
		}
	})
}

// A reader that is removed by a callback before it, in the same iteration, does not run.
func TestRemoveInTheSameIteration(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, b := socketpair(t)
		called := 0
		for _, fd := range []uintptr{a, b} {
			l.AddWriter(fd, func() {
				called++
				l.RemoveWriter(a)
				l.RemoveWriter(b)
			})
		}
		turn(t, l)
		turn(t, l)
		if called != 1 {
			t.Errorf("%d calls, want 1", called)
		}
	})
}

func TestWhatCannotBeWatched(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const free = 777 // more than the test opens
	tests := []struct {
		name string
		fd   uintptr
		want error
	}{
		{"a regular file", file.Fd(), syscall.EPERM},
		{"closed", free, syscall.EBADF},
		{"negative", ^uintptr(0), syscall.EBADF},
		{"huge", 1 << 30, syscall.EBADF},
	}
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		for _, tt := range tests {
			if tt.want == syscall.EPERM && isBSD {
				continue
			}
			_, err := l.AddReader(tt.fd, func() {})
			if !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), "asyncio: ") {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
			if l.RemoveReader(tt.fd) {
				t.Errorf("%s: it was watched", tt.name)
			}
		}
	})
}

func TestDescriptorsOfAClosedLoop(t *testing.T) {
	leak.Check(t)
	a, _ := socketpair(t)
	l := eventloop.New()
	if _, err := l.AddReader(a, func() {}); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := l.AddWriter(a, func() {}); err != eventloop.ErrLoopClosed {
		t.Errorf("AddWriter: %v", err)
	}
	if l.RemoveReader(a) {
		t.Error("a closed loop watches")
	}
	defer func() {
		if v := fmt.Sprint(recover()); v != "asyncio: AddReader of a nil function" {
			t.Errorf("panic %q", v)
		}
	}()
	l.AddReader(a, nil)
}

// A post wakes a loop that is parked with descriptors, and a timer does.
func TestParkedWithDescriptors(t *testing.T) {
	leak.Check(t)
	a, _ := socketpair(t)
	l := eventloop.New(eventloop.WithDeadlockError())
	defer l.Close()
	l.AddReader(a, func() { t.Error("nothing came") })
	turns := make(chan int)
	left := 1000
	l.CallLater(time.Hour, func() { t.Error("an hour has passed") })
	go func() {
		for n := range turns {
			if n == 1 {
				l.CallSoonThreadsafe(l.Stop)
				return
			}
			l.CallSoonThreadsafe(func() { turns <- n - 1 })
		}
	}()
	l.CallSoon(func() { turns <- left })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	l.CallLater(time.Millisecond, l.Stop)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}

// Pitfall: a descriptor was closed while it had a reader, and its number is another
// file's when the next reader is added.
func TestPitfallReaderOfAReusedDescriptor(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, _ := socketpair(t)
		c, d := socketpair(t)
		if _, err := l.AddReader(a, func() { t.Error("the old reader was called") }); err != nil {
			t.Fatal(err)
		}
		if err := unix.Dup2(int(c), int(a)); err != nil {
			t.Fatal(err)
		}
		called := 0
		if _, err := l.AddReader(a, func() { called++ }); err != nil {
			t.Fatal(err)
		}
		transmit(t, d, "x")
		turn(t, l)
		if called != 1 {
			t.Errorf("the new reader was called %d times", called)
		}
	})
}
