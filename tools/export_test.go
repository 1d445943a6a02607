package tools

import (
	"net/http"

	"github.com/goasyncio/asyncio/eventloop"
)

// Watched is the handler of a loop that knows what holds it up.
func Watched(l *eventloop.Loop, w watched) http.Handler {
	return handler{struct {
		*eventloop.Loop
		watched
	}{l, w}}
}
