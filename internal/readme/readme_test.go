package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
)

var root = filepath.Join("..", "..")

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestProgram runs the first program and compares what it prints with what the
// README says that it prints.
func TestProgram(t *testing.T) {
	leak.Check(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	synctest.Test(t, func(t *testing.T) {
		end := time.Now().Add(3 * time.Second)
		main()
		if now := time.Now(); !now.Equal(end) {
			t.Errorf("it ends at %v, and with README.md's three seconds it would at %v", now, end)
		}
	})
	os.Stdout = stdout
	w.Close()
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	readme := read(t, root, "README.md")
	_, after, _ := strings.Cut(readme, "```text\n")
	want, _, _ := strings.Cut(after, "```")
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("output differs from README.md's (-want +got):\n%s", diff)
	}
}

// TestCode makes sure that the Go code in the README is compiled: each block
// stands in a file of this package.
func TestCode(t *testing.T) {
	var sources []string
	for _, f := range []string{"main.go", "versus.go", "streams.go", "watch.go"} {
		sources = append(sources, flat(read(t, f)))
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(read(t, root, "README.md"), -1)
	if len(blocks) < 3 {
		t.Fatalf("%d blocks of Go in README.md, want the program and a comparison", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(strings.Join(sources, "\n"), flat(b[1])) {
			t.Errorf("a block of README.md is not in the sources:\n%s", b[1])
		}
	}
}

// flat takes indentation out of account.
func flat(code string) string { return strings.Join(strings.Fields(code), " ") }

// TestLinks follows what the README and CONTRIBUTING.md point at.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	target := regexp.MustCompile("`make ([a-z-]+)|(?m)^    make ([a-z-]+)")
	makefile := read(t, root, "Makefile")
	for _, doc := range []string{"README.md", "CONTRIBUTING.md"} {
		text := read(t, root, doc)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s: dead link: %v", doc, err)
			}
		}
		for _, m := range target.FindAllStringSubmatch(text, -1) {
			if name := m[1] + m[2]; !strings.Contains(makefile, "\n"+name+":") {
				t.Errorf("%s: no make target %s", doc, name)
			}
		}
	}
}

// TestMap compares the README's map of packages with the tree.
func TestMap(t *testing.T) {
	_, after, _ := strings.Cut(read(t, root, "README.md"), "| package |")
	table, _, _ := strings.Cut(after, "\n\n")
	mapped := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^\| \[([a-z/]+)\]`).FindAllStringSubmatch(table, -1) {
		mapped[m[1]] = true
	}
	there := make(map[string]bool)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (name[0] == '.' || name == "internal" || name == "cmd" || name == "examples" || name == "testdata" || name == "bin") {
			return filepath.SkipDir
		}
		if dir, err := filepath.Rel(root, filepath.Dir(path)); err == nil && dir != "." &&
			strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			there[filepath.ToSlash(dir)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(there, mapped); diff != "" {
		t.Errorf("packages in the tree and in README.md's map (-tree +map):\n%s", diff)
	}
}

// TestCount makes sure that both columns of the comparison count alike.
func TestCount(t *testing.T) {
	leak.Check(t)
	pages := []string{"a", "bb", "ccc"}
	length := func(_ context.Context, page string) int { return len(page) }
	if got := countGoroutines(context.Background(), pages, length); got != 6 {
		t.Errorf("goroutines count %d, want 6", got)
	}
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		if got := countTasks(ctx, pages, length); got != 6 {
			t.Errorf("tasks count %d, want 6", got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestLimit makes sure that both columns of the comparison give up alike.
func TestLimit(t *testing.T) {
	leak.Check(t)
	type work = func(context.Context) (string, error)
	check := func(ctx context.Context, limit func(context.Context, work) (string, error), late work) {
		t.Helper()
		if _, err := limit(ctx, late); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("late work gives %v, want a timeout", err)
		}
		s, err := limit(ctx, func(context.Context) (string, error) { return "in time", nil })
		if s != "in time" || err != nil {
			t.Errorf("work in time gives %q, %v", s, err)
		}
	}
	synctest.Test(t, func(*testing.T) {
		check(context.Background(), limitGoroutines, func(ctx context.Context) (string, error) {
			<-ctx.Done()
			return "late", ctx.Err()
		})
	})
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		check(ctx, limitTasks, func(ctx context.Context) (string, error) {
			return "late", asyncio.Sleep(ctx, time.Hour)
		})
		return nil
	}, runners.WithVirtualTime())
	if err != nil {
		t.Error(err)
	}
}
