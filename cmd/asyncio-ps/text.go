package main

// Text of several lines.

import (
	"io"
	"strings"

	"github.com/goasyncio/asyncio/internal/text"
)

func (v view) cut(s string) string {
	if v.width > 0 {
		return text.Cut(s, v.width)
	}
	return s
}

// clean is text.Clean for a text whose lines stay lines.
func clean(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		for j, cell := range cells {
			cells[j] = text.Clean(cell)
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}

// writeLines writes lines, each with end.
func writeLines(w io.Writer, lines []string, end string) error {
	_, err := io.WriteString(w, strings.Join(lines, end)+end)
	return err
}
