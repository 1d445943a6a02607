package main

// The stops' own source, cut up into declarations.

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"sync"
)

//go:embed coroutines.go callbacks.go tasks.go ends.go failures.go runs.go
var source embed.FS

// excerpt returns the lines of declarations, which are named as in
// "queues breakfast breakfast.kettle". A name that does not exist is left out;
// a test sees to it that there is none.
func excerpt(names string) []string {
	var lines []string
	above := 0 // the lines of the declaration above
	for i, name := range strings.Fields(names) {
		decl := strings.Split(strings.ReplaceAll(declarations()[name], "\t", "    "), "\n")
		if i > 0 && (above > 1 || len(decl) > 1) {
			lines = append(lines, "")
		}
		lines = append(lines, decl...)
		above = len(decl)
	}
	return lines
}

// declarations returns the text of each function, method and type of the stops.
var declarations = sync.OnceValue(func() map[string]string {
	all := make(map[string]string)
	files, err := source.ReadDir(".")
	if err != nil {
		panic(err) // the files are in the binary
	}
	for _, f := range files {
		text, err := source.ReadFile(f.Name())
		if err != nil {
			panic(err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, f.Name(), text, 0)
		if err != nil {
			panic(err)
		}
		for _, d := range file.Decls {
			from, to := fset.Position(d.Pos()).Offset, fset.Position(d.End()).Offset
			for _, name := range declared(d) {
				all[name] = string(text[from:to])
			}
		}
	}
	return all
})

// declared returns what a declaration calls its functions, methods and types.
func declared(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		return []string{receiver(d.Recv.List[0].Type) + "." + d.Name.Name}
	case *ast.GenDecl:
		var names []string
		for _, s := range d.Specs {
			if t, ok := s.(*ast.TypeSpec); ok {
				names = append(names, t.Name.Name)
			}
		}
		return names
	}
	return nil
}

// receiver returns the name of a receiver's type.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
