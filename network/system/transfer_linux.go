//go:build linux && !race && !msan && !asan

package system

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The runtime is not told of the calls that move bytes: they never block, as sockets do
// not. A loop that is busy seldom goes through the scheduler, and when the runtime finds
// such a goroutine in a call, it takes its processor away and starts another thread, to
// run what else there might be: that took more than a quarter of an echo's time. The detectors of
// races and the like learn by the usual calls what memory is written to.

func read(fd int, p []byte) (int, error) {
	return transfer(unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p))))
}

func write(fd int, p []byte) (int, error) {
	return transfer(unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p))))
}

func transfer(n, _ uintptr, e syscall.Errno) (int, error) {
	if e != 0 {
		return -1, e
	}
	return int(n), nil
}
