package leak_test

import (
	"os"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
)

// one is a test that writes down whether it has failed.
type one struct {
	testing.TB
	cleanups []func()
	failed   bool
}

func (o *one) Helper()               {}
func (o *one) Cleanup(fn func())     { o.cleanups = append(o.cleanups, fn) }
func (o *one) Errorf(string, ...any) { o.failed = true }

func TestFiles(t *testing.T) {
	if leak.OpenFiles() == 0 {
		t.Skip("descriptors cannot be counted here")
	}
	for _, left := range []bool{true, false} {
		o := &one{TB: t}
		leak.Files(o)
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		if !left {
			f.Close()
		}
		for _, fn := range o.cleanups {
			fn()
		}
		f.Close()
		if o.failed != left {
			t.Errorf("a descriptor is left: %t, it has failed: %t", left, o.failed)
		}
	}
}
