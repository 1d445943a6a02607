package tools_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/tools"
)

// A server with pages about the tasks.
func ExampleHandler() {
	asyncio.Run(context.Background(), func(ctx context.Context) error {
		mux := http.NewServeMux()
		mux.Handle("/debug/asyncio/", tools.Handler(asyncio.RunningLoop(ctx)))
		server := httptest.NewServer(mux)
		defer server.Close()

		var door asyncio.Event
		asyncio.Go(ctx, func(ctx context.Context) error { return door.Wait(ctx) }, asyncio.WithName("guest"))

		page, err := asyncio.ToThread(ctx, func(context.Context) (string, error) {
			r, err := http.Get(server.URL + "/debug/asyncio/ps")
			if err != nil {
				return "", err
			}
			defer r.Body.Close()
			b, err := io.ReadAll(r.Body)
			return string(b), err
		})
		for line := range strings.Lines(page) {
			if strings.Contains(line, "guest") {
				fmt.Println(strings.Contains(line, "waiting"), strings.Contains(line, "event 1"))
			}
		}
		return err
	})
	// Output: true true
}
