package threads

import (
	"context"
	"fmt"
	"iter"
	"reflect"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/waits"
)

// maxQuick is how many operations on channels that are ready the tasks of a loop do
// before one gives way: a goroutine that fills a channel as fast as a task empties
// it must not keep the others from running.
const maxQuick = 64

// Recv receives from ch and suspends the task until there is something. ok is false
// if ch is closed and empty, as in v, ok := <-ch. If ch is ready, Recv does not wait,
// but for one turn of the loop now and then so that other tasks get theirs.
//
// An error means that nothing was received. If an item arrives together with a
// cancellation, Recv returns the item, and the next await the cancellation.
//
// A wait takes a goroutine, which has ended when Recv returns, and holds the loop:
// virtual time stands still meanwhile. Among the tasks of one loop use a queue.
func Recv[T any](ctx context.Context, ch <-chan T) (v T, ok bool, err error) {
	if err := begin(ctx); err != nil {
		return v, false, err
	}
	select {
	case v, ok = <-ch:
		return v, ok, nil
	default:
	}
	return recv(ctx, ch)
}

// recv is a receive that has to wait. It is apart because here the results escape.
func recv[T any](ctx context.Context, ch <-chan T) (v T, ok bool, err error) {
	op := func(stop <-chan struct{}) bool {
		select {
		case v, ok = <-ch:
			return true
		case <-stop:
			return false
		}
	}
	if ch == nil {
		op = nil // nobody else can end that: the loop may be found to be deadlocked
	}
	err = help(ctx, channel{"receive from", ch}, op)
	return v, ok, err
}

// Send sends v to ch and suspends the task until that has room or a receiver. It
// panics if ch is closed. Otherwise what is said of [Recv] holds: an error means that
// v was not sent.
func Send[T any](ctx context.Context, ch chan<- T, v T) error {
	if err := begin(ctx); err != nil {
		return err
	}
	select {
	case ch <- v:
		return nil
	default:
	}
	op := func(stop <-chan struct{}) bool {
		select {
		case ch <- v:
			return true
		case <-stop:
			return false
		}
	}
	if ch == nil {
		op = nil
	}
	return help(ctx, channel{"send to", ch}, op)
}

// A channel is what a task does to one, for reports.
type channel struct {
	part string
	ch   any
}

func (c channel) explain() waits.Reason {
	v := reflect.ValueOf(c.ch)
	r := waits.Reason{Kind: "channel", Part: c.part, Detail: "of " + v.Type().Elem().String()}
	switch {
	case v.IsNil():
		r.State = "nil"
		return r
	case v.Cap() == 0:
		r.State = "unbuffered"
	default:
		r.State = fmt.Sprintf("%d of %d there", v.Len(), v.Cap())
	}
	r.Object = v.Pointer() // the same in both directions
	return r
}

// Chan ranges over what [Recv] gets from ch, until ch is closed. An error of Recv is
// the last pair.
//
//	for v, err := range threads.Chan(ctx, results) {
//		if err != nil {
//			return err
//		}
//		...
//	}
func Chan[T any](ctx context.Context, ch <-chan T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			v, ok, err := Recv(ctx, ch)
			if err == nil && !ok || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// begin returns the error with which an operation fails before it looks at its
// channel.
func begin(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil {
		return err
	}
	h := hubOf(loopOf(ctx))
	if h == nil {
		return nil // the task is being closed: its awaits will say so
	}
	if h.quick++; h.quick < maxQuick {
		return nil
	}
	h.quick = 0
	return coro.Await(ctx, nil)
}
