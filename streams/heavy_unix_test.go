//go:build unix

package streams_test

// The same over the system's own sockets.

import (
	"context"
	"syscall"
	"testing"
)

func TestManyConnections(t *testing.T) {
	n := size(2000, 10000)
	if most := (raiseFiles(t, 2*n+200) - 200) / 2; n > most {
		t.Logf("%d connections in place of %d: the system allows no more descriptors", most, n)
		n = most
	}
	onSystem(t, func(ctx context.Context) { manyConnections(t, ctx, n) })
}

// raiseFiles asks for a limit of n descriptors during t, and returns what there is.
func raiseFiles(t *testing.T, n int) int {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Skip(err)
	}
	if int(old.Cur) >= n {
		return n
	}
	more, all := old, old // fields of a type that differs from system to system
	setLimit(&more.Cur, n)
	if more.Max < more.Cur {
		more.Max = more.Cur
	}
	all.Cur = all.Max
	for _, want := range []syscall.Rlimit{more, all} {
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &want) == nil {
			t.Cleanup(func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old) })
			return int(min(uint64(want.Cur), uint64(n)))
		}
	}
	return int(old.Cur)
}

func setLimit[N int64 | uint64](limit *N, n int) { *limit = N(n) }

func TestManyMessages(t *testing.T) {
	onSystem(t, func(ctx context.Context) { manyMessages(t, ctx, size(20000, 1000000), size(100, 500)) })
}

func TestVanishingClients(t *testing.T) {
	for _, secure := range []bool{false, true} {
		onSystem(t, func(ctx context.Context) { vanishing(t, ctx, size(300, 1000), secure) })
	}
}
