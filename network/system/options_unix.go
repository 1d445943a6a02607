//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

// The options of sockets.

import (
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/network"
	"golang.org/x/sys/unix"
)

func (s *socket) set(level, opt int, on bool) error {
	value := 0
	if on {
		value = 1
	}
	return os.NewSyscallError("setsockopt", s.sys.setsockopt(s.fd, level, opt, value))
}

// setConn sets what connections have, and listeners for theirs.
func (s *socket) setConn(o network.Options) error {
	if s.family == syscall.AF_UNIX {
		return nil
	}
	if !o.Delay {
		if err := s.set(syscall.IPPROTO_TCP, syscall.TCP_NODELAY, true); err != nil {
			return err
		}
	}
	if o.KeepAlive {
		return s.set(syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, true)
	}
	return nil
}

// setShared sets who else may use the address.
func (s *socket) setShared(o network.Options, reuse bool) error {
	if s.family == syscall.AF_UNIX {
		return nil
	}
	if o.ReuseAddr != network.Default {
		reuse = o.ReuseAddr == network.On
	}
	if reuse {
		if err := s.set(syscall.SOL_SOCKET, syscall.SO_REUSEADDR, true); err != nil {
			return err
		}
	}
	if o.ReusePort {
		return s.set(unix.SOL_SOCKET, unix.SO_REUSEPORT, true)
	}
	return nil
}

// setOnly sets whether a socket of IPv6 is for that alone. One whose address was left
// open is for both.
func (s *socket) setOnly(o network.Options, e endpoint) error {
	if s.family != syscall.AF_INET6 {
		return nil
	}
	only := !e.any
	if o.IPv6Only != network.Default {
		only = o.IPv6Only == network.On
	}
	return s.set(syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, only)
}

// lacksFamily reports whether an error of a socket for IPv6 means that the system has
// none.
func lacksFamily(err error) bool {
	e, ok := err.(*os.SyscallError)
	if !ok {
		return false
	}
	switch e.Err {
	case syscall.EAFNOSUPPORT, syscall.EADDRNOTAVAIL, syscall.EPROTONOSUPPORT:
		return true
	}
	return false
}
