package future_test

import (
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
)

// A debugged is a loop in debug mode, or not.
type debugged struct {
	coro.Scheduler
	debug bool
}

func (d debugged) Debug() bool { return d.debug }

// makeCore stands for a constructor that users call.
//
//go:noinline
func makeCore(s coro.Scheduler) *future.Core {
	c := new(future.Core)
	c.BindNew(&coro.Turn{Scheduler: s})
	return c
}

func TestSite(t *testing.T) {
	if c := makeCore(debugged{debug: true}); c.Site() != nil {
		t.Error("noted without a loop in debug mode")
	}
	future.Debugging(1)
	defer future.Debugging(-1)
	for name, s := range map[string]coro.Scheduler{"no debug mode": debugged{}, "none": nil} {
		if c := makeCore(s); c.Site() != nil || c.Scheduler() != s {
			t.Errorf("%s: site %v, scheduler %v", name, c.Site(), c.Scheduler())
		}
	}
	c := makeCore(debugged{debug: true})
	f, _ := runtime.CallersFrames(c.Site()).Next()
	if !strings.HasSuffix(f.Function, "future_test.makeCore") {
		t.Errorf("the site begins in %s", f.Function)
	}
}

// Most futures are nothing but this: what is rare stands apart.
func TestCoreIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(future.Core{}); unsafe.Sizeof(uintptr(0)) == 8 && size != 40 {
		t.Errorf("%d bytes, want 40", size)
	}
}
