//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

import (
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/eventloop/selectors"
	"github.com/goasyncio/asyncio/network/networktest"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
)

func TestRules(t *testing.T) { networktest.Run(t, system.New) }

// The rules hold with the selector of other systems too.
func TestRulesWithPoll(t *testing.T) {
	networktest.Run(t, system.New, runners.WithLoop(func(l *eventloop.Loop) {
		s, err := selectors.NewPoll()
		if err != nil {
			t.Fatal(err)
		}
		eventloop.WithSelector(s)(l)
	}))
}
