// Package selectors waits for descriptors of the system (asyncio: selectors.py).
//
// A [Selector] is what a loop waits in once it watches descriptors: epoll on Linux,
// kqueue on the BSDs and on macOS, poll elsewhere on unix. A program has no use for
// one, but to give it to a loop by eventloop.WithSelector.
//
// # Parking
//
// A goroutine that blocks in a system call takes its thread along, and to wake it
// takes another system call. The epoll selector parks in the netpoller of the Go
// runtime instead, as a goroutine does that reads a connection: an epoll descriptor
// is readable when a descriptor that it watches is ready. To be woken then costs what
// it costs any goroutine, about a thirtieth. The others block.
//
// # Descriptors that were closed
//
// A descriptor is to be forgotten, by a Watch for nothing, before it is closed. One
// that is not does no harm: the selector neither fails nor spins, and when the number
// is given to another file, that is watched after the next Watch and not before.
package selectors

import (
	"errors"
	"fmt"
	"time"
)

// Forever is the timeout of a Select that only a descriptor or Wake ends.
const Forever time.Duration = -1

// Events is what a descriptor may be ready for.
type Events uint8

const (
	Read Events = 1 << iota
	Write
)

func (e Events) String() string {
	switch e {
	case 0:
		return "nothing"
	case Read:
		return "read"
	case Write:
		return "write"
	case Read | Write:
		return "read and write"
	}
	return fmt.Sprintf("Events(%d)", uint8(e))
}

// A File is a descriptor that is ready.
type File struct {
	FD     uintptr
	Events Events // as far as it is watched for them
}

// A Selector waits until descriptors are ready (asyncio: BaseSelector). All methods
// but Wake are for one goroutine at a time.
type Selector interface {
	// Watch says what fd is watched for from now on, nothing if events is zero
	// (asyncio: register, modify and unregister). It returns an error that wraps
	// the system's, such as syscall.EBADF, if the system cannot watch fd for that;
	// then it is not watched at all. To forget never fails.
	Watch(fd uintptr, events Events) error

	// Select returns when a descriptor is ready, when Wake was called since the
	// last Select returned, or when timeout has passed; at once if timeout is 0;
	// [Forever] has no end.
	//
	// A descriptor is ready for as long as it is (level-triggered). An error or
	// a hang-up makes it ready for both.
	Select(timeout time.Duration) error

	// Ready returns the descriptors that the last Select has found, each once. The
	// next Select overwrites them.
	Ready() []File

	// Wake ends the current Select, or the next. Any goroutine may call it, also
	// after Close.
	Wake()

	// Close frees what the selector holds. The descriptors are not closed.
	// Closing twice does nothing.
	Close() error
}

// ErrClosed is returned by the methods of a selector that was closed.
var ErrClosed = errors.New("asyncio: the selector is closed; make a new one")
