package transports

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goasyncio/asyncio/network"
)

var (
	// ErrClosing is returned by a write to a transport that is closed or about to
	// be.
	ErrClosing = errors.New("asyncio: write to a connection that is closing; ask IsClosing first, or end when ConnectionLost is called")

	// ErrWriteAfterEOF is returned by a write after CloseWrite.
	ErrWriteAfterEOF = errors.New("asyncio: write after CloseWrite; write everything before it")

	// ErrSendingFile is returned by a write, or by another [SendFile], while
	// SendFile uses the transport.
	ErrSendingFile = errors.New("asyncio: a file is being sent on this connection; write when SendFile has returned")

	// ErrConnectionClosed is the error of what cannot be completed because the
	// connection was closed.
	ErrConnectionClosed = errors.New("asyncio: the connection was closed before everything was sent")

	// ErrNegativeOffset is returned by [SendFile].
	ErrNegativeOffset = errors.New("asyncio: SendFile from a negative offset; zero is the beginning of the file")

	// ErrEmptyBuffer ends the connection of a [BufferedProtocol] whose GetBuffer
	// has returned no room.
	ErrEmptyBuffer = errors.New("asyncio: GetBuffer returned an empty buffer; pause reading while there is no room")

	// ErrNoAddress is returned by a send without an address on a socket that was
	// opened without a remote one, and by [OpenDatagram] with neither address.
	ErrNoAddress = errors.New("asyncio: a datagram without an address; name it, or open the socket with a remote address")

	// ErrUnclosed is reported in debug mode for a transport or server that was
	// open when its loop was closed (asyncio: ResourceWarning).
	ErrUnclosed = errors.New("asyncio: it was open when its loop was closed; close it before")

	// ErrServerClosed is returned by Start and Serve of a server that is closed,
	// and is the cause of the cancellation with which a Serve ends that was
	// running when Close was called.
	ErrServerClosed = errors.New("asyncio: the server is closed; make a new one with Listen")

	// ErrServing is returned by a second Serve while the first is running.
	ErrServing = errors.New("asyncio: another task is in Serve of this server; wait for that instead")
)

// A ConnectError tells why no address of a host could be connected to (asyncio: the
// OSError of several messages, or the group of errors). It unwraps to all of the
// errors.
type ConnectError struct {
	Address string  // as it was given
	Errors  []error // of the attempts, in the order of the addresses
}

func (e *ConnectError) Error() string {
	texts := make([]string, len(e.Errors))
	for i, err := range e.Errors {
		texts[i] = err.Error()
	}
	return fmt.Sprintf("asyncio: cannot connect to %s: %s", e.Address, strings.Join(texts, "; "))
}

// Unwrap returns the errors for errors.Is and errors.As.
func (e *ConnectError) Unwrap() []error { return e.Errors }

// wouldBlock reports whether err is no failure.
func wouldBlock(err error) bool {
	return err == network.ErrWouldBlock || errors.Is(err, network.ErrWouldBlock)
}
