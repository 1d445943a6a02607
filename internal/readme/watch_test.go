package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/leak"
)

// TestWatch asks for what the README says that a program serves.
func TestWatch(t *testing.T) {
	leak.Check(t)
	defer func(mux *http.ServeMux) { http.DefaultServeMux = mux }(http.DefaultServeMux)
	http.DefaultServeMux = http.NewServeMux() // a pattern can be taken once
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		watch(ctx)
		text, err := asyncio.ToThread(ctx, func(context.Context) (string, error) {
			w := httptest.NewRecorder()
			http.DefaultServeMux.ServeHTTP(w, httptest.NewRequest("GET", "/debug/asyncio/pstree", nil))
			return w.Body.String(), nil
		})
		if !strings.HasPrefix(text, "Task-1: waiting ") {
			t.Errorf("the tree: %q", text)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
