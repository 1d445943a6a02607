package streams_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/timeouts"
)

// main runs fn in virtual time, with a reader that is fed a piece each second.
func main(fn func(ctx context.Context, r *streams.Reader) error, pieces ...string) {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l, r := eventloop.FromContext(ctx), streams.NewReader(streams.DefaultLimit)
		for i, piece := range pieces {
			l.CallLater(time.Duration(i+1)*time.Second, func() { r.FeedData([]byte(piece)) })
		}
		l.CallLater(time.Duration(len(pieces)+1)*time.Second, r.FeedEOF)
		return fn(ctx, r)
	}, runners.WithVirtualTime())
	if err != nil {
		fmt.Println("error:", err)
	}
}

// The pieces in which data arrives are no concern of those who read lines.
func ExampleReader_Lines() {
	main(func(ctx context.Context, r *streams.Reader) error {
		for line, err := range r.Lines(ctx) {
			if err != nil {
				return err
			}
			fmt.Printf("%q at %v\n", line, eventloop.FromContext(ctx).Time())
		}
		return nil
	}, "GET / HT", "TP/1.1\nHost: a", "\nthe end")
	// Output:
	// "GET / HTTP/1.1\n" at 2s
	// "Host: a\n" at 3s
	// "the end" at 4s
}

// A protocol with a length before each message.
func ExampleReader_ReadExactly() {
	main(func(ctx context.Context, r *streams.Reader) error {
		for {
			head, err := r.ReadExactly(ctx, 1)
			if e := (*streams.IncompleteReadError)(nil); errors.As(err, &e) && len(e.Partial) == 0 {
				fmt.Println("the end, between two messages")
				return nil
			}
			if err != nil {
				return err
			}
			body, err := r.ReadExactly(ctx, int(head[0]-'0'))
			if err != nil {
				return err
			}
			fmt.Printf("%s\n", body)
		}
	}, "5he", "llo3y", "ou")
	// Output:
	// hello
	// you
	// the end, between two messages
}

// The separator that ends first counts.
func ExampleReader_ReadUntil() {
	main(func(ctx context.Context, r *streams.Reader) error {
		for {
			part, err := r.ReadUntil(ctx, []byte("\r\n"), []byte("\n"), []byte(";"))
			if errors.Is(err, io.ErrUnexpectedEOF) {
				fmt.Println(err)
				return nil
			}
			fmt.Printf("%q\n", part)
		}
	}, "a=1;b=2", "\r\nc=3", "\nd")
	// Output:
	// "a=1;"
	// "b=2\r\n"
	// "c=3\n"
	// asyncio: the data ended after 1 bytes without a separator
}

// A read that takes too long leaves the data to the next.
func ExampleReader_Read() {
	main(func(ctx context.Context, r *streams.Reader) error {
		err := timeouts.Run(ctx, 500*time.Millisecond, func(ctx context.Context) error {
			_, err := r.Read(ctx, 100)
			return err
		})
		fmt.Println(err)
		for {
			data, err := r.Read(ctx, 100)
			if err == io.EOF {
				return nil
			}
			fmt.Printf("%q\n", data)
		}
	}, "late", "later")
	// Output:
	// asyncio: timeout
	// "late"
	// "later"
}
