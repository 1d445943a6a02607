//go:build !race

package threads_test

// raced says that the race detector is on.
const raced = false
