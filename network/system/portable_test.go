package system_test

import (
	"testing"

	"github.com/goasyncio/asyncio/network/networktest"
	"github.com/goasyncio/asyncio/network/system"
)

// The portable network keeps the rules.
func TestPortableConformance(t *testing.T) {
	networktest.Run(t, system.Portable)
}
