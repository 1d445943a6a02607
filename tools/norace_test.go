//go:build !race

package tools_test

// raced says that the race detector is on.
const raced = false
