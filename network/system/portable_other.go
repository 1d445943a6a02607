//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package system

import (
	"errors"
	"syscall"

	"github.com/goasyncio/asyncio/network"
)

// portableControl sets the options of a listener that package net does not know.
func portableControl(o network.Options) func(string, string, syscall.RawConn) error {
	return func(netw, address string, c syscall.RawConn) error {
		if o.ReusePort {
			return errors.ErrUnsupported
		}
		if o.Control == nil {
			return nil
		}
		return o.Control(netw, address, c)
	}
}
