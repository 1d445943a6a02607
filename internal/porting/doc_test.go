// Package porting_test checks docs/porting.md: that its code compiles, that the
// names it gives exist, that no name of asyncio is missing, and that what it says
// about the traps is so.
package porting_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	root = filepath.Join("..", "..")
	path = filepath.Join(root, "docs", "porting.md")
)

// A line of the document, without its end.
type line struct {
	number int
	text   string
}

// document is docs/porting.md, taken apart.
type document struct {
	prose  []line  // what is not code
	blocks []block // the fenced code
}

// A block is fenced code.
type block struct {
	language string
	number   int // of its first line
	code     string
}

func read(t *testing.T) document {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	var open *block
	for i, s := range strings.Split(string(text), "\n") {
		language, fence := strings.CutPrefix(s, "```")
		switch {
		case fence && open == nil:
			open = &block{language: language, number: i + 2}
		case fence:
			d.blocks = append(d.blocks, *open)
			open = nil
		case open != nil:
			open.code += s + "\n"
		default:
			d.prose = append(d.prose, line{i + 1, s})
		}
	}
	if open != nil {
		t.Fatalf("the block that begins in line %d has no end", open.number)
	}
	return d
}

// cells returns the cells of a table's row, nil for any other line.
func (l line) cells() []string {
	s, ok := strings.CutPrefix(l.text, "|")
	if !ok {
		return nil
	}
	cells := strings.Split(strings.TrimSuffix(s, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

var inCode = regexp.MustCompile("`([^`]+)`")

// spans returns what stands between backquotes.
func spans(s string) []string {
	var all []string
	for _, m := range inCode.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	return all
}

// TestLinks follows the links within the document, and those to other files.
func TestLinks(t *testing.T) {
	d := read(t)
	anchors := make(map[string]bool)
	for _, l := range d.prose {
		if heading := strings.TrimLeft(l.text, "#"); heading != l.text {
			anchors[anchor(heading)] = true
		}
	}
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	found := 0
	for _, l := range d.prose {
		for _, m := range link.FindAllStringSubmatch(l.text, -1) {
			found++
			if to, ok := strings.CutPrefix(m[1], "#"); ok {
				if !anchors[to] {
					t.Errorf("line %d: no heading for #%s", l.number, to)
				}
			} else if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("line %d: dead link: %v", l.number, err)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d links, want those to the parts of the document at least", found)
	}
}

// anchor is what a heading is linked by.
func anchor(heading string) string {
	dropped := regexp.MustCompile(`[^a-z0-9 _-]`)
	return strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), ""), " ", "-")
}
