package memory

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// failure is an error as package net returns it.
func failure(op string, from, to net.Addr, call string, errno syscall.Errno) error {
	return &net.OpError{Op: op, Net: networkOf(to), Source: from, Addr: to, Err: os.NewSyscallError(call, errno)}
}

// closed is the error of a call on what was closed.
func closed(op string, from, to net.Addr) error {
	return &net.OpError{Op: op, Net: networkOf(to), Source: from, Addr: to, Err: net.ErrClosed}
}

func unsupported(op string, addr net.Addr) error {
	return &net.OpError{Op: op, Net: networkOf(addr), Addr: addr, Err: errors.ErrUnsupported}
}

func networkOf(a net.Addr) string {
	if a == nil {
		return "unknown"
	}
	return a.Network()
}
