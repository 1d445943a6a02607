// Package streams reads streams of bytes in tasks (asyncio: streams.py).
//
// A [Reader] stands between those who deliver data, a transport or a callback of
// the loop, and the task that reads it. The former call [Reader.FeedData] for
// what has arrived and [Reader.FeedEOF] at the end; the latter calls
// [Reader.Read], [Reader.ReadLine] and the like, which suspend it until there is
// enough.
//
//	for line, err := range r.Lines(ctx) {
//		if err != nil {
//			return err
//		}
//		...
//	}
//
// A reader does no input or output itself, and needs no loop until a task must
// wait. All its methods are for the loop's goroutine.
//
// # The end
//
// At the end of the data Read and ReadLine return io.EOF. A read that needs more
// than there is, [Reader.ReadExactly] or [Reader.ReadUntil], returns an
// [*IncompleteReadError] with what there was: it is io.ErrUnexpectedEOF for
// errors.Is.
//
// # The limit
//
// A reader has a limit, 64 KiB by default, with two effects. It bounds the search
// for a separator: a line that is longer is an error rather than memory used up.
// And it controls the flow: when more than twice the limit is waiting to be read,
// the transport is paused, until the limit is reached again. Read and ReadExactly
// may return more than the limit.
//
// # One reader at a time
//
// Only one task may wait for the data of a reader; another that would have to
// gets [ErrReaderBusy]. A read that is cancelled while it waits takes nothing:
// the data that has arrived stays for the next.
package streams
