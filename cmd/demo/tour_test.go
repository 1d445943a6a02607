package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// The tour has a place for each name that an article on CPython's asyncio has a
// row for.
func TestTourIsComplete(t *testing.T) {
	var index strings.Builder
	for _, s := range stops() {
		for _, r := range s.read {
			index.WriteString(r.mirrors + "\n")
		}
	}
	for _, name := range []string{
		"runners.run", "runners.Runner",
		"BaseEventLoop\n", "BaseEventLoop._ready", "BaseEventLoop._scheduled",
		"BaseEventLoop.call_soon", "BaseEventLoop.call_at", "BaseEventLoop.create_task",
		"BaseEventLoop.run_forever", "BaseEventLoop._run_once", "BaseEventLoop.stop",
		"Task.__step\n", "Task.__step_run_and_handle_result", "Task.__wakeup", "Task.set_result",
		"tasks.sleep", "tasks.__sleep0",
		"tasks.gather", "tasks._GatheringFuture", "_done_callback",
		"futures.Future", "Future.__await__", "Future.result", "Future.cancel",
		"Future.add_done_callback", "Future.set_result",
		"events.Handle", "events.TimerHandle",
	} {
		if !strings.Contains(index.String(), name) {
			t.Errorf("no stop refers to %q", strings.TrimSpace(name))
		}
	}
}

// What the tour sends readers to exists.
func TestReferences(t *testing.T) {
	files := map[string]map[string]bool{}
	for _, s := range stops() {
		if len(s.read) == 0 {
			t.Errorf("stop %s has nothing to read", s.name)
		}
		for _, r := range s.read {
			if files[r.file] == nil {
				files[r.file] = namesIn(t, filepath.Join("..", "..", filepath.FromSlash(r.file)))
			}
			if !files[r.file][r.decl] {
				t.Errorf("stop %s: there is no %s in %s", s.name, r.decl, r.file)
			}
			if r.mirrors == "" {
				t.Errorf("stop %s: %v has no name in CPython", s.name, r)
			}
		}
	}
}

// namesIn returns the functions, methods and types that a file declares, by
// their names without the receiver.
func namesIn(t *testing.T, file string) map[string]bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			names[fn.Name.Name] = true
		}
		for _, name := range declared(d) {
			names[name] = true
		}
	}
	return names
}

// The code that a stop shows is what it runs, and fits the page.
func TestCode(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range stops() {
		if seen[s.name] {
			t.Errorf("there are two stops called %s", s.name)
		}
		seen[s.name] = true
		names := strings.Fields(s.code)
		for _, name := range names {
			if declarations()[name] == "" {
				t.Errorf("stop %s: there is no %s", s.name, name)
			}
		}
		runs := runtime.FuncForPC(reflect.ValueOf(s.run).Pointer()).Name()
		if _, runs, _ = strings.Cut(runs, "demo."); names[0] != runs {
			t.Errorf("stop %s shows %s and runs %s", s.name, names[0], runs)
		}
	}
}
