package eventloop_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/tasks"
)

// telling is a writer that tells of each write.
type telling struct {
	io.Writer
	told chan bool
}

func (w telling) Write(p []byte) (int, error) {
	defer func() { w.told <- true }()
	return w.Writer.Write(p)
}

// A loop tells of steps that take long. The log has how long as well, and the
// stack of a step that has not ended.
func ExampleWithSlowCallbackDuration() {
	told := make(chan bool, 9)
	log := slog.New(slog.NewTextHandler(telling{os.Stdout, told}, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == "msg" || a.Key == "name" {
				return a
			}
			return slog.Attr{}
		},
	}))
	l := eventloop.New(eventloop.WithSlowCallbackDuration(20*time.Millisecond), eventloop.WithLogger(log))
	defer l.Close()
	l.RunUntilComplete(tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		<-told // which blocks the loop, as every receive from a channel does
		return nil
	}, tasks.WithName("careless")))
	// Output:
	// msg="asyncio: a step blocks the loop" name="task careless"
	// msg="asyncio: a step took long" name="task careless"
}

// Another goroutine, such as that of an HTTP handler, asks what a loop is stuck
// in.
func ExampleLoop_Stuck() {
	l := eventloop.New()
	defer l.Close()
	inside, release := make(chan bool), make(chan bool)
	go func() {
		<-inside
		for !strings.Contains(stackOf(l), "receive") {
			time.Sleep(time.Millisecond)
		}
		fmt.Println("waits for a channel, and not with an await:", strings.Contains(stackOf(l), "ExampleLoop_Stuck"))
		close(release)
	}()
	l.RunUntilComplete(tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		close(inside)
		<-release
		return nil
	}))
	fmt.Println(stackOf(l))
	// Output:
	// waits for a channel, and not with an await: true
	// nothing runs
}

func stackOf(l *eventloop.Loop) string {
	s, ok := l.Stuck()
	if !ok {
		return "nothing runs"
	}
	return s.Stack
}

// The profiles of runtime/pprof tell tasks apart.
func ExampleWithTaskLabels() {
	l := eventloop.New(eventloop.WithTaskLabels())
	defer l.Close()
	l.RunUntilComplete(tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		name, _ := pprof.Label(ctx, "task")
		fmt.Println("task", name)
		pprof.Do(ctx, pprof.Labels("request", "7"), func(ctx context.Context) {
			pprof.ForLabels(ctx, func(key, value string) bool {
				fmt.Println(key, value)
				return true
			})
		})
		return nil
	}, tasks.WithName("checkout")))
	// Output:
	// task checkout
	// request 7
	// task checkout
}
