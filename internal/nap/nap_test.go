package nap_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/internal/nap"
)

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nap.New()
		defer n.Stop()
		begin := time.Now()
		wait := func(timeout time.Duration, want bool, after time.Duration) {
			t.Helper()
			if got := n.Wait(timeout); got != want {
				t.Errorf("Wait(%v) is %v", timeout, got)
			}
			if at := time.Since(begin); at != after {
				t.Errorf("Wait(%v) returned after %v, want %v", timeout, at, after)
			}
		}
		wait(time.Second, false, time.Second)
		n.Wake()
		n.Wake() // one wake-up is kept
		wait(time.Second, true, time.Second)
		wait(time.Second, false, 2*time.Second)
		time.AfterFunc(time.Hour, n.Wake)
		wait(-1, true, 2*time.Second+time.Hour)
		time.AfterFunc(time.Second, n.Wake)
		wait(time.Hour, true, 3*time.Second+time.Hour)
		wait(time.Hour, false, 3*time.Second+2*time.Hour) // the timer begins anew
	})
}

func TestWoken(t *testing.T) {
	n := nap.New()
	if n.Woken() {
		t.Error("woken by nobody")
	}
	n.Wake()
	if !n.Woken() || n.Woken() {
		t.Error("a wake-up is there once")
	}
}
