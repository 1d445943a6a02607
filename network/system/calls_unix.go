//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// calls are the system calls that sockets make, in one place: tests replace them to see
// what becomes of the errors that a system seldom has.
//
// Those that deal with addresses are package syscall's, because on Linux package unix
// makes one more call for each address, to tell protocols apart that are not used here.
type calls struct {
	socket      func(family, typ int) (fd int, err error)
	bind        func(fd int, sa syscall.Sockaddr) error
	connect     func(fd int, sa syscall.Sockaddr) error
	listen      func(fd, backlog int) error
	accept      func(fd int) (nfd int, sa syscall.Sockaddr, err error)
	read        func(fd int, p []byte) (int, error)
	write       func(fd int, p []byte) (int, error)
	writev      func(fd int, bufs [][]byte) (int, error)
	sendfile    func(fd, file int, offset *int64, n int) (int, error)
	recvfrom    func(fd int, p []byte) (int, syscall.Sockaddr, error)
	sendto      func(fd int, p []byte, sa syscall.Sockaddr) error
	shutdown    func(fd, how int) error
	close       func(fd int) error
	setsockopt  func(fd, level, opt, value int) error
	setlinger   func(fd int, l *unix.Linger) error
	getsockopt  func(fd, level, opt int) (int, error)
	getsockname func(fd int) (syscall.Sockaddr, error)
	getpeername func(fd int) (syscall.Sockaddr, error)
	lstat       func(path string) (os.FileInfo, error)
	unlink      func(path string) error
}

func systemCalls() calls {
	return calls{
		socket:     newSocket,
		bind:       syscall.Bind,
		connect:    syscall.Connect,
		listen:     syscall.Listen,
		accept:     accept,
		read:       read,
		write:      write,
		writev:     writev,
		sendfile:   sendfile,
		recvfrom:   func(fd int, p []byte) (int, syscall.Sockaddr, error) { return syscall.Recvfrom(fd, p, 0) },
		sendto:     func(fd int, p []byte, sa syscall.Sockaddr) error { return syscall.Sendto(fd, p, 0, sa) },
		shutdown:   syscall.Shutdown,
		close:      syscall.Close,
		setsockopt: syscall.SetsockoptInt,
		setlinger: func(fd int, l *unix.Linger) error {
			return unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, l)
		},
		getsockopt:  syscall.GetsockoptInt,
		getsockname: syscall.Getsockname,
		getpeername: syscall.Getpeername,
		lstat:       os.Lstat,
		unlink:      syscall.Unlink,
	}
}

// patience is how many calls in a row may be interrupted, or find a connection that is
// gone. After that the loop goes on with others; the descriptor is ready still.
const patience = 16

// again reports whether a call was interrupted and is to be made once more.
func again(err error, tries *int) bool {
	*tries++
	return err == syscall.EINTR && *tries < patience
}

// wouldBlock reports whether a call could do nothing now.
func wouldBlock(err error) bool { return err == syscall.EAGAIN || err == syscall.EINTR }
