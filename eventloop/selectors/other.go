//go:build !unix

package selectors

import (
	"errors"
	"fmt"
	"runtime"
)

// New returns an error: the package has no selector for this system.
func New() (Selector, error) { return nil, errUnsupported() }

// NewPoll returns an error: the package has no selector for this system.
func NewPoll() (Selector, error) { return nil, errUnsupported() }

func errUnsupported() error {
	return fmt.Errorf("asyncio: descriptors cannot be watched on %s; use connections of package streams, or a goroutine: %w", runtime.GOOS, errors.ErrUnsupported)
}
