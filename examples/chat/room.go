package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/streams"
)

const (
	maxLine   = 1 << 10  // of what somebody may say at once
	maxBehind = 64 << 10 // bytes that somebody may have left to take
)

// A room is who is there. All of it belongs to one loop: there is no lock, and what a
// task finds between two awaits stays as it is.
type room struct{ members map[string]*member }

// A member is one of those who talk.
type member struct {
	name string
	w    *asyncio.StreamWriter
}

// visit is the time that somebody spends in the room.
func (room *room) visit(ctx context.Context, r *asyncio.StreamReader, w *asyncio.StreamWriter) error {
	defer w.Close()
	m, err := room.enter(ctx, r, w)
	if m == nil {
		return err
	}
	defer room.leave(m)
	for line, err := range r.Lines(ctx) {
		var long *streams.LineTooLongError
		switch {
		case errors.As(err, &long):
			m.tell("that was too much at once")
			return nil
		case asyncio.IsCancelled(ctx, err):
			return err
		case err != nil:
			return nil // the connection is broken
		}
		if text := strings.TrimSpace(string(line)); text != "" {
			room.say(m, m.name+": "+text)
		}
	}
	return nil
}

// enter asks for a name until there is one that nobody has. It returns nil if there is
// nobody any more.
func (room *room) enter(ctx context.Context, r *asyncio.StreamReader, w *asyncio.StreamWriter) (*member, error) {
	m := &member{w: w}
	for {
		m.tell("what is your name?")
		line, err := r.ReadLine(ctx)
		if asyncio.IsCancelled(ctx, err) {
			return nil, err
		}
		if err != nil {
			return nil, nil
		}
		m.name = strings.TrimSpace(string(line))
		switch {
		case m.name == "":
		case room.members[m.name] != nil:
			m.tell("that name is taken")
		default:
			m.tell(fmt.Sprintf("here are %d others", len(room.members)))
			room.members[m.name] = m
			room.say(m, m.name+" has come")
			return m, nil
		}
	}
}

func (room *room) leave(m *member) {
	delete(room.members, m.name)
	room.say(m, m.name+" has gone")
}

// say tells all but one, in the order of their names, so that each run is the same.
func (room *room) say(from *member, text string) {
	for _, name := range slices.Sorted(maps.Keys(room.members)) {
		if m := room.members[name]; m != from {
			m.tell(text)
		}
	}
}

// tell sends a line. It does not wait: one who is slow must not hold up the others. What
// he has left to take grows meanwhile, and if that is too much his connection is cut.
func (m *member) tell(text string) {
	io.WriteString(m.w, text+"\n")
	if m.w.Transport().WriteBufferSize() > maxBehind {
		m.w.Transport().Abort()
	}
}
