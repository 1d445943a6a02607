//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"errors"
	"syscall"
)

// inherits says that the connections of a listener have its options.
const inherits = false

func newSocket(family, typ int) (int, error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(family, typ, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	return nonblocking(fd, err)
}

func accept(fd int) (int, syscall.Sockaddr, error) {
	syscall.ForkLock.RLock()
	nfd, sa, err := syscall.Accept(fd)
	if err == nil {
		syscall.CloseOnExec(nfd)
	}
	syscall.ForkLock.RUnlock()
	nfd, err = nonblocking(nfd, err)
	return nfd, sa, err
}

func nonblocking(fd int, err error) (int, error) {
	if err != nil {
		return -1, err
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return -1, err
	}
	return fd, nil
}

// writev writes the first of the buffers that is not empty.
func writev(fd int, bufs [][]byte) (int, error) {
	for _, p := range bufs {
		if len(p) > 0 {
			return syscall.Write(fd, p)
		}
	}
	return 0, nil
}

func sendfile(int, int, *int64, int) (int, error) { return 0, errors.ErrUnsupported }
