package transports_test

// Examples of protocols that have buffers of their own, that wait for room, of files and
// of datagrams.

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A record is a BufferedProtocol for data of a size that is known: it arrives where it
// is to be, without a copy.
type record struct {
	t    transports.Transport
	data [8]byte
	n    int
}

func (r *record) ConnectionMade(t transports.Transport) { r.t = t }
func (r *record) GetBuffer(int) []byte                  { return r.data[r.n:] }

func (r *record) BufferUpdated(n int) {
	if r.n += n; r.n == len(r.data) {
		fmt.Printf("%s\n", r.data)
		r.t.Close()
	}
}

func (r *record) EOFReceived() bool        { return false }
func (r *record) ConnectionLost(err error) {}

func ExampleBufferedProtocol() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *record { return &record{} }, "tcp", ":7")
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		for _, part := range []string{"go", "phe", "rs!"} {
			fmt.Fprint(t, part)
			tasks.Sleep(ctx, time.Second)
		}
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// gophers!
}

// A counter counts on as long as somebody listens, as fast as he does.
type counter struct {
	printer
	n      int
	paused bool
}

func (c *counter) ConnectionMade(t transports.Transport) { c.t = t; c.count() }
func (c *counter) PauseWriting()                         { c.paused = true; fmt.Println("paused at", c.n) }
func (c *counter) ResumeWriting()                        { c.paused = false; c.count() }

func (c *counter) count() {
	for !c.paused && c.n < 100_000 {
		c.n++
		fmt.Fprintln(c.t, c.n)
	}
}

func ExampleWritePauser() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *counter { return &counter{} }, "tcp", ":7")
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		t.PauseReading()
		tasks.Sleep(ctx, time.Second)
		t.Abort()
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// paused at 23697
}

// A file goes to a connection no faster than that takes it.
func ExampleSendFile() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *printer { return &printer{} }, "tcp", ":7")
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		file := strings.NewReader("the content of a file")
		n, err := transports.SendFile(ctx, t, file, 4, 7)
		fmt.Println(n, err)
		tasks.Sleep(ctx, time.Second)
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// 7 <nil>
	// content
}

// answering answers each datagram with its length.
type answering struct{ t transports.DatagramTransport }

func (a *answering) ConnectionMade(t transports.DatagramTransport) { a.t = t }
func (a *answering) ErrorReceived(err error)                       { fmt.Println(err) }
func (a *answering) ConnectionLost(error)                          {}

func (a *answering) DatagramReceived(data []byte, from net.Addr) {
	a.t.SendTo(fmt.Append(nil, len(data)), from)
}

// asking prints the answer.
type asking struct{ answering }

func (a *asking) DatagramReceived(data []byte, from net.Addr) {
	fmt.Printf("%s from %v\n", data, from)
}

func ExampleOpenDatagram() {
	example(func(ctx context.Context) error {
		server, _, err := transports.OpenDatagram(ctx, func() *answering { return &answering{} }, "udp", "127.0.0.1:7", "")
		if err != nil {
			return err
		}
		client, _, err := transports.OpenDatagram(ctx, func() *asking { return &asking{} }, "udp", "", "127.0.0.1:7")
		if err != nil {
			return err
		}
		client.SendTo([]byte("hello"), nil)
		tasks.Sleep(ctx, time.Second)
		client.Close()
		server.Close()
		return tasks.Sleep(ctx, 0)
	})
	// Output:
	// 5 from 127.0.0.1:7
}
