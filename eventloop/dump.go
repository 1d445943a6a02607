package eventloop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/frames"
)

// unanswered is how long Dump waits for a loop before it takes it for stuck.
const unanswered = time.Second

// ErrNoAnswer is returned by [Loop.Dump] for a loop that does not run.
var ErrNoAnswer = errors.New("asyncio: the event loop does not answer and runs nothing; ask it while it runs")

// Dump writes every task with its stack and what it waits for, and who waits for
// each other, as a dump of goroutines does. Any goroutine may call it; a task calls
// it with its own ctx.
//
// A loop that has not answered after a second is stuck in a callback or in a step
// of a task. Then Dump writes what that is, as [Loop.Stuck] tells it, with its
// stack. It returns the error of ctx, an error of w, [ErrLoopClosed] or
// [ErrNoAnswer].
func (l *Loop) Dump(ctx context.Context, w io.Writer) error {
	ask, cancel := context.WithTimeout(ctx, unanswered)
	defer cancel()
	g, err := graph.Request(ask, l)
	switch {
	case err == nil:
		_, err = g.WriteTo(w)
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case ask.Err() == nil:
		return err
	}
	step, ok := l.Stuck()
	if !ok {
		return ErrNoAnswer
	}
	_, err = fmt.Fprintf(w, "asyncio: the event loop has not answered for %v\n\n%v\n", unanswered, step)
	return err
}

// String says what runs, for how long, and on which stack.
func (s Step) String() string {
	var b strings.Builder
	if s.Name != "" {
		fmt.Fprintf(&b, "%s has been running for %v\n", s.Name, s.Running.Round(time.Millisecond))
	}
	if len(s.Created) > 0 {
		fmt.Fprintf(&b, "created at %s\n", frames.String(s.Created[0]))
	}
	b.WriteString(s.Stack)
	return b.String()
}
