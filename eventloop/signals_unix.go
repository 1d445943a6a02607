//go:build unix

package eventloop

import (
	"os"
	"syscall"
)

// catchable reports whether a process can have a handler for sig.
func catchable(sig os.Signal) bool {
	n, ok := sig.(syscall.Signal)
	return ok && n > 0 && n < 65 && n != syscall.SIGKILL && n != syscall.SIGSTOP
}
