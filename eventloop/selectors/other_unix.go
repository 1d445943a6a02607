//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package selectors

// New returns a selector of the best kind that the system has.
func New() (Selector, error) { return NewPoll() }
