package main

// A terminal.

import (
	"io"
	"os"
	"strconv"
	"strings"
)

// A screen is the terminal that the command writes to.
type screen struct {
	w       io.Writer
	room    func() (width, height int, ok bool)
	raw     func(in *os.File) (restore func())
	restore func()
}

// terminal returns the screen of f, nil if that is no terminal.
func terminal(f *os.File) *screen {
	if _, _, ok := roomOf(f); !ok {
		return nil
	}
	return &screen{w: f, room: func() (int, int, bool) { return roomOf(f) }, raw: unbuffered}
}

// size returns how much room there is: what the terminal says, or the
// environment, or what terminals had in the beginning.
func (s *screen) size(env func(string) string) (width, height int) {
	width, height, _ = s.room()
	if width <= 0 {
		width = number(env("COLUMNS"))
	}
	if height <= 0 {
		height = number(env("LINES"))
	}
	if width <= 0 {
		width = 80
	}
	if height <= 0 {
		height = 24
	}
	return width, height
}

// number reads a number of columns, 0 if it is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return max(0, n)
}

// What a terminal is told.
const (
	enter = "\x1b[?1049h\x1b[?25l" // another page, without the cursor
	leave = "\x1b[?25h\x1b[?1049l"
	home  = "\x1b[H"
	rest  = "\x1b[K" // clear what is left of the line
	below = "\x1b[J" // and of the page
)

// open takes the screen over and returns the keys that are pressed.
func (s *screen) open(in *os.File) <-chan byte {
	s.restore = s.raw(in)
	io.WriteString(s.w, enter)
	if s.restore == nil {
		return nil // in is no terminal
	}
	keys := make(chan byte)
	go func() { // lives as long as the process: a read cannot be given up
		defer close(keys)
		var b [1]byte
		for {
			if n, err := in.Read(b[:]); n == 0 || err != nil {
				return
			}
			keys <- b[0]
		}
	}()
	return keys
}

// close gives it back.
func (s *screen) close() {
	io.WriteString(s.w, leave)
	if s.restore != nil {
		s.restore()
	}
}

// draw replaces what is on the screen. The last line has no end, which would move
// all others up.
func (s *screen) draw(lines []string) error {
	_, err := io.WriteString(s.w, home+strings.Join(lines, rest+"\r\n")+rest+below)
	return err
}
