//go:build unix

package selectors_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop/selectors"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

const both = selectors.Read | selectors.Write

// each runs a test with a selector of each kind.
func each(t *testing.T, test func(t *testing.T, s selectors.Selector)) {
	t.Helper()
	for name, make := range map[string]func() (selectors.Selector, error){"New": selectors.New, "NewPoll": selectors.NewPoll} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			leak.Files(t)
			s, err := make()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, s)
		})
	}
}

// pair returns two connected sockets.
func pair(t *testing.T) (a, b uintptr) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	return uintptr(fds[0]), uintptr(fds[1])
}

func send(t *testing.T, fd uintptr) {
	t.Helper()
	if _, err := unix.Write(int(fd), []byte("x")); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, fd uintptr) {
	t.Helper()
	if _, err := unix.Read(int(fd), make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func watch(t *testing.T, s selectors.Selector, fd uintptr, e selectors.Events) {
	t.Helper()
	if err := s.Watch(fd, e); err != nil {
		t.Fatal(err)
	}
}

// found selects and compares what is ready.
func found(t *testing.T, s selectors.Selector, timeout time.Duration, want ...selectors.File) {
	t.Helper()
	if err := s.Select(timeout); err != nil {
		t.Fatal(err)
	}
	got := append([]selectors.File(nil), s.Ready()...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ready (-want +got)\n%s", diff)
	}
}

// idle selects for as long as timeout says, and finds nothing.
func idle(t *testing.T, s selectors.Selector, timeout time.Duration) {
	t.Helper()
	start := time.Now()
	found(t, s, timeout)
	if took := time.Since(start); took < timeout {
		t.Errorf("it waited for %v of %v", took, timeout)
	}
}

func TestReady(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, b := pair(t)
		found(t, s, 0)
		watch(t, s, a, selectors.Read)
		found(t, s, 0)
		found(t, s, time.Millisecond)
		send(t, b)
		for range 3 { // for as long as it is
			found(t, s, selectors.Forever, selectors.File{FD: a, Events: selectors.Read})
		}
		watch(t, s, a, both)
		found(t, s, time.Hour, selectors.File{FD: a, Events: both})
		receive(t, a)
		found(t, s, time.Hour, selectors.File{FD: a, Events: selectors.Write})
		watch(t, s, a, selectors.Read)
		found(t, s, 0)
		send(t, b)
		watch(t, s, a, 0)
		watch(t, s, a, 0)
		found(t, s, 0)
		watch(t, s, a, selectors.Read)
		found(t, s, 0, selectors.File{FD: a, Events: selectors.Read})
	})
}

// What comes while a Select waits ends it.
func TestReadyWhileItWaits(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, b := pair(t)
		watch(t, s, a, selectors.Read)
		for _, timeout := range []time.Duration{selectors.Forever, time.Hour} {
			for range 50 {
				gone := make(chan bool)
				go func() { send(t, b); close(gone) }()
				found(t, s, timeout, selectors.File{FD: a, Events: selectors.Read})
				<-gone
				receive(t, a)
			}
		}
	})
}

// The end of the other side wakes readers and writers alike.
func TestHangUp(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		fd, err := unix.Dup(int(w.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		a, b := pair(t)
		watch(t, s, a, selectors.Read)
		watch(t, s, uintptr(fd), selectors.Read) // of the end for writing: nothing ever comes
		found(t, s, 0)
		unix.Shutdown(int(b), unix.SHUT_RDWR)
		r.Close()
		if err := s.Select(selectors.Forever); err != nil {
			t.Fatal(err)
		}
		if n := len(s.Ready()); n != 2 && !isBSD {
			t.Errorf("%d descriptors are ready, want 2", n)
		}
		watch(t, s, uintptr(fd), 0)
		watch(t, s, a, both)
		found(t, s, 0, selectors.File{FD: a, Events: both})
	})
}

// That nobody will read any more is what a writer has to know, even if there is no room.
func TestHangUpOfAWriter(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		var p [2]int
		if err := unix.Pipe(p[:]); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(p[1])
		if err := unix.SetNonblock(p[1], true); err != nil {
			t.Fatal(err)
		}
		for buf := make([]byte, 4096); ; {
			if _, err := unix.Write(p[1], buf); err != nil {
				break
			}
		}
		w := uintptr(p[1])
		watch(t, s, w, selectors.Write)
		found(t, s, 0)
		unix.Close(p[0])
		found(t, s, 0, selectors.File{FD: w, Events: selectors.Write})
		watch(t, s, w, 0)
	})
}

func TestMany(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		const n = 200 // more than one Select finds
		for range n {
			a, _ := pair(t)
			watch(t, s, a, selectors.Write)
		}
		seen := map[uintptr]bool{}
		for range 8 {
			if err := s.Select(0); err != nil {
				t.Fatal(err)
			}
			for _, f := range s.Ready() {
				seen[f.FD] = true
			}
		}
		if len(seen) != n {
			t.Errorf("%d of %d descriptors were ready", len(seen), n)
		}
	})
}

// Pitfall: a descriptor is closed without having been forgotten. The selector neither
// fails nor spins, and the file that gets the number next is another one.
func TestPitfallClosedWhileWatched(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, b := pair(t)
		fd, err := unix.FcntlInt(a, unix.F_DUPFD_CLOEXEC, 700)
		if err != nil {
			t.Fatal(err)
		}
		watch(t, s, uintptr(fd), selectors.Write) // which is ready all the time
		found(t, s, 0, selectors.File{FD: uintptr(fd), Events: selectors.Write})
		unix.Close(fd) // and stays open as a
		watch(t, s, uintptr(fd), 0)
		found(t, s, 0) // may find out
		idle(t, s, 2*time.Millisecond)
		found(t, s, 0)

		c, d := pair(t)
		if err := unix.Dup2(int(c), fd); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		watch(t, s, uintptr(fd), selectors.Read)
		send(t, b)
		found(t, s, 0)
		send(t, d)
		found(t, s, 0, selectors.File{FD: uintptr(fd), Events: selectors.Read})
	})
}

// Pitfall: the number is watched for another file at once, while the old one is open
// by another descriptor.
func TestPitfallReusedWhileWatched(t *testing.T) {
	each(t, func(t *testing.T, s selectors.Selector) {
		a, b := pair(t)
		c, d := pair(t)
		fd, err := unix.FcntlInt(a, unix.F_DUPFD_CLOEXEC, 700)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		watch(t, s, uintptr(fd), selectors.Read)
		if err := unix.Dup2(int(c), fd); err != nil {
			t.Fatal(err)
		}
		watch(t, s, uintptr(fd), selectors.Read)
		send(t, b) // to the old owner
		found(t, s, 0)
		idle(t, s, 2*time.Millisecond)
		send(t, d)
		found(t, s, selectors.Forever, selectors.File{FD: uintptr(fd), Events: selectors.Read})
	})
}

func TestRefused(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	each(t, func(t *testing.T, s selectors.Selector) {
		for _, tt := range []struct {
			fd   uintptr
			want error
		}{{file.Fd(), syscall.EPERM}, {777, syscall.EBADF}, {1 << 30, syscall.EBADF}, {^uintptr(0), syscall.EBADF}, {1 << 31, syscall.EBADF}} {
			if tt.want == syscall.EPERM && isBSD {
				continue
			}
			if err := s.Watch(tt.fd, both); !errors.Is(err, tt.want) {
				t.Errorf("%d: %v, want %v", tt.fd, err, tt.want)
			}
			watch(t, s, tt.fd, 0)
		}
		found(t, s, 0)
	})
}
