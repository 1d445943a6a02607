//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// roomOf returns the size of the terminal f; ok is false if f is none.
func roomOf(f *os.File) (width, height int, ok bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, false
	}
	return int(size.Col), int(size.Row), true
}

// unbuffered makes the terminal f pass on each key at once, without showing it.
// It returns nil if f is no terminal.
func unbuffered(f *os.File) (restore func()) {
	fd := int(f.Fd())
	was, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil
	}
	now := *was
	now.Lflag &^= unix.ICANON | unix.ECHO
	now.Cc[unix.VMIN], now.Cc[unix.VTIME] = 1, 0
	if unix.IoctlSetTermios(fd, setTermios, &now) != nil {
		return nil
	}
	return func() { unix.IoctlSetTermios(fd, setTermios, was) }
}
