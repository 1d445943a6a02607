//go:build unix

package runners_test

import (
	"context"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// A signal writes what the tasks are doing, and the run goes on.
func TestDumpOnASignal(t *testing.T) {
	leak.Check(t)
	r, w := io.Pipe()
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		waiter := tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }, tasks.WithName("waiter"))
		for range 2 {
			text, err := threads.ToThread(ctx, func(context.Context) (string, error) {
				if err := syscall.Kill(syscall.Getpid(), syscall.SIGUSR2); err != nil {
					return "", err
				}
				buf := make([]byte, 1<<16)
				n, err := r.Read(buf)
				return string(buf[:n]), err
			})
			if err != nil || !strings.Contains(text, "waiter: waiting") || !strings.Contains(text, "goroutine 1 of runners_test.TestDumpOnASignal") {
				t.Errorf("%v\n%s", err, text)
			}
		}
		waiter.Cancel()
		return nil
	}, runners.WithDump(syscall.SIGUSR2, w))
	if err != nil {
		t.Error(err)
	}
}

func TestDumpToNowhere(t *testing.T) {
	for name, do := range map[string]func(){
		"no signal": func() { runners.WithDump(nil, io.Discard) },
		"no writer": func() { runners.WithDump(syscall.SIGUSR2, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}
