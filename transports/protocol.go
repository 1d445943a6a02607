package transports

// What a connection calls.

import "net"

// A BaseProtocol is what all protocols of connections have (asyncio: BaseProtocol).
// It is a [Protocol] or a [BufferedProtocol], and may be a [WritePauser] besides.
type BaseProtocol interface {
	// ConnectionMade is called once, before everything else.
	ConnectionMade(t Transport)

	// EOFReceived is called when the other end has said that nothing more will
	// come. If it returns true the transport stays open for writing, else it
	// closes when what was written is sent. A TLS connection closes in any case.
	EOFReceived() (keepOpen bool)

	// ConnectionLost is called once, after everything else. err is nil after
	// EOFReceived, Close and Abort.
	ConnectionLost(err error)
}

// A Protocol receives the bytes of a connection (asyncio: Protocol).
type Protocol interface {
	BaseProtocol

	// DataReceived is called with what has arrived, at least one byte. The data
	// is valid until it returns.
	DataReceived(data []byte)
}

// A BufferedProtocol says where what arrives is to be stored (asyncio:
// BufferedProtocol).
type BufferedProtocol interface {
	BaseProtocol

	// GetBuffer returns where to store what arrives next: at least one byte.
	// sizeHint is how many bytes may come, negative if that is unknown.
	GetBuffer(sizeHint int) []byte

	// BufferUpdated is called when n bytes, at least one, have been stored in
	// the last buffer.
	BufferUpdated(n int)
}

// A WritePauser is a protocol that wants to know when its transport holds more than
// its high-water mark (asyncio: pause_writing and resume_writing). Calls of the two
// alternate.
type WritePauser interface {
	PauseWriting()
	ResumeWriting()
}

// A DatagramProtocol receives datagrams (asyncio: DatagramProtocol). It may be a
// [WritePauser] besides.
type DatagramProtocol interface {
	ConnectionMade(t DatagramTransport)

	// DatagramReceived is called with each datagram, which may be empty. The data
	// is valid until it returns.
	DatagramReceived(data []byte, from net.Addr)

	// ErrorReceived is called when an earlier send, or a receive, failed in a way
	// that does not end the socket.
	ErrorReceived(err error)

	ConnectionLost(err error)
}
