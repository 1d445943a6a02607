// Package transports moves bytes between a loop's connections and the code that
// understands them (asyncio: transports.py, protocols.py, selector_events.py and
// sslproto.py).
//
// A [Transport] is a connection as its owner sees it: it takes what is to be sent and
// keeps what the other end cannot take yet. A [Protocol] is called with what arrives.
// Both run on the loop's goroutine, in callbacks: a protocol must not await, but may
// create tasks with the ctx of its transport.
//
// Most programs want package streams, which is built on this one: a protocol costs no
// task for each connection, and is harder to write.
package transports
