package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/trace"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
)

// fixed returns a timeline with what a drawing may have to show.
func fixed() *timeline {
	const ms = time.Millisecond
	main := &taskLine{name: "main", created: 0, ended: 100 * ms,
		steps: []span{{0, 10 * ms}, {98 * ms, 100 * ms}},
		waits: []string{"gather of 3"}}
	quick := &taskLine{name: "quick", parent: main, created: 2 * ms, ended: 12 * ms,
		steps: []span{{11 * ms, 12*ms - 1}}}
	slow := &taskLine{name: "slow", parent: main, created: 3 * ms, ended: 97 * ms,
		steps: []span{{12 * ms, 13 * ms}, {40 * ms, 40*ms + 200}, {80 * ms, 96 * ms}},
		waits: []string{"a sleep until 1m0s", "a sleep until 1m0s"}}
	long := &taskLine{name: "a task with a very long name", parent: slow, created: 81 * ms, ended: 100 * ms,
		steps: []span{{96 * ms, 97 * ms}},
		waits: []string{"one", "two", "three", "four", "five", "six", "seven", "one", "eight"}}
	idle := &taskLine{name: "idle", created: 50*ms + 1234567, ended: 100 * ms}
	return &timeline{end: 100 * ms, tasks: []*taskLine{main, quick, slow, idle, long}}
}

func TestDrawTimeline(t *testing.T) {
	var out bytes.Buffer
	p := newPage(&out, false)
	drawTimeline(p, fixed())
	p.line()
	drawTimeline(p, &timeline{})
	p.line()
	drawTimeline(p, &timeline{tasks: []*taskLine{{name: "at one moment", steps: []span{{0, 0}}}}})
	if err := p.w.Flush(); err != nil {
		t.Fatal(err)
	}
	checkPage(t, out.String())
	golden(t, "timeline.txt", out.String())
}

func TestInTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 999: "999ns", 1234: "1.23µs", 12345678: "12.3ms", 999999: "1ms", 62345678901: "1m2.3s", time.Minute: "1m",
	} {
		if got := inTime(d); got != want {
			t.Errorf("inTime(%d) = %s, want %s", d, got, want)
		}
	}
}

// recorded traces a program and returns the trace.
func recorded(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := trace.Start(&buf); err != nil {
		t.Skip(err)
	}
	defer trace.Stop()
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		child := asyncio.Go(ctx, func(ctx context.Context) error {
			for range 2 {
				if err := asyncio.Sleep(ctx, time.Hour); err != nil {
					return err
				}
			}
			return nil
		}, asyncio.WithName("child"))
		asyncio.CreateTask(ctx, asyncio.NewFuture[int](ctx).Await, asyncio.WithName("left"))
		_, err := child.Await(ctx)
		return err
	}, runners.WithVirtualTime())
	if err != nil {
		t.Fatal(err)
	}
	trace.Stop()
	return buf.Bytes()
}

// What a loop writes is what is read, but for the times.
func TestReadTimeline(t *testing.T) {
	leak.Check(t)
	tl, err := readTimeline(bytes.NewReader(recorded(t)))
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Name, Parent string
		Steps        int
		Waits        []string
	}
	var got []line
	for _, task := range tl.tasks {
		l := line{Name: task.name, Steps: len(task.steps), Waits: task.waits}
		if task.parent != nil {
			l.Parent = task.parent.name
		}
		got = append(got, l)
		last := task.created
		for _, s := range task.steps {
			if s.from < last || s.to < s.from || s.to > tl.end {
				t.Errorf("%s: step %v after %v, the end is %v", task.name, s, last, tl.end)
			}
			last = s.to
		}
		if task.ended < last {
			t.Errorf("%s: ended at %v, the last step at %v", task.name, task.ended, last)
		}
	}
	want := []line{
		{"Task-1", "", 2, []string{"child"}},
		{"child", "Task-1", 3, []string{"a sleep until 1h0m0s", "a sleep until 2h0m0s"}},
		{"left", "Task-1", 2, []string{"future"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTraceCommand(t *testing.T) {
	leak.Check(t)
	file := filepath.Join(t.TempDir(), "trace.out")
	if err := os.WriteFile(file, recorded(t), 0o600); err != nil {
		t.Fatal(err)
	}
	out := mustDemo(t, "trace", file)
	for _, want := range []string{"Task-1", "  child", "waits for a sleep until 1h, a sleep until 2h", "█"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var piped bytes.Buffer
	code := command{bytes.NewReader(b), &piped, io.Discard, func(string) string { return "" }}.main([]string{"trace", "-"})
	if _, rest, _ := strings.Cut(out, "\n"); code != 0 || !strings.HasSuffix(piped.String(), rest) {
		t.Errorf("from standard input: exit code %d\n%s", code, &piped)
	}
}
