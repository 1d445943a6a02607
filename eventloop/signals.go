package eventloop

// Signals that the process receives, as callbacks.

import (
	"fmt"
	"os"
	"os/signal"
)

// AddSignalHandler makes the loop call fn each time the process receives sig
// (asyncio: add_signal_handler). fn is a callback as any other: it runs between
// the others, behind those that are ready, and if it panics that is reported and
// the loop goes on. It takes the place of the handler that the loop has for sig.
//
// Until [Loop.RemoveSignalHandler] or [Loop.Close] the signal does not do what it
// does without a handler, such as end the process, and may come at any time: the
// loop is not deadlocked while it waits. Virtual time does not wait for it.
// Signals of one kind that come faster than the process takes them may count as
// one, and those of different kinds may overtake each other. Other loops that
// handle sig, and channels that [signal.Notify] was given, get it too.
//
// On a closed loop it returns [ErrLoopClosed], and another error for a signal
// that cannot be caught. It is for the loop's goroutine, or for a loop that does
// not run yet. It cannot be used in a synctest bubble: signals come from outside.
func (l *Loop) AddSignalHandler(sig os.Signal, fn func()) error {
	if sig == nil {
		panic("asyncio: AddSignalHandler of a nil signal")
	}
	l.check(fn, "AddSignalHandler")
	s, ok := l.Extension(signalsKey{}, func() Extension { return make(signals) }).(signals)
	switch {
	case !ok:
		return ErrLoopClosed
	case !catchable(sig):
		return fmt.Errorf("asyncio: the signal %q cannot be caught; handle another", sig)
	case s[sig] != nil:
		s[sig].fn = fn
		return nil
	}
	s[sig] = startRelay(l, sig, fn)
	return nil
}

// RemoveSignalHandler undoes [Loop.AddSignalHandler] and reports whether there was
// a handler (asyncio: remove_signal_handler). A signal that has come before, and
// was not handled yet, is dropped.
func (l *Loop) RemoveSignalHandler(sig os.Signal) bool {
	if l.debug {
		l.checkGoroutine()
	}
	s, _ := l.Extension(signalsKey{}, nil).(signals)
	r := s[sig]
	if r == nil {
		return false
	}
	delete(s, sig)
	r.stop()
	return true
}

// signalsKey is what a loop has its signals under.
type signalsKey struct{}

// signals are a loop's handlers.
type signals map[os.Signal]*relay

// LoopClosed implements [Extension].
func (s signals) LoopClosed() {
	for _, r := range s {
		r.stop()
	}
}

// A relay is a goroutine that takes the signals of one kind to the loop. There is
// one for each, because package signal cannot take back one of several that go to
// a channel: to stop them all and begin again would leave a moment in which
// another one ends the process.
type relay struct {
	loop *Loop
	sig  os.Signal
	fn   func() // nil when the handler was removed; the loop's goroutine only
	come chan os.Signal
	gone chan struct{}
}

func startRelay(l *Loop, sig os.Signal, fn func()) *relay {
	r := &relay{l, sig, fn, make(chan os.Signal, 16), make(chan struct{})}
	l.Expect()
	go func() {
		defer close(r.gone)
		for range r.come {
			l.Post(r)
		}
	}()
	signal.Notify(r.come, sig)
	return r
}

// stop ends the goroutine.
func (r *relay) stop() {
	signal.Stop(r.come) // after which nothing is sent
	close(r.come)
	<-r.gone
	r.fn = nil
	r.loop.Unexpect()
}

// Run is called by the loop for each signal.
func (r *relay) Run() {
	if r.fn != nil {
		r.fn()
	}
}

// String names it in snapshots of the loop.
func (r *relay) String() string { return "handler of the signal " + r.sig.String() }
