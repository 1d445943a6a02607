// Package system is the network of the system: its sockets, and its resolver for
// names (asyncio: what selector_events.py and unix_events.py do with the socket
// module).
//
// Loops use it unless they are given another by eventloop.WithNetwork; programs have
// no use for it themselves. On Linux, macOS and the BSDs, [New] has sockets that the
// loop watches: no goroutine belongs to a connection, and a read or a write is one
// system call, on the goroutine of the loop.
//
// Names are looked up on another goroutine, by package net; addresses and numbers of
// ports are not. Errors are those of package net: a [net.OpError] around an
// [os.SyscallError], so that errors.Is finds syscall.ECONNREFUSED in them.
//
// Closing the loop closes the sockets that are left.
package system
