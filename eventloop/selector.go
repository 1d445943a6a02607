package eventloop

import "time"

// Forever is the timeout of a Select that only Wake ends.
const Forever time.Duration = -1

// A Selector is where a loop waits (asyncio: selectors.BaseSelector).
type Selector interface {
	// Select returns when Wake was called since the last Select returned, or
	// when timeout has passed; at once if timeout is 0; [Forever] has no end.
	// It is called once in every iteration. An error makes the loop return it.
	Select(timeout time.Duration) error

	// Wake ends the current Select, or the next. Any goroutine may call it.
	Wake()

	// Close frees what the selector holds. The loop calls it once.
	Close() error
}

// parker is the Selector of a loop without files: it parks its goroutine on a
// channel and one timer.
type parker struct {
	wake  chan struct{}
	timer *time.Timer
}

func newParker() *parker { return &parker{wake: make(chan struct{}, 1)} }

func (p *parker) Select(timeout time.Duration) error {
	switch {
	case timeout < 0:
		<-p.wake
		return nil
	case p.timer == nil:
		p.timer = time.NewTimer(timeout)
	default:
		p.timer.Reset(timeout)
	}
	select {
	case <-p.wake:
		p.timer.Stop()
	case <-p.timer.C:
	}
	return nil
}

func (p *parker) Wake() {
	select {
	case p.wake <- struct{}{}:
	default: // it is awake, or will be
	}
}

func (p *parker) Close() error {
	if p.timer != nil {
		p.timer.Stop()
	}
	return nil
}
