package frames_test

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/frames"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

func TestLibrary(t *testing.T) {
	const module = "github.com/goasyncio/asyncio"
	_, here, _, _ := runtime.Caller(0)
	root := strings.TrimSuffix(here, "/internal/frames/frames_test.go")
	tests := []struct {
		function, file string
		library        bool
	}{
		{module + ".Go", "asyncio.go", true},
		{module + ".CreateTask[...]", "asyncio.go", true},
		{module + "/tasks.Create[...]", "tasks/task.go", true},
		{module + "/tasks.(*Task[go.shape.struct {}]).Await", "tasks/task.go", true},
		{module + "/tasks.Create[example.com/shop.Order]", "tasks/task.go", true},
		{module + "/tasks.Go.func1", "tasks/task.go", true},
		{module + "/internal/oplang.(*interp).run", "internal/oplang/interp.go", true},
		{module + "_test.TestRun", "facade_test.go", false},
		{module + "/tasks_test.TestGo.func1", "tasks/task_test.go", false},
		{module + "/tasks.TestInside", "tasks/inside_test.go", false},
		{module + "/cmd/demo.gather", "cmd/demo/tasks.go", false},
		{module + "/examples/chat.serve", "examples/chat/main.go", false},
		{module + "2/tasks.Create", "tasks.go", false},
		{"main.main", "main.go", false},
		{"example.com/asyncio.Go", "asyncio.go", false},
		{"example.com/shop%2ev2.Order[" + module + "/tasks.Task]", "order.go", false},
		{"runtime.main", "proc.go", false},
		{"nodots", "", false},
		{"main.work.(*Completions[...]).Results.func1", root + "/tasks/completed.go", true}, // inlined
		{"main.work", root + "/tasks/work_test.go", false},
		{"main.work", root + "/cmd/demo/main.go", false},
		{"main.work", root + "2/main.go", false},
	}
	for _, tt := range tests {
		if got := frames.Library(tt.function, tt.file); got != tt.library {
			t.Errorf("Library(%q, %q) = %t", tt.function, tt.file, got)
		}
	}
}

func TestHidden(t *testing.T) {
	for function, want := range map[string]bool{
		"runtime.goexit": true, "runtime.corostart": true, "iter.Pull[...].func1": true,
		"runtime/pprof.Do": false, "sync.(*Mutex).Lock": false, "time.Sleep": false, "main.iter": false,
		"github.com/goasyncio/asyncio/coro.(*worker).loop": true,
	} {
		if got := frames.Hidden(function, "x.go"); got != want {
			t.Errorf("Hidden(%q) = %t", function, got)
		}
	}
}

// callers returns the stack of its caller.
func callers() []uintptr {
	pcs := make([]uintptr, 64)
	return pcs[:runtime.Callers(2, pcs)]
}

// What is left of a task's stack is the functions of who wrote the task.
func TestUser(t *testing.T) {
	leak.Check(t)
	var got []string
	var first string
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		return asyncio.WithTimeout(ctx, asyncio.NoTimeout, func(ctx context.Context) error {
			pcs := callers()
			for _, f := range frames.User(pcs) {
				got = append(got, f.Function[strings.LastIndexByte(f.Function, '/')+1:])
			}
			f, ok := frames.First(pcs)
			if !ok || filepath.Base(f.File) != "frames_test.go" {
				t.Errorf("First: %v, %t", f, ok)
			}
			first = frames.String(f)
			return nil
		})
	})
	want := []string{"frames_test.TestUser.func1.1", "frames_test.TestUser.func1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !strings.Contains(first, "frames_test.go:") || !strings.HasSuffix(first, "frames_test.TestUser.func1.1") {
		t.Errorf("String: %q", first)
	}
}

func TestNoFrames(t *testing.T) {
	if got := frames.User(nil); got != nil {
		t.Errorf("User: %v", got)
	}
	if f, ok := frames.First(nil); ok {
		t.Errorf("First: %v", f)
	}
}
