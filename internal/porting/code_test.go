package porting_test

// The Go code in the document.

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCode compiles each block of Go, as far as types: declarations as a file of
// their own, statements as the body of a function that has a ctx and returns an
// error. What they use without declaring it stands in testdata/prelude.go.
func TestCode(t *testing.T) {
	p := load(t)
	blocks := 0
	for _, b := range read(t).blocks {
		switch b.language {
		case "python":
			continue
		case "go":
		default:
			t.Errorf("line %d: a block of %q, want go or python", b.number, b.language)
			continue
		}
		blocks++
		for _, err := range p.check(b) {
			t.Errorf("docs/%v", err)
		}
		formatted, err := format.Source([]byte(b.code))
		if err == nil && string(formatted) != b.code {
			t.Errorf("line %d: gofmt writes this as\n%s", b.number, formatted)
		}
	}
	if blocks < 20 {
		t.Errorf("%d blocks of Go, there are more", blocks)
	}
}

// TestCodeFindsErrors makes sure that errors are found in what TestCode compiles.
func TestCodeFindsErrors(t *testing.T) {
	p := load(t)
	for code, want := range map[string]string{
		"n := 1\n":                                    "", // unused, as in many a fragment
		"return fut\n":                                "porting.md:7",
		"asyncio.Sleep(time.Second)\n":                "porting.md:7",
		"x := 1\nasyncio.NoSuchThing()\n":             "porting.md:8",
		"func f() int {\n\treturn \"\"\n}\n":          "porting.md:8",
		"func page() {}\n\nfunc f() { page() }\n":     "", // in place of the prelude's
		"func f() {\n":                                "porting.md:7",
		"var _ = unknown\n":                           "porting.md:7",
		"for {\n\tasyncio.Sleep(ctx, time.Hour)\n}\n": "",
	} {
		var got string
		for _, err := range p.check(block{language: "go", number: 7, code: code}) {
			got += err.Error() + "\n"
		}
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%q gives %q, want %q", code, got, want)
		}
	}
}

// check returns what keeps b from being compiled.
func (p packages) check(b block) []error {
	fset := token.NewFileSet()
	file, err := p.parse(fset, b)
	if err != nil {
		return []error{err}
	}
	prelude, err := parser.ParseFile(fset, filepath.Join("testdata", "prelude.go"), nil, 0)
	if err != nil {
		return []error{err}
	}
	declared := make(map[string]bool)
	for _, d := range file.Decls {
		for _, name := range names(d) {
			declared[name] = true
		}
	}
	prelude.Decls = slices.DeleteFunc(prelude.Decls, func(d ast.Decl) bool {
		return slices.ContainsFunc(names(d), func(name string) bool { return declared[name] })
	})
	var errs []error
	config := types.Config{Importer: p.Importer, Error: func(err error) {
		// Soft errors are about what is not used.
		if e, ok := err.(types.Error); !ok || !e.Soft {
			errs = append(errs, err)
		}
	}}
	config.Check("porting", fset, []*ast.File{prelude, file}, nil)
	return errs
}

// parse returns b as a file, with the lines of the document.
func (p packages) parse(fset *token.FileSet, b block) (*ast.File, error) {
	source := func(head, foot string, imports []string) string {
		quoted := make([]string, len(imports))
		for i, path := range imports {
			quoted[i] = fmt.Sprintf("%q", path)
		}
		return fmt.Sprintf("package porting; import (%s)\n%s\n//line porting.md:%d\n%s%s\n",
			strings.Join(quoted, ";"), head, b.number, b.code, foot)
	}
	head, foot := "", ""
	if _, err := parser.ParseFile(fset, "", source(head, foot, nil), 0); err != nil {
		head, foot = "func _(ctx context.Context) error {", "return nil }"
	}
	file, err := parser.ParseFile(fset, "", source(head, foot, nil), 0)
	if err != nil {
		return nil, err
	}
	imports := []string{"context"}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				if path := p.paths[x.Name]; path != "" && !slices.Contains(imports, path) {
					imports = append(imports, path)
				}
			}
		}
		return true
	})
	return parser.ParseFile(fset, "", source(head, foot, imports), 0)
}

// names returns the names that d declares.
func names(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name != "_" {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				return []string{s.Name.Name}
			case *ast.ValueSpec:
				return []string{s.Names[0].Name}
			}
		}
	}
	return nil
}
