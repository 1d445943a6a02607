package futures_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/timeouts"
)

func TestIsCancelled(t *testing.T) {
	cancelled := &futures.CancelledError{Msg: "m"}
	tests := []struct {
		name string
		err  error
		want bool
		in   bool // in a task that was asked to cancel
	}{
		{"nil", nil, false, false},
		{"a CancelledError", cancelled, true, true},
		{"wrapped once", fmt.Errorf("fetch: %w", cancelled), true, true},
		{"wrapped twice", fmt.Errorf("a: %w", fmt.Errorf("b: %w", cancelled)), true, true},
		{"one that wraps", &futures.CancelledError{Err: io.EOF}, true, true},
		{"another error", io.EOF, false, false},
		{"the sentinel alone", futures.ErrCancelled, false, false},
		{"joined", errors.Join(cancelled), false, false},
		{"joined with another", errors.Join(io.EOF, cancelled), false, false},
		{"two %w", fmt.Errorf("%w, %w", cancelled, io.EOF), false, false},
		{"a panic's value", &coro.PanicError{Value: cancelled}, false, false},
		{"panic(context.Canceled)", &coro.PanicError{Value: context.Canceled}, false, false},
		{"context.Canceled", context.Canceled, false, true},
		{"context.Canceled wrapped", fmt.Errorf("get: %w", context.Canceled), false, true},
		{"context.Canceled joined", errors.Join(context.Canceled), false, false},
		{"context.DeadlineExceeded", context.DeadlineExceeded, false, false},
		{"a timeout", &timeouts.TimeoutError{}, false, false},
		{"ErrClosed", coro.ErrClosed, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := futures.IsCancelled(tt.err); got != tt.want {
				t.Errorf("IsCancelled: %t, want %t", got, tt.want)
			}
			if got := future.IsCancelledIn(tt.err, false); got != tt.want {
				t.Errorf("in a task that goes on: %t, want %t", got, tt.want)
			}
			if got := future.IsCancelledIn(tt.err, true); got != tt.in {
				t.Errorf("in a task that is asked to cancel: %t, want %t", got, tt.in)
			}
		})
	}
}

func TestErrorsIsAndText(t *testing.T) {
	tests := []struct {
		name string
		err  error
		is   []error
		not  []error
		text string
	}{
		{"without a message", &futures.CancelledError{},
			[]error{futures.ErrCancelled, context.Canceled},
			[]error{context.DeadlineExceeded, futures.ErrInvalidState},
			"asyncio: cancelled"},
		{"with a message", &futures.CancelledError{Msg: "shutdown"},
			[]error{futures.ErrCancelled, context.Canceled}, nil,
			"asyncio: cancelled: shutdown"},
		{"with a cause", &futures.CancelledError{Err: io.EOF},
			[]error{futures.ErrCancelled, context.Canceled, io.EOF}, nil,
			"asyncio: cancelled"},
		{"asked too early", futures.On[int](new(line)).Err(),
			[]error{futures.ErrInvalidState}, []error{futures.ErrCancelled},
			"asyncio: future is not done; await it, or ask Done first"},
		{"completed twice", twice(),
			[]error{futures.ErrInvalidState}, []error{futures.ErrCancelled},
			"asyncio: future is already done; set its outcome once, or ask Done first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, e := range tt.is {
				if !errors.Is(tt.err, e) {
					t.Errorf("is not %v", e)
				}
			}
			for _, e := range tt.not {
				if errors.Is(tt.err, e) {
					t.Errorf("is %v", e)
				}
			}
			if tt.err.Error() != tt.text {
				t.Errorf("text %q, want %q", tt.err.Error(), tt.text)
			}
		})
	}
}

// twice completes a future twice and returns what the second time gives.
func twice() error {
	f := futures.On[int](new(line))
	f.SetResult(1)
	return f.SetResult(2)
}
