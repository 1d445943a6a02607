//go:build race

package coro_test

// raced says that the race detector is on.
const raced = true
