package streams

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

var (
	// ErrReaderBusy is returned by a read that would have to wait while another
	// task waits for data of the same reader.
	ErrReaderBusy = errors.New("asyncio: another task waits for data of this reader; let one task at a time read it")

	// ErrNegativeCount is returned by ReadExactly of less than zero bytes.
	ErrNegativeCount = errors.New("asyncio: ReadExactly of a negative number of bytes; ask for zero or more")

	// ErrNoSeparator is returned by ReadUntil without a separator, or with one
	// that is empty.
	ErrNoSeparator = errors.New("asyncio: ReadUntil without a separator, or with an empty one; give it at least one byte")

	// ErrConnectionLost is returned by [Writer.Drain] when the connection has ended
	// (asyncio: ConnectionResetError). It is syscall.ECONNRESET for errors.Is.
	ErrConnectionLost error = connectionLost{}

	// ErrNotClosed is reported in debug mode for a connection that can no longer be
	// closed because its [Writer] was dropped (asyncio: ResourceWarning).
	ErrNotClosed = errors.New("asyncio: its writer was dropped and not closed; call Close, or defer that")
)

type connectionLost struct{}

func (connectionLost) Error() string {
	return "asyncio: the connection has ended; write no more when Drain has failed"
}

func (connectionLost) Is(target error) bool { return target == syscall.ECONNRESET }

// An IncompleteReadError is returned when the data ends before a read has what it
// needs (asyncio: IncompleteReadError). It is io.ErrUnexpectedEOF for errors.Is.
type IncompleteReadError struct {
	Partial  []byte // what there was; it is no longer in the reader
	Expected int    // how many bytes were asked for; -1 if a separator was
}

func (e *IncompleteReadError) Error() string {
	if e.Expected < 0 {
		return fmt.Sprintf("asyncio: the data ended after %d bytes without a separator", len(e.Partial))
	}
	return fmt.Sprintf("asyncio: the data ended after %d bytes of %d", len(e.Partial), e.Expected)
}

// Is makes the error an io.ErrUnexpectedEOF.
func (e *IncompleteReadError) Is(target error) bool { return target == io.ErrUnexpectedEOF }

// A LimitOverrunError is returned by ReadUntil when there is no separator within
// the reader's limit (asyncio: LimitOverrunError). The data is still in the
// reader.
type LimitOverrunError struct {
	Consumed int  // how many bytes there are before a separator may begin
	Found    bool // whether one begins there
}

func (e *LimitOverrunError) Error() string {
	if e.Found {
		return fmt.Sprintf("asyncio: the separator comes after %d bytes, beyond the reader's limit; raise the limit, or read them first", e.Consumed)
	}
	return fmt.Sprintf("asyncio: no separator in %d bytes, beyond the reader's limit; raise the limit, or read them first", e.Consumed)
}

// A LineTooLongError is returned by ReadLine when a line is longer than the
// reader's limit (asyncio: ValueError). The line is no longer in the reader, as
// far as it had arrived.
type LineTooLongError struct{ Limit int }

func (e *LineTooLongError) Error() string {
	return fmt.Sprintf("asyncio: line longer than the limit of %d bytes; make the reader with a higher one", e.Limit)
}
