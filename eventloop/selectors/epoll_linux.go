package selectors

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// New returns a selector of the best kind that the system has.
func New() (Selector, error) {
	s, err := newEpoll()
	if errors.Is(err, os.ErrNoDeadline) {
		return NewPoll() // the runtime cannot park in it
	}
	if err != nil {
		return nil, err // and not a nil *epoll
	}
	return s, nil
}

// epoll is the selector of Linux.
type epoll struct {
	park   park
	fd     int
	closed bool
	table  []watched // by descriptor
	last   uint32    // generation
	events []unix.EpollEvent
	n      int // how many of them the last wait has found
	err    error
	ready  []File
}

// watched is what is known of a descriptor. The generation tells the events of this
// registration from those of an earlier one: the kernel keeps a registration for as
// long as its file is open, which may be by another descriptor when this one is closed.
type watched struct {
	gen    uint32
	events Events // 0 for one that is not watched
}

// batch is how many descriptors a Select finds at most. The others come first in the
// next: the kernel takes them in turn. With many more, what was read from the first would
// be out of the processor's caches when its task has it.
const batch = 32

func newEpoll() (*epoll, error) {
	fd, err := createEpoll()
	if err != nil {
		return nil, err
	}
	s := &epoll{fd: fd, events: make([]unix.EpollEvent, batch)}
	s.park.try = s.try
	if err := s.park.use(fd); err != nil {
		return nil, err
	}
	return s, nil
}

func createEpoll() (int, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return -1, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil { // as os.NewFile asks for
		unix.Close(fd)
		return -1, os.NewSyscallError("fcntl", err)
	}
	return fd, nil
}

// Watch implements [Selector].
func (s *epoll) Watch(fd uintptr, events Events) error {
	if s.closed {
		return ErrClosed
	}
	var w watched
	if fd < uintptr(len(s.table)) {
		w = s.table[fd]
	}
	if events == 0 {
		if w.events != 0 {
			s.table[fd] = watched{}
			// It fails if fd was closed. Should the file still be open, the
			// next event of the old generation tells.
			_ = s.control(unix.EPOLL_CTL_DEL, fd, w)
		}
		return nil
	}
	if err := valid(fd, events); err != nil {
		return err
	}
	err := error(unix.ENOENT)
	if w.events != 0 {
		w.events = events
		err = s.control(unix.EPOLL_CTL_MOD, fd, w)
	}
	if err == unix.ENOENT { // or fd was closed, and is another file now
		s.last++
		w = watched{s.last, events}
		err = s.control(unix.EPOLL_CTL_ADD, fd, w)
		if err == unix.EEXIST {
			err = s.control(unix.EPOLL_CTL_MOD, fd, w)
		}
	}
	if err != nil {
		if fd < uintptr(len(s.table)) {
			s.table[fd] = watched{}
		}
		return refused(fd, events, "epoll_ctl", err)
	}
	if n := int(fd) + 1 - len(s.table); n > 0 { // the system has bounded fd
		s.table = append(s.table, make([]watched, n)...)
	}
	s.table[fd] = w
	return nil
}

// control tells the kernel of a descriptor.
func (s *epoll) control(op int, fd uintptr, w watched) error {
	e := unix.EpollEvent{Fd: int32(fd), Pad: int32(w.gen)}
	if w.events&Read != 0 {
		e.Events |= unix.EPOLLIN
	}
	if w.events&Write != 0 {
		e.Events |= unix.EPOLLOUT
	}
	return unix.EpollCtl(s.fd, op, int(fd), &e)
}

// Select implements [Selector].
func (s *epoll) Select(timeout time.Duration) error {
	if s.closed {
		return ErrClosed
	}
	s.n, s.err = 0, nil
	if timeout == 0 {
		s.park.unpark()
		s.wait()
	} else if err := s.park.wait(timeout); err != nil {
		return err
	}
	if s.err != nil {
		return os.NewSyscallError("epoll_wait", s.err)
	}
	return s.sort()
}

// try looks whether there is a reason not to park.
func (s *epoll) try(uintptr) bool {
	s.wait()
	return s.n > 0 || s.err != nil || s.park.isWoken()
}

// wait asks the kernel what is ready now.
func (s *epoll) wait() {
	for {
		s.n, s.err = epollNow(s.fd, s.events)
		if s.err != unix.EINTR {
			break
		}
	}
	if s.err != nil {
		s.n = 0
	}
}

// sort makes the list of what is ready of what the kernel says.
func (s *epoll) sort() error {
	s.ready = s.ready[:0]
	stale := false
	for i := range s.events[:s.n] {
		e := &s.events[i]
		fd := uintptr(e.Fd)
		w := s.table[fd]
		if w.events == 0 || w.gen != uint32(e.Pad) {
			stale = true
			continue
		}
		// Anything but the plain events means both, as in CPython.
		var found Events
		if e.Events&^unix.EPOLLOUT != 0 {
			found |= Read
		}
		if e.Events&^unix.EPOLLIN != 0 {
			found |= Write
		}
		if found &= w.events; found != 0 {
			s.ready = append(s.ready, File{fd, found})
		}
	}
	if stale {
		return s.rebuild()
	}
	return nil
}

// rebuild begins anew with an epoll descriptor that has only what is watched. There
// is no other way to be rid of a registration whose descriptor was closed while
// another one keeps the file open: it would end every Select.
func (s *epoll) rebuild() error {
	fd, err := createEpoll()
	if err != nil {
		return err
	}
	s.fd = fd
	for fd, w := range s.table {
		if w.events != 0 {
			// It fails for one that was closed without having been forgotten.
			_ = s.control(unix.EPOLL_CTL_ADD, uintptr(fd), w)
		}
	}
	return s.park.use(fd)
}

// Ready implements [Selector].
func (s *epoll) Ready() []File { return s.ready }

// Wake implements [Selector].
func (s *epoll) Wake() { s.park.Wake() }

// Close implements [Selector].
func (s *epoll) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.table, s.ready = nil, nil
	return s.park.close()
}
