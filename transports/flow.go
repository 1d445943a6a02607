package transports

import (
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// defaultHigh is the high-water mark of a transport that is given none.
const defaultHigh = 64 << 10

// A flow tells a protocol when its transport holds more than it should (asyncio:
// _FlowControlMixin).
type flow struct {
	high, low int
	pauser    WritePauser // the protocol, nil if it does not want to know
	paused    bool        // PauseWriting was called last
}

// setLimits is SetWriteBufferLimits.
func (f *flow) setLimits(high, low int) {
	if high < 0 {
		high = defaultHigh
		if low >= 0 {
			high = 4 * low
		}
	}
	if low < 0 {
		low = high / 4
	}
	if low > high {
		panic("asyncio: SetWriteBufferLimits with a low-water mark above the high-water mark")
	}
	f.high, f.low = high, low
}

// setProtocol says who is to be told. A protocol that comes to a transport that
// holds too much has not been told, and is when it writes.
func (f *flow) setProtocol(p any) {
	f.pauser, _ = p.(WritePauser)
	f.paused = false
}

// grown pauses the protocol if size is above the high-water mark (asyncio:
// _maybe_pause_protocol).
func (f *flow) grown(size int, r reporter) {
	if size <= f.high || f.paused {
		return
	}
	f.paused = true
	if f.pauser != nil {
		defer guard(r)
		f.pauser.PauseWriting()
	}
}

// shrunk resumes the protocol if size is down to the low-water mark (asyncio:
// _maybe_resume_protocol).
func (f *flow) shrunk(size int, r reporter) {
	if !f.paused || size > f.low {
		return
	}
	f.paused = false
	if f.pauser != nil {
		defer guard(r)
		f.pauser.ResumeWriting()
	}
}

// A reporter tells the loop's exception handler of what went wrong in a protocol.
type reporter interface{ report(err error) }

// guard is deferred around a call of a protocol: a panic in it is reported, and
// does not reach the loop.
func guard(r reporter) {
	if v := recover(); v != nil {
		r.report(coro.NewPanicError(v))
	}
}

// reportOn reports an error on what calls itself name.
func reportOn(l *eventloop.Loop, name string, err error) {
	l.CallExceptionHandler(eventloop.Event{Reason: eventloop.ReasonConnection, Err: err, Name: name})
}
