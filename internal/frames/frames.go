// Package frames tells the code of who uses this module from the module's own in
// a stack of calls.
package frames

import (
	"fmt"
	"runtime"
	"strings"
)

// module is the path of this module.
const module = "github.com/goasyncio/asyncio"

// User returns the frames of the user's code in pcs, which are as
// [runtime.Callers] gives them: all but those of this module and of the runtime,
// innermost first.
func User(pcs []uintptr) []runtime.Frame {
	var user []runtime.Frame
	each(pcs, func(f runtime.Frame) bool {
		user = append(user, f)
		return true
	})
	return user
}

// First returns the innermost frame of the user's code in pcs.
func First(pcs []uintptr) (first runtime.Frame, ok bool) {
	each(pcs, func(f runtime.Frame) bool {
		first, ok = f, true
		return false
	})
	return first, ok
}

// each calls yield with the frames of the user's code until it returns false.
func each(pcs []uintptr, yield func(runtime.Frame) bool) {
	if len(pcs) == 0 {
		return
	}
	all := runtime.CallersFrames(pcs)
	for more := true; more; {
		var f runtime.Frame
		f, more = all.Next()
		if f.Function != "" && !Hidden(f.Function, f.File) && !yield(f) {
			return
		}
	}
}

// Hidden reports whether a function, by its name and file as the runtime knows
// them, is of no interest to a user: it is one of this module's or of the
// machinery under them.
func Hidden(function, file string) bool {
	return Library(function, file) || strings.HasPrefix(function, "runtime.") || strings.HasPrefix(function, "iter.")
}

// Library reports whether a function is one of this module's. Its commands,
// examples and tests are users.
func Library(function, file string) bool {
	if rest, ours := strings.CutPrefix(file, root); ours && strings.HasPrefix(rest, "/") {
		// A closure that was inlined has the name of the function around it: the
		// user's, of whom this file is not.
		return !strings.HasSuffix(file, "_test.go") && !user(rest)
	}
	pkg := packageOf(function)
	rest, ok := strings.CutPrefix(pkg, module)
	switch {
	case !ok || rest != "" && rest[0] != '/': // asyncio_test, asyncio2
		return false
	case user(rest):
		return false
	}
	return !strings.HasSuffix(pkg, "_test") && !strings.HasSuffix(file, "_test.go")
}

// user reports whether a path below the module's is that of a user.
func user(rest string) bool {
	return strings.HasPrefix(rest, "/cmd/") || strings.HasPrefix(rest, "/examples/")
}

// root is the directory of the module, as the compiler has noted it.
var root = func() string {
	_, file, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(file, "/internal/frames/frames.go")
}()

// packageOf returns the path of a function's package. Dots in the last element
// of a path are written as %2e in the names of functions.
func packageOf(function string) string {
	dir := strings.LastIndexByte(generic(function), '/') + 1
	if dot := strings.IndexByte(function[dir:], '.'); dot >= 0 {
		return function[:dir+dot]
	}
	return function
}

// generic returns the part of a function's name that stands before the arguments
// of types, which hold paths of their own.
func generic(function string) string {
	before, _, _ := strings.Cut(function, "[")
	return before
}

// String is f in one line: "/dir/file.go:12 main.serve".
func String(f runtime.Frame) string {
	return fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Function)
}
