//go:build !race

package runners_test

// raced says that the race detector is on.
const raced = false
