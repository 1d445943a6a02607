package main

import (
	"context"
	"net/http"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/tools"
)

// watch serves pages about the tasks of a program.
func watch(ctx context.Context) {
	http.Handle("/debug/asyncio/", tools.Handler(asyncio.RunningLoop(ctx)))
}
