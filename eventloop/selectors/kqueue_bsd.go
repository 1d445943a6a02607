//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package selectors

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// New returns a selector of the best kind that the system has.
func New() (Selector, error) {
	s := &kqueue{table: make(map[uintptr]Events), events: make([]unix.Kevent_t, 64)}
	if err := s.pipe.open(); err != nil {
		return nil, err
	}
	fd, err := unix.Kqueue()
	if err != nil {
		s.pipe.close()
		return nil, os.NewSyscallError("kqueue", err)
	}
	unix.CloseOnExec(fd)
	s.fd = fd
	if err := s.change(uintptr(s.pipe.r), Read, unix.EV_ADD); err != nil {
		s.Close()
		return nil, os.NewSyscallError("kevent", err)
	}
	return s, nil
}

// kqueue is the selector of the BSDs. The kernel forgets a descriptor that is closed.
type kqueue struct {
	pipe
	fd     int
	closed bool
	table  map[uintptr]Events
	events []unix.Kevent_t
	ready  []File
}

// Watch implements [Selector].
func (s *kqueue) Watch(fd uintptr, events Events) error {
	if s.closed {
		return ErrClosed
	}
	if events != 0 {
		if err := valid(fd, events); err != nil {
			return err
		}
	}
	was := s.table[fd]
	// What is there already is added again: fd may be another file by now.
	for _, e := range []Events{Read, Write} {
		var err error
		switch {
		case events&e != 0:
			err = s.change(fd, e, unix.EV_ADD)
		case was&e != 0:
			_ = s.change(fd, e, unix.EV_DELETE) // which fails if fd was closed
		}
		if err != nil {
			delete(s.table, fd)
			_ = s.change(fd, Read, unix.EV_DELETE)
			_ = s.change(fd, Write, unix.EV_DELETE)
			return refused(fd, events, "kevent", err)
		}
	}
	if events == 0 {
		delete(s.table, fd)
	} else {
		s.table[fd] = events
	}
	return nil
}

// change tells the kernel of a descriptor.
func (s *kqueue) change(fd uintptr, e Events, flags int) error {
	filter := unix.EVFILT_READ
	if e == Write {
		filter = unix.EVFILT_WRITE
	}
	changes := make([]unix.Kevent_t, 1)
	unix.SetKevent(&changes[0], int(fd), filter, flags)
	for {
		_, err := unix.Kevent(s.fd, changes, nil, nil)
		if err != unix.EINTR {
			return err
		}
	}
}

// Select implements [Selector].
func (s *kqueue) Select(timeout time.Duration) error {
	if s.closed {
		return ErrClosed
	}
	s.ready = s.ready[:0]
	defer s.unpark()
	if timeout == 0 || !s.park() {
		return s.wait(0)
	}
	end := time.Now().Add(max(timeout, 0))
	for {
		if err := s.wait(timeout); err != nil || len(s.ready) > 0 || s.isWoken() {
			return err
		}
		if timeout > 0 {
			if timeout = time.Until(end); timeout <= 0 {
				return nil
			}
		}
	}
}

// wait is one system call. That nothing is ready after it may also come of a signal,
// or of a late wake-up.
func (s *kqueue) wait(timeout time.Duration) error {
	var limit *unix.Timespec
	if timeout >= 0 {
		// No system waits for longer than a day; it goes on after that.
		ts := unix.NsecToTimespec(int64(min(timeout, 24*time.Hour)))
		limit = &ts
	}
	n, err := unix.Kevent(s.fd, nil, s.events, limit)
	if err == unix.EINTR {
		return nil
	}
	if err != nil {
		return os.NewSyscallError("kevent", err)
	}
	for i := range s.events[:n] {
		e := &s.events[i]
		fd := uintptr(e.Ident)
		if int(fd) == s.pipe.r {
			s.drain()
			continue
		}
		found := Read
		if int(e.Filter) == unix.EVFILT_WRITE {
			found = Write
		}
		s.note(fd, found&s.table[fd])
	}
	if n == len(s.events) && n < 4096 {
		s.events = make([]unix.Kevent_t, 2*n)
	}
	return nil
}

// note adds to what is ready. The two events of a descriptor are two for the kernel,
// and stand at any distance.
func (s *kqueue) note(fd uintptr, found Events) {
	if found == 0 {
		return
	}
	if s.table[fd] == found { // so there is no other
		s.ready = append(s.ready, File{fd, found})
		return
	}
	for i := range s.ready {
		if s.ready[i].FD == fd {
			s.ready[i].Events |= found
			return
		}
	}
	s.ready = append(s.ready, File{fd, found})
}

// Ready implements [Selector].
func (s *kqueue) Ready() []File { return s.ready }

// Close implements [Selector].
func (s *kqueue) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.table, s.ready = nil, nil
	s.pipe.close()
	return os.NewSyscallError("close", unix.Close(s.fd))
}
