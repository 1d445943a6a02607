//go:build linux

package main

// The client: one thread that keeps a message of each connection under way.

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	warmUp   = 300 * time.Millisecond // which does not count
	patience = 5 * time.Second        // with a server that starts
)

// put puts the load on the server that listens at a port, and measures it.
func (l load) put(pid, port int, span time.Duration) (sample, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var second unix.CPUSet
	second.Set(1)
	if err := unix.SchedSetaffinity(0, &second); err != nil {
		return sample{}, err
	}
	c, err := l.dial(port)
	if err != nil {
		return sample{}, err
	}
	defer c.close()
	if err := c.exchange(warmUp); err != nil {
		return sample{}, err
	}
	before, err := cpuTime(pid)
	if err != nil {
		return sample{}, err
	}
	c.done = 0
	start := time.Now()
	if err := c.exchange(span); err != nil {
		return sample{}, err
	}
	took := time.Since(start)
	after, err := cpuTime(pid)
	return sample{(after - before) / time.Duration(max(c.done, 1)), float64(c.done) / took.Seconds()}, err
}

type client struct {
	epoll   int
	conns   []conn
	message []byte
	buf     []byte
	events  []unix.EpollEvent
	done    int // messages that have come back
}

// A conn is one connection, and how much of its message was sent and has come back.
type conn struct{ fd, sent, got int }

// dial connects, and sends each connection's first message.
func (l load) dial(port int) (*client, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	c := &client{
		epoll:   epoll,
		message: bytes.Repeat([]byte("x"), l.size),
		buf:     make([]byte, 128<<10),
		events:  make([]unix.EpollEvent, 512),
	}
	for i := range l.conns {
		fd, err := connect(port)
		if err == nil {
			c.conns = append(c.conns, conn{fd: fd})
			err = unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{
				Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLET, Fd: int32(i),
			})
		}
		if err == nil {
			err = c.send(&c.conns[i])
		}
		if err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// connect connects to a server, which may be about to start.
func connect(port int) (int, error) {
	at := &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return 0, err
		}
		err = unix.Connect(fd, at)
		if err == nil {
			err = errors.Join(unix.SetNonblock(fd, true), unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1))
			return fd, err
		}
		unix.Close(fd)
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("connect: %w", err)
		}
	}
}

func (c *client) close() {
	for _, k := range c.conns {
		unix.Close(k.fd)
	}
	unix.Close(c.epoll)
}

// exchange sends messages and receives them for a while.
func (c *client) exchange(span time.Duration) error {
	for end := time.Now().Add(span); time.Now().Before(end); {
		n, err := unix.EpollWait(c.epoll, c.events, 1000)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return err
		case n == 0:
			return errors.New("the server has not answered for a second")
		}
		for _, e := range c.events[:n] {
			k := &c.conns[e.Fd]
			if err := c.send(k); err != nil {
				return err
			}
			if err := c.receive(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// send sends what the system takes of a connection's message.
func (c *client) send(k *conn) error {
	for k.sent < len(c.message) {
		n, err := unix.Write(k.fd, c.message[k.sent:])
		switch {
		case err == unix.EAGAIN:
			return nil
		case err != nil && err != unix.EINTR:
			return err
		}
		k.sent += max(n, 0)
	}
	return nil
}

// receive takes what has come back. Behind a whole message it sends the next.
func (c *client) receive(k *conn) error {
	for {
		n, err := unix.Read(k.fd, c.buf)
		switch {
		case err == unix.EAGAIN:
			return nil
		case err == unix.EINTR:
			continue
		case err != nil:
			return err
		case n == 0:
			return errors.New("the server has closed a connection")
		}
		k.got += n
		switch {
		case k.got > len(c.message):
			return fmt.Errorf("%d bytes came back of a message of %d", k.got, len(c.message))
		case k.got == len(c.message):
			c.done++
			k.sent, k.got = 0, 0
			return c.send(k) // what comes of it is the next event
		}
	}
}
