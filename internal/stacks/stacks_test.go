package stacks_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/goid"
	"github.com/goasyncio/asyncio/internal/stacks"
	"github.com/google/go-cmp/cmp"
)

const dump = `goroutine 7 [running]:
main.spin(...)
	/src/main.go:12
github.com/goasyncio/asyncio/tasks.(*body[...]).Body(0x0?, 0x1)
	/src/asyncio/tasks/task.go:98 +0xb2
iter.Pull[...].func1()
	/usr/local/go/src/iter/iter.go:301 +0xe5
created by iter.Pull[...] in goroutine 1
	/usr/local/go/src/iter/iter.go:271 +0x90

goroutine 1 [coroutine, 2 minutes, locked to thread]:
iter.Pull[...].func2()
	/usr/local/go/src/iter/iter.go:317 +0x5f
github.com/goasyncio/asyncio/eventloop.(*Loop).RunForever(0xc000100000)
	/src/asyncio/eventloop/loop.go:118 +0xb2
main.main()
	/src/main.go:40 +0x9b

goroutine 8 [chan receive (durable), synctest bubble 3]:
main.(*pump).run({0x5869d6?, 0x0?})
	/src/main.go:20 +0x1f
...additional frames elided...
created by main.main in goroutine 5
	/src/main.go:39 +0x7d

goroutine 9 [select]:
github.com/goasyncio/asyncio/eventloop.(*Loop).wait(0xc000100000, 0x5)
	/src/asyncio/eventloop/runonce.go:90 +0xb2

no goroutine
`

func TestParse(t *testing.T) {
	type goroutine struct {
		ID, Creator uint64
		State       string
		Pulled      bool
		User        []string // without the lines of files
	}
	var got []goroutine
	for _, g := range stacks.Parse([]byte(dump)) {
		h := goroutine{g.ID, g.Creator, g.State, g.Pulled, nil}
		for line := range strings.Lines(g.User()) {
			if !strings.HasPrefix(line, "\t") {
				h.User = append(h.User, strings.TrimSpace(line))
			}
		}
		got = append(got, h)
	}
	want := []goroutine{
		{7, 1, "running", true, []string{"goroutine 7 [running]:", "main.spin(...)"}},
		{1, 0, "coroutine", false, []string{"goroutine 1 [coroutine, 2 minutes, locked to thread]:", "main.main()"}},
		{8, 5, "chan receive", false, []string{"goroutine 8 [chan receive (durable), synctest bubble 3]:",
			"main.(*pump).run({0x5869d6?, 0x0?})", "...additional frames elided...", "created by main.main in goroutine 5"}},
		{9, 0, "select", false, []string{"goroutine 9 [select]:", // there would be nothing else
			"github.com/goasyncio/asyncio/eventloop.(*Loop).wait(0xc000100000, 0x5)"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestIn(t *testing.T) {
	all := stacks.Parse([]byte(dump))
	for i, want := range []bool{false, false, false, true} {
		if got := all[i].In("github.com/goasyncio/asyncio/eventloop.(*Loop).wait"); got != want {
			t.Errorf("goroutine %d: %t", all[i].ID, got)
		}
	}
}

func TestRunning(t *testing.T) {
	all := stacks.Parse([]byte(dump))
	nobody := func(uint64) bool { return false }
	is := func(id uint64) func(uint64) bool { return func(i uint64) bool { return i == id } }
	tests := []struct {
		name  string
		root  uint64
		known func(uint64) bool
		want  uint64 // 0 for none
	}{
		{"a coroutine of the root", 1, nobody, 7},
		{"one that is known", 99, is(7), 7},
		{"one made by one that is known and has ended", 99, is(1), 7},
		{"the root itself", 9, nobody, 9},
		{"a goroutine that the root has started", 5, nobody, 0},
		{"somebody else", 99, nobody, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, ok := stacks.Running(all, tt.root, tt.known)
			if ok != (tt.want != 0) || g.ID != tt.want {
				t.Errorf("%d, %t, want %d", g.ID, ok, tt.want)
			}
		})
	}
}

// The runtime writes what Parse expects: a coroutine that runs is found from the
// goroutine that resumes it, however many are between.
func TestAll(t *testing.T) {
	own := goid.Get()
	var inner uint64
	var found stacks.Goroutine
	next, stop := iter.Pull(func(yield func(int) bool) {
		next, stop := iter.Pull(func(yield func(int) bool) {
			inner = goid.Get()
			found, _ = stacks.Running(stacks.All(), own, func(uint64) bool { return false })
		})
		defer stop()
		next()
	})
	defer stop()
	next()
	if found.ID != inner || !strings.Contains(found.User(), "stacks_test.TestAll.func1.1(") {
		t.Errorf("found %d, want %d\n%s", found.ID, inner, found.Text)
	}
	// More than the first buffer holds.
	const n = 300
	block, done := make(chan int), make(chan int)
	for range n {
		go func() { <-block; done <- 1 }()
	}
	if all := stacks.All(); len(all) < n {
		t.Errorf("%d goroutines, want at least %d", len(all), n)
	}
	close(block)
	for range n {
		<-done
	}
}
