package system

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// inherits says that the connections of a listener have its options.
const inherits = true

func newSocket(family, typ int) (int, error) {
	return syscall.Socket(family, typ|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
}

func accept(fd int) (int, syscall.Sockaddr, error) {
	return syscall.Accept4(fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
}

func writev(fd int, bufs [][]byte) (int, error) { return unix.Writev(fd, bufs) }

func sendfile(fd, file int, offset *int64, n int) (int, error) {
	return syscall.Sendfile(fd, file, offset, n)
}
