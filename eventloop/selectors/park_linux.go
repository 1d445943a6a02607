package selectors

// How to park in the runtime's netpoller until a descriptor is readable.

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A park is where a goroutine waits until a descriptor is readable, a time has come,
// or another goroutine wakes it. The time is the descriptor's read deadline. To wake
// the goroutine, a deadline in the past is set: after the waker's state, and the state
// is looked at before the goroutine parks. So a deadline that the goroutine itself sets
// at the same time, in place of the waker's, does no harm. A waker that comes late, when
// the wait that it meant is over, ends another one early; that goes on then.
type park struct {
	waker
	try  func(fd uintptr) bool // looks whether there is no need to park
	file atomic.Pointer[os.File]
	raw  syscall.RawConn

	armed time.Time // the deadline, zero for none
	spent bool      // it was, and has to be set anew

	alone int // waits one after the other that ended by a Wake alone
	out   lookout
}

// slack is by how much a deadline may be late, rather than set anew for a wait whose
// end was computed at another moment. Timers of the runtime are not better than that.
const slack = 20 * time.Microsecond

// past is a deadline that is over.
var past = time.Unix(0, 1)

// use makes the park wait for fd, which it closes in the end, in place of the last.
func (p *park) use(fd int) error {
	f := os.NewFile(uintptr(fd), "epoll")
	err := f.SetReadDeadline(time.Time{}) // fails if the runtime does not poll it
	if err == nil {
		p.raw, err = f.SyscallConn()
	}
	if err != nil {
		f.Close()
		return err
	}
	p.armed, p.spent = time.Time{}, false
	if old := p.file.Swap(f); old != nil {
		return old.Close()
	}
	return nil
}

// wait parks until try returns true, or timeout has passed, or Wake was called since
// the last wait.
func (p *park) wait(timeout time.Duration) error {
	defer p.unpark()
	if p.out.posted.Load() {
		p.out.rest(timeout)
		if p.out.posted.Load() {
			return nil
		}
		p.try(0)
		return nil
	}
	if !p.waker.park() {
		p.try(0)
		return nil
	}
	var end time.Time // none
	if timeout > 0 {
		end = time.Now().Add(timeout)
	}
	for {
		if err := p.arm(end); err != nil {
			return err
		}
		err := p.raw.Read(p.try)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			p.alone = 0
			return err
		}
		p.spent = true
		if p.isWoken() {
			return p.woken()
		}
		if timeout > 0 && !time.Now().Before(end) {
			return nil
		}
	}
}

// woken is what follows on a wait that has ended by a Wake alone.
func (p *park) woken() error {
	p.alone++
	if p.alone < patience {
		return nil
	}
	p.alone = 0
	return p.out.post(p)
}

// arm sees to it that a wait ends in time. A deadline that comes earlier may stay: it
// costs less to go on when it has come.
func (p *park) arm(end time.Time) error {
	if !p.spent && (p.armed == end || !p.armed.IsZero() && (end.IsZero() || p.armed.Before(end.Add(slack)))) {
		return nil
	}
	p.armed, p.spent = end, false
	return p.file.Load().SetReadDeadline(end)
}

// Wake ends the current wait, or the next.
func (p *park) Wake() {
	switch p.wake() {
	case parked:
		_ = p.file.Load().SetReadDeadline(past) // fails after close
	case resting:
		p.out.nap.Wake()
	}
}

func (p *park) close() error {
	err := p.file.Load().Close()
	p.out.dismiss()
	return err
}

// epollNow is epoll_wait without a timeout. As it never blocks, the runtime need not
// know of the call, which saves a quarter of its time.
func epollNow(fd int, events []unix.EpollEvent) (int, error) {
	n, _, e := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(fd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}
