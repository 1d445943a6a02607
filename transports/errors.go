package transports

import "errors"

var (
	// ErrClosing is returned by a write to a transport that is closed or about to
	// be.
	ErrClosing = errors.New("asyncio: write to a connection that is closing; ask IsClosing first, or end when ConnectionLost is called")

	// ErrWriteAfterEOF is returned by a write after CloseWrite.
	ErrWriteAfterEOF = errors.New("asyncio: write after CloseWrite; write everything before it")
)
