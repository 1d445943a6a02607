package main

// Text on a terminal: wrapped, and coloured where that is welcome.

import (
	"bufio"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// width is the longest line that a page writes. It fits a terminal of 80
// columns with some air.
const width = 78

// A page writes lines to a terminal or a file. It wraps text at width and uses
// colour if it may.
type page struct {
	w      *bufio.Writer
	colour bool
}

func newPage(w io.Writer, colour bool) *page { return &page{bufio.NewWriter(w), colour} }

// mayColour reports whether w is a terminal and the user has nothing against
// colour; see https://no-color.org.
func mayColour(w io.Writer, env func(string) string) bool {
	f, ok := w.(*os.File)
	if !ok || env("NO_COLOR") != "" || env("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A style is an SGR sequence of a terminal.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	accent style = "36"   // cyan
	strong style = "1;36" // bold cyan
)

// in returns s in a style.
func (p *page) in(st style, s string) string {
	if !p.colour || st == plain || strings.TrimSpace(s) == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// line writes one line.
func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.w.WriteString(s)
	}
	p.w.WriteByte('\n')
}

// hanging writes text wrapped behind a head that takes indent columns; the
// lines that follow are indented as far.
func (p *page) hanging(head string, indent int, st style, text string) {
	for _, s := range wrap(text, width-indent) {
		p.line(head, p.in(st, s))
		head = strings.Repeat(" ", indent)
	}
}

// prose writes paragraphs, which are separated by empty lines. One that is
// indented keeps its lines.
func (p *page) prose(text string) {
	for _, para := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if strings.HasPrefix(para, "\t") {
			for _, s := range strings.Split(para, "\n") {
				p.line("    ", p.in(accent, strings.TrimPrefix(s, "\t")))
			}
		} else {
			p.hanging("  ", 2, plain, para)
		}
		p.line()
	}
}

// rule writes a line across the page with a title in it.
func (p *page) rule(label, title string) {
	n := width - columns(label) - columns(title) - 8
	p.line(p.in(dim, "── "), p.in(dim, label), p.in(dim, " ── "), p.in(strong, title),
		p.in(dim, " "+strings.Repeat("─", max(0, n))))
}

// wrap breaks text into lines of at most n columns, at spaces where it can. A
// text that fits is left as it is.
func wrap(text string, n int) []string {
	if columns(text) <= n && !strings.Contains(text, "\n") {
		return []string{text}
	}
	return fill(strings.Fields(text), " ", n)
}

// fill puts items into lines of at most n columns, with sep between them. An item
// that is too long for a line is broken.
func fill(items []string, sep string, n int) []string {
	lines := []string{""}
	for i, item := range items {
		if i < len(items)-1 {
			item += strings.TrimRight(sep, " ")
		}
		last := &lines[len(lines)-1]
		if *last != "" && columns(*last)+1+columns(item) <= n {
			*last += " " + item
			continue
		}
		if *last != "" {
			lines = append(lines, "")
		}
		for columns(item) > n {
			head := string([]rune(item)[:n])
			lines[len(lines)-1] = head
			lines = append(lines, "")
			item = item[len(head):]
		}
		lines[len(lines)-1] = item
	}
	return lines
}

// columns counts the columns that s takes: the demo has no wide characters.
func columns(s string) int { return utf8.RuneCountInString(s) }

// pad returns s filled with spaces to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }
