//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/network"
	"golang.org/x/sys/unix"
)

// portableControl sets the options of a listener that package net does not know.
func portableControl(o network.Options) func(string, string, syscall.RawConn) error {
	return func(netw, address string, c syscall.RawConn) error {
		if o.Control != nil {
			if err := o.Control(netw, address, c); err != nil {
				return err
			}
		}
		if !isIP(netw) || !o.ReusePort && o.ReuseAddr == network.Default {
			return nil
		}
		var failed error
		err := c.Control(func(fd uintptr) {
			if o.ReuseAddr != network.Default {
				on := 0
				if o.ReuseAddr == network.On {
					on = 1
				}
				failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, on)
			}
			if o.ReusePort && failed == nil {
				failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
			}
		})
		if err == nil {
			err = os.NewSyscallError("setsockopt", failed)
		}
		return err
	}
}

// isIP reports whether a network is not that of unix sockets.
func isIP(netw string) bool { return netw[0] == 't' || netw[0] == 'u' && netw[1] == 'd' }
