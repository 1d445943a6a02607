package eventloop

// Descriptors that the loop watches.

import (
	"errors"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop/selectors"
)

// AddReader makes the loop call fn in each iteration in which the descriptor fd can be
// read without blocking, or is at its end, or has failed (asyncio: add_reader). fn runs
// behind what was ready before the iteration and before the timers that are due. It
// takes the place of the reader that fd has, whose handle is cancelled. A handle that
// is cancelled removes the reader when fd is ready the next time.
//
// Remove the reader before fd is closed. The file behind fd should be non-blocking; it
// is not for a descriptor that the net or os package of Go uses, as their own poller
// keeps it.
//
// A loop that watches descriptors is not deadlocked: they may become ready at any time.
// For the same reason virtual time stands still meanwhile, as it does for a
// [Loop.Hold]: it must not jump to a timeout while the answer is on its way. A server
// that waits for connections would so stop it for good; tests with virtual time use
// package network/memory.
//
// The error wraps the system's: syscall.EBADF if fd is not open, syscall.EPERM for a
// regular file or a directory, which are always ready. It is errors.ErrUnsupported on
// systems where package selectors has no selector and on loops with a selector that is
// no [FileSelector], and [ErrLoopClosed] on a closed loop. A descriptor of a connection
// that the loop has belongs to that, and is refused. Whenever there is an error, fd has
// neither a reader nor a writer after that, but for those of the connection.
func (l *Loop) AddReader(fd uintptr, fn func()) (*Handle, error) {
	return l.addFile(fd, fn, selectors.Read, "AddReader")
}

// AddWriter is [Loop.AddReader] for writing (asyncio: add_writer). A socket that is
// being connected can be written when that has come to its end.
func (l *Loop) AddWriter(fd uintptr, fn func()) (*Handle, error) {
	return l.addFile(fd, fn, selectors.Write, "AddWriter")
}

// RemoveReader undoes [Loop.AddReader] and cancels the handle. It reports whether fd had
// a reader (asyncio: remove_reader).
func (l *Loop) RemoveReader(fd uintptr) bool { return l.removeFile(fd, selectors.Read) }

// RemoveWriter undoes [Loop.AddWriter] and cancels the handle. It reports whether fd had
// a writer (asyncio: remove_writer).
func (l *Loop) RemoveWriter(fd uintptr) bool { return l.removeFile(fd, selectors.Write) }

func (l *Loop) addFile(fd uintptr, fn func(), e selectors.Events, method string) (*Handle, error) {
	l.check(fn, method)
	f := l.files.table[fd]
	if f == nil {
		f = new(File)
		l.InitFile(f, fd)
		f.shared = true
	} else if !f.shared {
		return nil, fmt.Errorf("asyncio: the descriptor %d belongs to a connection of the loop; use that", int(fd))
	}
	h := &Handle{r: runFunc(fn)}
	old := *f.callback(e)
	// The selector is told even if nothing changes, as the number may have come to
	// stand for another file.
	if err := f.watch(f.events|e, true); err != nil {
		return nil, err
	}
	*f.callback(e) = h
	if old != nil {
		old.(*Handle).Cancel()
	}
	return h, nil
}

func (l *Loop) removeFile(fd uintptr, e selectors.Events) bool {
	if l.debug {
		l.checkGoroutine()
	}
	f := l.files.table[fd]
	if f == nil || !f.shared || f.events&e == 0 {
		return false
	}
	(*f.callback(e)).(*Handle).Cancel()
	f.set(e, nil)
	return true
}

// A File is a descriptor with what is to run when it is ready: [Loop.AddReader] and
// the others without handles, for the packages of this module that own descriptors.
// While it watches for anything, nobody else can on this loop. All methods are for the
// loop's goroutine.
type File struct {
	loop           *Loop
	fd             uintptr
	reader, writer coro.Runnable
	events         selectors.Events // for which there are these
	shared         bool             // of AddReader and AddWriter, with handles
}

// InitFile makes f the descriptor fd, watched for nothing.
func (l *Loop) InitFile(f *File, fd uintptr) { *f = File{loop: l, fd: fd} }

// SetReader makes r ready in each iteration in which the descriptor can be read, in
// place of the reader that there is. With nil there is none; what is in the ready queue
// may still run. The errors are those of [Loop.AddReader].
func (f *File) SetReader(r coro.Runnable) error { return f.set(selectors.Read, r) }

// SetWriter is SetReader for writing.
func (f *File) SetWriter(r coro.Runnable) error { return f.set(selectors.Write, r) }

// Forget takes back both. It is to be called before the descriptor is closed.
func (f *File) Forget() {
	f.reader, f.writer = nil, nil
	if f.events != 0 {
		_ = f.watch(0, false) // which cannot fail
	}
}

// callback returns where the one for e, which is one event, stands.
func (f *File) callback(e selectors.Events) *coro.Runnable {
	if e == selectors.Read {
		return &f.reader
	}
	return &f.writer
}

func (f *File) set(e selectors.Events, r coro.Runnable) error {
	events := f.events | e
	if r == nil {
		events &^= e
	}
	if err := f.watch(events, false); err != nil {
		return err
	}
	*f.callback(e) = r
	return nil
}

// watch tells the selector, if there is news or it is to be told again.
func (f *File) watch(events selectors.Events, again bool) error {
	l := f.loop
	if l.debug {
		l.checkGoroutine()
	}
	if events == f.events && !again {
		return nil
	}
	if l.closed.Load() {
		if events == 0 {
			return nil
		}
		return ErrLoopClosed
	}
	s, err := l.fileSelector()
	if err != nil {
		return err
	}
	if old := l.files.table[f.fd]; old != nil && old != f {
		old.lose() // an earlier file of that number, which was closed
	}
	if err := s.Watch(f.fd, events); err != nil {
		f.lose()
		return err
	}
	f.events = events
	if events == 0 {
		delete(l.files.table, f.fd)
	} else {
		l.files.table[f.fd] = f
	}
	l.distracted()
	return nil
}

// lose drops the callbacks of a descriptor that is not watched any more.
func (f *File) lose() {
	for _, r := range []coro.Runnable{f.reader, f.writer} {
		if h, ok := r.(*Handle); ok && f.shared {
			h.Cancel()
		}
	}
	f.reader, f.writer, f.events = nil, nil, 0
	delete(f.loop.files.table, f.fd)
	f.loop.distracted()
}

// fileSelector returns the selector for descriptors, making it if this is the first.
func (l *Loop) fileSelector() (FileSelector, error) {
	if l.files.selector != nil {
		return l.files.selector, nil
	}
	s, ok := l.selector.(FileSelector)
	if l.parker != nil {
		made, err := selectors.New()
		if err != nil {
			return nil, err
		}
		s = made
		l.parker.move(s)
	} else if !ok {
		return nil, fmt.Errorf("asyncio: the loop's selector cannot watch descriptors; give it one that is a FileSelector: %w", errors.ErrUnsupported)
	}
	l.files.selector, l.files.table = s, make(map[uintptr]*File)
	return s, nil
}
