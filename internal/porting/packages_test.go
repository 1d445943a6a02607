package porting_test

// The packages that the document speaks of, as the compiler knows them.

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/goasyncio/asyncio"

// std holds the paths of the standard library's packages that the document uses.
var std = []string{
	"context", "errors", "fmt", "io", "iter", "log", "net", "net/http", "os", "os/exec", "os/signal",
	"sync", "syscall", "testing", "testing/synctest", "time",
}

// packages can be imported by name.
type packages struct {
	paths map[string]string // by name
	types.Importer
}

// load asks the go command for the compiled packages.
func load(t *testing.T) packages {
	t.Helper()
	p := packages{paths: make(map[string]string)}
	for _, path := range append(ours(t), std...) {
		p.paths[path[strings.LastIndex(path, "/")+1:]] = path
	}
	// With -e, as a package that is broken matters only to those who import it.
	args := []string{"list", "-e", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}
	for _, path := range p.paths {
		args = append(args, path)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	exports := make(map[string]string)
	for l := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(l), " ")
		exports[path] = file
	}
	p.Importer = importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%s is not compiled", path)
		}
		return os.Open(exports[path])
	})
	return p
}

// ours returns the paths of the packages of this module that others may import.
func ours(t *testing.T) []string {
	t.Helper()
	paths := make(map[string]bool)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "internal" || d.Name() == "cmd" || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			dir, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			paths[strings.TrimSuffix(module+"/"+filepath.ToSlash(dir), "/.")] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for path := range paths {
		all = append(all, path)
	}
	return all
}

// find looks for pkg.Name, pkg.Type.Member or, in the root package, Type.Member.
// known says whether name begins with a package or a type at all.
func (p packages) find(t *testing.T, name string) (known, found bool) {
	t.Helper()
	first, rest, dotted := strings.Cut(name, ".")
	if dotted && token.IsExported(first) {
		first, rest = "asyncio", name
	}
	path, known := p.paths[first]
	if !known || !dotted {
		return false, false
	}
	pkg, err := p.Import(path)
	if err != nil {
		t.Fatal(err)
	}
	id, member, dotted := strings.Cut(rest, ".")
	obj := pkg.Scope().Lookup(id)
	if obj == nil || !obj.Exported() || !dotted {
		return true, obj != nil && obj.Exported()
	}
	if _, isType := obj.(*types.TypeName); !isType {
		return true, false
	}
	found = false
	if token.IsExported(member) {
		m, _, _ := types.LookupFieldOrMethod(types.Unalias(obj.Type()), true, pkg, member)
		found = m != nil
	}
	return true, found
}
