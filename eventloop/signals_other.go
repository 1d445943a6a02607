//go:build !unix

package eventloop

import "os"

// catchable reports whether a process can have a handler for sig.
func catchable(sig os.Signal) bool { return sig != os.Kill }
