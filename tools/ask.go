package tools

// How a loop is asked, and what there is to say of one that does not answer.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/graph"
)

// A problem is why there is no graph.
type problem struct {
	status int
	text   string
}

// ask asks the loop for its graph on behalf of r.
func (h handler) ask(r *http.Request, limit time.Duration) (*graph.Graph, *problem) {
	// Not derived from the ctx of r: a server whose base is the ctx of a task
	// passes that on, and this is not the goroutine of the loop.
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	defer context.AfterFunc(r.Context(), cancel)()
	g, err := graph.Request(ctx, h.loop)
	switch {
	case err == nil:
		return g, nil
	case errors.Is(err, eventloop.ErrLoopClosed) || h.loop.IsClosed():
		return nil, &problem{http.StatusServiceUnavailable, "asyncio: the event loop is closed; there are no tasks"}
	case r.Context().Err() != nil:
		return nil, &problem{http.StatusServiceUnavailable, "asyncio: the request was cancelled"}
	}
	return nil, &problem{http.StatusGatewayTimeout, h.silence(limit)}
}

// silence says why the loop may not have answered.
func (h handler) silence(limit time.Duration) string {
	if step, ok := h.loop.Stuck(); ok {
		return fmt.Sprintf("asyncio: the event loop has not answered for %s: it is stuck, or computes\n\n%s", limit, step)
	}
	if !h.loop.IsRunning() {
		return "asyncio: the event loop is not running; it answers when it runs again"
	}
	return fmt.Sprintf("asyncio: the event loop has not answered for %s; "+
		"a task blocks it or computes, and it answers when that has ended. "+
		"Wait longer with ?timeout=, or run the program in debug mode (ASYNCIO_DEBUG=1) to learn which task it is", limit)
}
