// Package goid tells goroutines apart, for the checks of debug mode and to find
// the stack of a loop that is stuck. Nothing else may depend on it.
package goid

import (
	"bytes"
	"runtime"
	"strconv"
)

// Get returns the id of the calling goroutine. It takes microseconds: the id is
// read off the first line of a stack, "goroutine 18 [running]:".
func Get() uint64 {
	var buf [64]byte
	b := buf[:runtime.Stack(buf[:], false)]
	b = bytes.TrimPrefix(b, []byte("goroutine "))
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		b = b[:i]
	}
	id, _ := strconv.ParseUint(string(b), 10, 64)
	return id
}
