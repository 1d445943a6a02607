//go:build unix

package selectors

import (
	"math"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// NewPoll returns a selector that uses poll(2), which all unix systems have. Each
// Select takes time for every descriptor that is watched, ready or not.
func NewPoll() (Selector, error) {
	s := &poller{places: make(map[uintptr]int)}
	if err := s.pipe.open(); err != nil {
		return nil, err
	}
	s.fds = []unix.PollFd{{Fd: int32(s.pipe.r), Events: unix.POLLIN}}
	return s, nil
}

// poller is the selector for poll.
type poller struct {
	pipe
	closed bool
	fds    []unix.PollFd   // the pipe, then what is watched
	places map[uintptr]int // in fds
	ready  []File
}

// Watch implements [Selector].
func (s *poller) Watch(fd uintptr, events Events) error {
	if s.closed {
		return ErrClosed
	}
	if events == 0 {
		s.forget(fd)
		return nil
	}
	err := valid(fd, events)
	if err == nil {
		err = pollable(int(fd), events)
	}
	if err != nil {
		s.forget(fd)
		return err
	}
	p := unix.PollFd{Fd: int32(fd)}
	if events&Read != 0 {
		p.Events |= unix.POLLIN
	}
	if events&Write != 0 {
		p.Events |= unix.POLLOUT
	}
	if i, ok := s.places[fd]; ok {
		s.fds[i] = p
		return nil
	}
	s.places[fd] = len(s.fds)
	s.fds = append(s.fds, p)
	return nil
}

// pollable refuses what epoll and kqueue refuse, as programs are to run with any.
func pollable(fd int, events Events) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return refused(uintptr(fd), events, "fstat", err)
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFDIR:
		return refused(uintptr(fd), events, "poll", unix.EPERM)
	}
	return nil
}

// forget takes fd out, and puts the last in its place.
func (s *poller) forget(fd uintptr) {
	i, ok := s.places[fd]
	if !ok {
		return
	}
	delete(s.places, fd)
	last := len(s.fds) - 1
	if i != last {
		s.fds[i] = s.fds[last]
		s.places[s.fd(i)] = i
	}
	s.fds = s.fds[:last]
}

// fd returns the descriptor at a place. One that was found to be closed is noted as
// the complement, which poll skips.
func (s *poller) fd(i int) uintptr {
	if fd := s.fds[i].Fd; fd < 0 {
		return uintptr(^fd)
	}
	return uintptr(s.fds[i].Fd)
}

// Select implements [Selector].
func (s *poller) Select(timeout time.Duration) error {
	if s.closed {
		return ErrClosed
	}
	s.ready = s.ready[:0]
	defer s.unpark()
	if timeout == 0 || !s.park() {
		_, err := s.poll(0)
		return err
	}
	var end time.Time
	if timeout > 0 {
		end = time.Now().Add(timeout)
	}
	for {
		n, err := s.poll(timeout)
		if n > 0 || err != nil || s.isWoken() {
			return err
		}
		if timeout > 0 {
			if timeout = time.Until(end); timeout <= 0 {
				return nil
			}
		}
	}
}

// poll is one system call. It returns how many descriptors are ready; zero may also
// come of a signal, a late wake-up, or a timeout that is as long as poll can wait.
func (s *poller) poll(timeout time.Duration) (int, error) {
	n, err := unix.Poll(s.fds, milliseconds(timeout))
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, os.NewSyscallError("poll", err)
	case n > 0 && s.fds[0].Revents != 0:
		s.drain()
		n--
	}
	for i := 1; i < len(s.fds) && n > 0; i++ {
		p := &s.fds[i]
		if p.Revents == 0 {
			continue
		}
		n--
		if p.Revents&unix.POLLNVAL != 0 {
			p.Fd = ^p.Fd // it was closed; to tell of it in each Select would be to spin
			continue
		}
		var found Events
		if p.Revents&^unix.POLLOUT != 0 && p.Events&unix.POLLIN != 0 {
			found |= Read
		}
		if p.Revents&^unix.POLLIN != 0 && p.Events&unix.POLLOUT != 0 {
			found |= Write
		}
		if found != 0 {
			s.ready = append(s.ready, File{uintptr(p.Fd), found})
		}
	}
	return len(s.ready), nil
}

// milliseconds is a timeout as poll has it. It is rounded up, so that nothing happens
// early.
func milliseconds(d time.Duration) int {
	if d < 0 {
		return -1
	}
	return int(min((d+time.Millisecond-1)/time.Millisecond, math.MaxInt32))
}

// Ready implements [Selector].
func (s *poller) Ready() []File { return s.ready }

// Close implements [Selector].
func (s *poller) Close() error {
	if !s.closed {
		s.closed = true
		s.ready = nil
		s.pipe.close()
	}
	return nil
}
