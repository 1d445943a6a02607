package tools_test

// What the handler answers. HTTP is on the machine's clock.

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tools"
)

// ask returns the answer of a handler.
func ask(h http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// running calls fn on another goroutine while two tasks wait for each other.
func running(t *testing.T, fn func(h http.Handler)) {
	t.Helper()
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		var other asyncio.Awaitable[struct{}]
		a := asyncio.Go(ctx, func(ctx context.Context) error {
			_, err := other.Await(ctx)
			return err
		}, asyncio.WithName("<a>"))
		other = asyncio.Go(ctx, func(ctx context.Context) error {
			_, err := a.Await(ctx)
			return err
		}, asyncio.WithName("b"))
		h := tools.Handler(asyncio.RunningLoop(ctx))
		_, err := asyncio.ToThread(ctx, func(context.Context) (int, error) { fn(h); return 0, nil })
		a.Cancel()
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHandler(t *testing.T) {
	leak.Check(t)
	const text, html, js = "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json"
	tests := []struct {
		method, target string
		status         int
		contentType    string
		contains       string
	}{
		{"GET", "/", 200, html, `<a href="graph.json">`},
		{"GET", "/debug/asyncio/", 200, html, "&lt;a&gt; waits for b, b waits for &lt;a&gt;"},
		{"GET", "/ps", 200, text, "WAITS FOR"},
		{"GET", "/debug/asyncio/ps", 200, text, "handler_test.go:"},
		{"GET", "/ps?width=0", 200, text, "handler_test.go:"},
		{"GET", "/ps?width=40", 200, text, "…"},
		{"GET", "/pstree", 200, text, "b: waiting"},
		{"GET", "/pstree?width=40", 200, text, "…"},
		{"GET", "/dump?timeout=20s", 200, text, "tools_test.running"},
		{"GET", "/graph.json", 200, js, `"name":"b"`},
		{"HEAD", "/ps", 200, text, ""},
		{"GET", "/ps?width=x", 400, text, "width"},
		{"GET", "/ps?width=-1", 400, text, "width"},
		{"GET", "/ps?timeout=3", 400, text, "timeout"},
		{"GET", "/?timeout=0s", 400, text, "timeout"},
		{"GET", "/top", 404, text, "no such page"},
		{"POST", "/ps", 405, text, "GET"},
	}
	running(t, func(h http.Handler) {
		for _, tt := range tests {
			w := ask(h, tt.method, tt.target)
			if w.Code != tt.status || w.Header().Get("Content-Type") != tt.contentType || !strings.Contains(w.Body.String(), tt.contains) {
				t.Errorf("%s %s: %d, %s\n%s", tt.method, tt.target, w.Code, w.Header().Get("Content-Type"), w.Body)
			}
		}
		stripped := http.StripPrefix("/debug/tasks", h)
		if w := ask(stripped, "GET", "/debug/tasks/graph.json"); json.Unmarshal(w.Body.Bytes(), new(graph.Graph)) != nil {
			t.Errorf("with StripPrefix: %d\n%s", w.Code, w.Body)
		}
	})
}

// A loop that does not answer.
func TestHandlerOfASilentLoop(t *testing.T) {
	leak.Check(t)
	var l *asyncio.Loop
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		l = asyncio.RunningLoop(ctx)
		// A step of a task, during which nobody is served.
		w := ask(tools.Handler(l), "GET", "/ps?timeout=1ms")
		for _, want := range []string{
			"asyncio: the event loop has not answered for 1ms: it is stuck",
			"task Task-1 has been running for", "tools_test.TestHandlerOfASilentLoop",
		} {
			if w.Code != http.StatusGatewayTimeout || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%d %s\nwant %q", w.Code, w.Body, want)
			}
		}
		if w := ask(tools.Handler(l), "GET", "/?timeout=1ms"); w.Code != 200 || !strings.Contains(w.Body.String(), "pstree") {
			t.Errorf("index: %d %s", w.Code, w.Body)
		}
		// A server whose base is the ctx of a task must not look by itself.
		w = httptest.NewRecorder()
		tools.Handler(l).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/ps?timeout=1ms", nil))
		if w.Code != http.StatusGatewayTimeout {
			t.Errorf("with the ctx of a task: %d %s", w.Code, w.Body)
		}
		return nil
	}, runners.WithSlowCallbackDuration(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(tools.Handler(l), "GET", "/ps"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "closed") {
		t.Errorf("closed: %d %s", w.Code, w.Body)
	}
	r := asyncio.NewRunner()
	defer r.Close()
	if w := ask(tools.Handler(r.Loop()), "GET", "/ps?timeout=1ms"); w.Code != http.StatusGatewayTimeout || !strings.Contains(w.Body.String(), "not running") {
		t.Errorf("not running: %d %s", w.Code, w.Body)
	}
}

// A server that hands out the ctx of a task is on another goroutine all the same.
func TestHandlerWithTheCtxOfATask(t *testing.T) {
	leak.Check(t)
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		server := httptest.NewUnstartedServer(tools.Handler(asyncio.RunningLoop(ctx)))
		server.Config.BaseContext = func(net.Listener) context.Context { return ctx }
		server.Start()
		defer server.Close()
		stop := false
		asyncio.Go(ctx, func(ctx context.Context) error { // a race, if the handler looks by itself
			for !stop {
				if err := asyncio.Sleep(ctx, 0); err != nil {
					return err
				}
			}
			return nil
		})
		body, err := asyncio.ToThread(ctx, func(context.Context) ([]byte, error) {
			return get(server, server.URL+"/ps?timeout=1m")
		})
		stop = true
		if !strings.Contains(string(body), "STATE") {
			t.Errorf("%s", body)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A client that has gone away is not waited for.
func TestHandlerOfACancelledRequest(t *testing.T) {
	leak.Check(t)
	r := asyncio.NewRunner()
	defer r.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := httptest.NewRecorder()
	tools.Handler(r.Loop()).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/ps?timeout=24h", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestHandlerOfNil(t *testing.T) {
	defer func() {
		if v := recover(); v != "asyncio: tools.Handler of a nil loop; RunningLoop returns that of a task's ctx" {
			t.Errorf("panic %v", v)
		}
	}()
	tools.Handler(nil)
}
