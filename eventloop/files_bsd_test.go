//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package eventloop_test

// isBSD is true where regular files can be watched.
const isBSD = true
