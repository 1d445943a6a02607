// Package streams is for tasks that read from connections and write to them (asyncio:
// streams.py).
//
// [OpenConnection] connects to somewhere, [StartServer] runs a task for each who
// connects. Both give a [Reader] for what arrives and a [Writer] for what is sent:
//
//	r, w, err := streams.OpenConnection(ctx, "tcp", "example.com:7")
//	if err != nil {
//		return err
//	}
//	defer w.Close()
//	fmt.Fprintln(w, "hello")
//	for line, err := range r.Lines(ctx) {
//		if err != nil {
//			return err
//		}
//		...
//	}
//
// A read suspends its task until there is enough. A write never waits; [Writer.Drain]
// does, until the other end has taken enough of what was written. The two halves belong
// to each other: closing the writer is the end for the reader. All methods are for the
// loop's goroutine.
//
// # Readers by themselves
//
// A reader does no input or output itself, and needs no loop until a task must wait. Who
// has data of another kind makes one with [NewReader], and calls [Reader.FeedData] for
// what has arrived and [Reader.FeedEOF] at the end. A [Protocol] does that for a transport
// that was made otherwise than by this package.
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
// the data that has arrived stays for the next. Any number of tasks may write, and
// drain the writer.
//
// # Memory
//
// A connection that waits holds no buffer. What arrives gets memory of its size, which is
// given away with it if it is read at once; for [Reader.ReadInto] it gets none, and with
// 16 KiB of room or more, no copy is made of it either.
package streams
