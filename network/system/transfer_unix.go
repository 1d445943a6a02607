//go:build (linux && (race || msan || asan)) || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import "syscall"

func read(fd int, p []byte) (int, error)  { return syscall.Read(fd, p) }
func write(fd int, p []byte) (int, error) { return syscall.Write(fd, p) }
