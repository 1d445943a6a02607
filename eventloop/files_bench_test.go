//go:build unix

package eventloop_test

// What descriptors cost a loop, each beside the same without.

import (
	"context"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/tasks"
)

// idle makes l watch n descriptors that are never ready.
func idle(b *testing.B, l *eventloop.Loop, n int) {
	b.Helper()
	for range n {
		a, _ := socketpair(b)
		if _, err := l.AddReader(a, func() { b.Error("nothing came") }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIdleStep is a step of a task, beside idle sockets.
func BenchmarkIdleStep(b *testing.B) {
	for _, n := range []int{1, 2, 10, 1000} {
		for _, sockets := range []int{0, 100} {
			b.Run(fmt.Sprintf("tasks-%d/sockets-%d", n, sockets), func(b *testing.B) {
				l := eventloop.New()
				defer l.Close()
				idle(b, l, sockets)
				ctx := l.Context(context.Background())
				all := make([]*tasks.Task[struct{}], n)
				for i := range all {
					all[i] = tasks.Go(ctx, func(ctx context.Context) error {
						for range b.N/n + 1 {
							if err := tasks.Sleep(ctx, 0); err != nil {
								return err
							}
						}
						return nil
					})
				}
				b.ReportAllocs()
				b.ResetTimer()
				for _, t := range all {
					if err := l.RunUntilComplete(t); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkWake has another goroutine wake a loop that sleeps, and wait for it.
func BenchmarkWake(b *testing.B) {
	b.Run("channel", func(b *testing.B) {
		there, back := make(chan int), make(chan int)
		go func() {
			for n := range there {
				back <- n
			}
		}()
		for b.Loop() {
			there <- 1
			<-back
		}
		close(there)
	})
	for _, sockets := range []int{0, 100} {
		b.Run(fmt.Sprintf("sockets-%d", sockets), func(b *testing.B) {
			l := eventloop.New()
			defer l.Close()
			idle(b, l, sockets)
			gone := make(chan error)
			go func() { gone <- l.RunForever() }()
			back := make(chan int)
			reply := func() { back <- 1 }
			b.ReportAllocs()
			for b.Loop() {
				l.CallSoonThreadsafe(reply)
				<-back
			}
			l.CallSoonThreadsafe(l.Stop)
			if err := <-gone; err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkReady is an iteration that is for a descriptor that is ready.
func BenchmarkReady(b *testing.B) {
	l := eventloop.New()
	defer l.Close()
	idle(b, l, 100)
	x, _ := socketpair(b)
	var f eventloop.File
	l.InitFile(&f, x)
	n := 0
	if err := f.SetWriter(counting{&n, l, b.N}); err != nil {
		b.Fatal(err)
	}
	defer f.Forget()
	b.ReportAllocs()
	b.ResetTimer()
	if err := l.RunForever(); err != nil {
		b.Fatal(err)
	}
}

// counting stops the loop after a number of calls.
type counting struct {
	n   *int
	l   *eventloop.Loop
	end int
}

func (c counting) Run() {
	if *c.n++; *c.n == c.end {
		c.l.Stop()
	}
}
