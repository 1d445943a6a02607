package main

// The stack of a panic, as the tour shows it.

import (
	"path"
	"strings"
)

// origin returns the program's own part of a panic's stack, as debug.Stack gives
// it: from the function that panicked to the task's.
func origin(stack []byte) []string {
	const module = "github.com/goasyncio/asyncio/"
	var frames []string
	lines := strings.Split(string(stack), "\n")
	for i := 1; i+1 < len(lines); i += 2 { // pairs: the function, the place
		fn, place := lines[i], strings.TrimSpace(lines[i+1])
		if strings.HasPrefix(fn, "panic(") {
			frames = nil // what is above is the recovery
			continue
		}
		if strings.HasPrefix(fn, module) && !strings.HasPrefix(fn, module+"cmd/demo.") {
			if len(frames) > 0 {
				break // the library, which called the task
			}
			continue
		}
		if strings.HasPrefix(fn, "runtime") { // such as goPanicIndex
			continue
		}
		fn = fn[:strings.LastIndexByte(fn, '(')]
		place, _, _ = strings.Cut(place, " +0x")
		frames = append(frames, pad(shorten(path.Base(fn)), 22)+path.Base(place))
	}
	return frames
}
