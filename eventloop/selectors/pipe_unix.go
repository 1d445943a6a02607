//go:build unix

package selectors

import (
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A pipe wakes a goroutine that blocks in a system call: it makes the descriptor r
// readable.
type pipe struct {
	waker
	r int

	mu sync.Mutex
	w  int // -1 when it is closed: its number may be another file's by then
}

func (p *pipe) open() error {
	var fds [2]int
	syscall.ForkLock.RLock()
	err := unix.Pipe(fds[:])
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return os.NewSyscallError("pipe", err)
	}
	p.r, p.w = fds[0], fds[1]
	for _, fd := range fds {
		if err := unix.SetNonblock(fd, true); err != nil {
			p.close()
			return os.NewSyscallError("fcntl", err)
		}
	}
	return nil
}

// Wake ends the current Select, or the next.
func (p *pipe) Wake() {
	if p.wake() != parked {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w >= 0 {
		_, _ = unix.Write(p.w, []byte{0}) // a full pipe wakes as well
	}
}

// drain empties the pipe.
func (p *pipe) drain() {
	var buf [64]byte
	for {
		n, err := unix.Read(p.r, buf[:])
		if n < len(buf) && err != unix.EINTR {
			return
		}
	}
}

func (p *pipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	unix.Close(p.w)
	unix.Close(p.r)
	p.w, p.r = -1, -1
}
