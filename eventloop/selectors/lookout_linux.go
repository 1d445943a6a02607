package selectors

// Who waits for descriptors in place of the loop's goroutine.

import (
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/goasyncio/asyncio/internal/nap"
)

// A lookout is a goroutine that waits in the netpoller until a descriptor is ready, and
// then wakes the selector. While it is posted the selector rests on a channel: to be
// woken there by another goroutine, as happens again and again to a loop whose
// connections are idle, takes no system call, where the netpoller takes one in each
// wait, to see that nothing came just before. It is not posted while descriptors are
// what the selector waits for, as it costs these one switch of goroutines more.
type lookout struct {
	posted atomic.Bool // it has not found anything
	nap    *nap.Nap
	posts  chan syscall.RawConn // nil until it was posted for the first time
	gone   chan struct{}        // closed when its goroutine ends
	wake   func()
	w      *waker
}

// patience is how many waits that end by a Wake alone make it worth to post a lookout.
const patience = 4

// post sends the lookout to what p parks in.
func (o *lookout) post(p *park) error {
	if err := p.file.Load().SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	if o.posts == nil {
		o.nap, o.w, o.wake = nap.New(), &p.waker, p.Wake
		o.posts, o.gone = make(chan syscall.RawConn, 1), make(chan struct{})
		go o.run()
	}
	o.posted.Store(true)
	o.posts <- p.raw
	return nil
}

// run is what the lookout does. Whatever ends its wait, also that the descriptor is
// closed, or a deadline that came late, the selector has to look by itself.
func (o *lookout) run() {
	defer close(o.gone)
	for raw := range o.posts {
		_ = raw.Read(ready)
		o.posted.Store(false)
		o.wake()
	}
}

// ready reports whether anything that an epoll descriptor watches is ready.
func ready(fd uintptr) bool {
	var event [1]unix.EpollEvent
	for {
		n, err := epollNow(int(fd), event[:])
		if err != unix.EINTR {
			return n > 0 || err != nil
		}
	}
}

// rest waits until the selector is woken, if only by the lookout, or timeout has passed.
func (o *lookout) rest(timeout time.Duration) {
	if !o.w.rest() {
		return
	}
	var end time.Time
	if timeout > 0 {
		end = time.Now().Add(timeout)
	}
	for o.nap.Wait(timeout) && !o.w.isWoken() { // by a Wake that was meant for an earlier wait
		if timeout > 0 {
			timeout = max(1, time.Until(end))
		}
	}
}

// dismiss ends the goroutine. What it waits for is closed.
func (o *lookout) dismiss() {
	if o.posts == nil {
		return
	}
	close(o.posts)
	<-o.gone
	o.nap.Stop()
}
