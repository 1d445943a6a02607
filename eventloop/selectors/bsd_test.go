//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package selectors_test

// isBSD is true where regular files can be watched, and a hang-up ends reading alone.
const isBSD = true
