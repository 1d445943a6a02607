//go:build !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package system

import "github.com/goasyncio/asyncio/network"

// New returns the network of the system: [Portable], where there are no descriptors that
// a loop could watch. Any number of loops may use it.
func New() network.Network { return Portable() }
