// Package text shows things to people on a terminal.
package text

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// narrowest is how far a column of a table is cut down before the lines are.
const narrowest = 8

// Columns returns rows as lines, with the cells in columns two spaces apart. They
// are cut to fit width; zero is no limit. All rows have as many cells.
func Columns(rows [][]string, width int) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	if width > 0 {
		narrow(widths, width-2*(len(widths)-1))
	}
	lines := make([]string, len(rows))
	for r, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			cell = Cut(cell, widths[i])
			b.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		lines[r] = strings.TrimRight(b.String(), " ")
		if width > 0 {
			lines[r] = Cut(lines[r], width)
		}
	}
	return lines
}

// narrow makes the widest columns narrower until all of them fit.
func narrow(widths []int, room int) {
	for {
		sum, widest := 0, 0
		for i, w := range widths {
			sum += w
			if w > widths[widest] {
				widest = i
			}
		}
		if sum <= room || widths[widest] <= narrowest {
			return
		}
		widths[widest]--
	}
}

// Cut shortens s to n columns.
func Cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(0, n-1)]) + "…"
}

// Age is d in few characters, for people: about three digits that count.
func Age(d time.Duration) string {
	switch {
	case d <= 0:
		return "0s"
	case d < time.Microsecond:
		return d.String()
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	// From here on in steps, so that what rounds up to a minute is one.
	tenths := d.Round(time.Second / 10)
	seconds := d.Round(time.Second)
	minutes := d.Round(time.Minute)
	switch {
	case tenths < time.Minute:
		return tenths.String()
	case seconds < time.Hour:
		return fmt.Sprintf("%dm%02ds", seconds/time.Minute, seconds%time.Minute/time.Second)
	case minutes < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", minutes/time.Hour, minutes%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%02dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// Clean makes s fit to be shown in a line of a terminal: a task's name may come
// from anywhere.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Plural is n of what: "1 task", "2 tasks".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
