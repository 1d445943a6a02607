// Package stacks reads the stacks of other goroutines, for those who explain why
// a loop is stuck. Nothing else may depend on it.
package stacks

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"

	"github.com/goasyncio/asyncio/internal/frames"
)

// A Goroutine is one of the runtime's dump of all.
type Goroutine struct {
	ID      uint64
	State   string // "running", "chan receive", "coroutine"
	Creator uint64 // which has created it, 0 if that is not known
	Pulled  bool   // it is the stack of an iter.Pull
	Text    string // the head and a pair of lines for each frame
}

// All returns every goroutine. It stops the program meanwhile: with 10,000 of
// them, for tens of milliseconds.
func All() []Goroutine {
	buf := make([]byte, 1<<16)
	for {
		if n := runtime.Stack(buf, true); n < len(buf) {
			return Parse(buf[:n])
		}
		buf = make([]byte, 2*len(buf))
	}
}

// Parse reads a dump as runtime.Stack writes it.
func Parse(dump []byte) []Goroutine {
	var all []Goroutine
	for text := range bytes.SplitSeq(dump, []byte("\n\n")) {
		if g, ok := parse(strings.TrimRight(string(text), "\n")); ok {
			all = append(all, g)
		}
	}
	return all
}

// parse reads "goroutine 7 [chan receive, 2 minutes]:" and what follows.
func parse(text string) (Goroutine, bool) {
	head, _, _ := strings.Cut(text, "\n")
	rest, ok := strings.CutPrefix(head, "goroutine ")
	number, rest, found := strings.Cut(rest, " ")
	id, err := strconv.ParseUint(number, 10, 64)
	if !ok || !found || err != nil {
		return Goroutine{}, false
	}
	if i := strings.IndexByte(rest, '['); i >= 0 {
		rest = rest[i+1:]
	}
	if i := strings.IndexAny(rest, ",(]"); i >= 0 {
		rest = rest[:i]
	}
	g := Goroutine{ID: id, State: strings.TrimSpace(rest), Text: text}
	if i := strings.LastIndex(text, "\ncreated by "); i >= 0 {
		line, _, _ := strings.Cut(text[i+1:], "\n")
		by, creator, _ := strings.Cut(strings.TrimPrefix(line, "created by "), " in goroutine ")
		g.Creator, _ = strconv.ParseUint(creator, 10, 64)
		g.Pulled = strings.HasPrefix(by, "iter.Pull")
	}
	return g, true
}

// Parked reports whether the goroutine is a coroutine that waits to be resumed,
// or one that waits for a coroutine to yield.
func (g Goroutine) Parked() bool { return g.State == "coroutine" }

// In reports whether the function with this name is among the frames.
func (g Goroutine) In(function string) bool { return strings.Contains(g.Text, "\n"+function+"(") }

// User returns the text without the frames of this module and of the machinery
// under it, or all of it if nothing else would be left.
func (g Goroutine) User() string {
	lines := strings.Split(g.Text, "\n")
	kept := lines[:1:1]
	for i := 1; i < len(lines); i++ {
		if i+1 == len(lines) || !strings.HasPrefix(lines[i+1], "\t") {
			kept = append(kept, lines[i]) // "...additional frames elided..."
			continue
		}
		if !frames.Hidden(function(lines[i]), file(lines[i+1])) {
			kept = append(kept, lines[i], lines[i+1])
		}
		i++
	}
	if len(kept) == 1 {
		return g.Text
	}
	return strings.Join(kept, "\n")
}

// function returns the name in the first line of a frame.
func function(line string) string {
	if by, ok := strings.CutPrefix(line, "created by "); ok {
		by, _, _ = strings.Cut(by, " in goroutine ")
		return by
	}
	if i := strings.LastIndexByte(line, '('); i >= 0 {
		return line[:i]
	}
	return line
}

// file returns the file in the second line of a frame.
func file(line string) string {
	if i := strings.LastIndexByte(line, ':'); i >= 0 {
		line = line[:i]
	}
	return strings.TrimSpace(line)
}

// Running returns the one of all that runs for the goroutine root at present:
// root itself, or the innermost of the coroutines that run for it. A coroutine is
// root's if known says so or if one of root's has made it.
func Running(all []Goroutine, root uint64, known func(id uint64) bool) (Goroutine, bool) {
	byID := make(map[uint64]*Goroutine, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	for _, g := range all {
		if !g.Parked() && belongs(&g, byID, root, known) {
			return g, true
		}
	}
	return Goroutine{}, false
}

// belongs reports whether g is root or one of its coroutines.
func belongs(g *Goroutine, byID map[uint64]*Goroutine, root uint64, known func(id uint64) bool) bool {
	for g != nil {
		if g.ID == root || known(g.ID) {
			return true
		}
		if !g.Pulled {
			return false
		}
		if g.Creator == root || known(g.Creator) { // which may have ended
			return true
		}
		g = byID[g.Creator]
	}
	return false
}
