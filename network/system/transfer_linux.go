//go:build linux && !race && !msan && !asan

package system

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The runtime is not told of the calls that move bytes: they never block, as sockets do
// not. A loop that is busy seldom goes through the scheduler, and when the runtime finds
// such a goroutine in a call, it takes its processor away and starts another thread, to
// run what else there might be: that took more than a quarter of an echo's time. The detectors of
// races and the like learn by the usual calls what memory is written to.

// recvfrom and sendto are shorter ways through the kernel than read and write, which
// look at a file first.

func read(fd int, p []byte) (int, error) {
	return transfer(unix.SYS_RECVFROM, fd, p, 0)
}

func write(fd int, p []byte) (int, error) {
	return transfer(unix.SYS_SENDTO, fd, p, unix.MSG_NOSIGNAL)
}

func transfer(call uintptr, fd int, p []byte, flags uintptr) (int, error) {
	n, _, e := unix.RawSyscall6(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), flags, 0, 0)
	if e != 0 {
		return -1, e
	}
	return int(n), nil
}
