//go:build unix

package selectors

import (
	"fmt"
	"math"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// refused explains why the system does not watch fd.
func refused(fd uintptr, events Events, call string, err error) error {
	advice := "see what the system says"
	switch err {
	case unix.EBADF:
		advice = "it must be open, and be watched before it is closed"
	case unix.EPERM:
		advice = "a regular file or a directory is always ready; read it on another goroutine, with ToThread"
	}
	return fmt.Errorf("asyncio: the descriptor %d cannot be watched for %v; %s: %w", int(fd), events, advice, os.NewSyscallError(call, err))
}

// valid refuses what cannot be a descriptor.
func valid(fd uintptr, events Events) error {
	if fd > math.MaxInt32 {
		return refused(fd, events, "watch", syscall.EBADF)
	}
	return nil
}
