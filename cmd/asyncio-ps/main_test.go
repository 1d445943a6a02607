package main

// The command and its ends.

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
)

// ps runs the command where there is no terminal.
func ps(ctx context.Context, screen *screen, args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	if screen != nil {
		screen.w = &stdout
		screen.raw = func(*os.File) func() { return nil }
	}
	c := command{out: &stdout, err: &stderr, env: func(string) string { return "" }, screen: screen}
	code = c.main(ctx, args)
	return stdout.String(), stderr.String(), code
}

// serve serves the graph of the golden pages n times, and goes away then.
func serve(t *testing.T, n int) (url string) {
	page, err := os.ReadFile(filepath.Join("testdata", "shop.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/debug/asyncio/graph.json":
			http.NotFound(w, r)
		case n == 0:
			panic(http.ErrAbortHandler)
		default:
			n--
			w.Write(page)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestPlain(t *testing.T) {
	leak.Check(t)
	tests := []struct {
		args []string
		want string
	}{
		{nil, "ID  TASK"},
		{[]string{"-tree"}, "└─ refund: waiting"},
		{[]string{"-group"}, "5      waiting"},
		{[]string{"-dump"}, "/src/shop/pay/till.go:140"},
		{[]string{"-n", "2", "-interval", "1ms"}, "ID  TASK"},
	}
	for _, tt := range tests {
		out, errs, code := ps(t.Context(), nil, append(tt.args, serve(t, 2))...)
		if code != 0 || errs != "" || !strings.Contains(out, tt.want) || strings.Contains(out, "\x1b") {
			t.Errorf("%q: exit code %d, %s\n%s", tt.args, code, errs, out)
		}
	}
}

func TestErrors(t *testing.T) {
	leak.Check(t)
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusGatewayTimeout)
		w.Write([]byte("asyncio: the event loop has not answered\n"))
	}))
	defer silent.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	text := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("hello")) }))
	defer text.Close()
	tests := []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "one URL"},
		{[]string{"a", "b"}, 2, "one URL"},
		{[]string{"-nope", "a"}, 2, "-h"},
		{[]string{"-sort", "x", "a"}, 2, "-sort"},
		{[]string{"-interval", "0s", "a"}, 2, "-interval"},
		{[]string{"http://"}, 2, "no URL"},
		{[]string{serve(t, 0)}, 1, "does not answer"},
		{[]string{"-n", "3", "-interval", "1ms", serve(t, 1)}, 1, "does not answer"},
		{[]string{silent.URL}, 1, "asyncio-ps: asyncio: the event loop has not answered\n"},
		{[]string{other.URL}, 1, "404 Not Found; is that where"},
		{[]string{text.URL}, 1, "no graph"},
	}
	for _, tt := range tests {
		out, errs, code := ps(t.Context(), nil, tt.args...)
		if code != tt.code || !strings.Contains(errs, tt.want) {
			t.Errorf("%q: exit code %d, %s\n%s", tt.args, code, errs, out)
		}
	}
}

func TestHelp(t *testing.T) {
	out, errs, code := ps(t.Context(), nil, "-h")
	if code != 0 || errs != "" || !strings.Contains(out, "-group") {
		t.Errorf("exit code %d, %s\n%s", code, errs, out)
	}
}

// On a terminal the page is drawn over the last, and the terminal is given back,
// whether the end is planned or not.
func TestScreen(t *testing.T) {
	leak.Check(t)
	for _, n := range []int{2, 1} {
		s := &screen{room: func() (int, int, bool) { return 80, 10, true }}
		out, _, code := ps(t.Context(), s, "-n", "2", "-interval", "1ms", serve(t, n))
		if code != 2-n || strings.Count(out, home) != n || !strings.HasPrefix(out, enter) || !strings.HasSuffix(out, leave) {
			t.Errorf("exit code %d\n%q", code, out)
		}
		for page := range strings.SplitSeq(out, home) {
			if lines := strings.Count(page, "\n"); lines > 9 {
				t.Errorf("%d ends of lines on 10 lines", lines)
			}
		}
	}
}

func TestSize(t *testing.T) {
	env := func(s string) string { return map[string]string{"COLUMNS": "100", "LINES": "x"}[s] }
	for _, tt := range []struct{ width, height, wantWidth, wantHeight int }{{120, 40, 120, 40}, {0, 0, 100, 24}} {
		s := &screen{room: func() (int, int, bool) { return tt.width, tt.height, true }}
		if w, h := s.size(env); w != tt.wantWidth || h != tt.wantHeight {
			t.Errorf("size %d x %d, want %d x %d", w, h, tt.wantWidth, tt.wantHeight)
		}
	}
}

func TestAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"127.0.0.1:6060":              "http://127.0.0.1:6060/debug/asyncio/graph.json",
		"http://x:1/":                 "http://x:1/debug/asyncio/graph.json",
		"https://x/debug/tasks":       "https://x/debug/tasks/graph.json",
		"http://x:1/debug/asyncio/":   "http://x:1/debug/asyncio/graph.json",
		"http://[::1]:1/debug/tasks/": "http://[::1]:1/debug/tasks/graph.json",
	} {
		if got, err := address(typed); got != want || err != nil {
			t.Errorf("%s: %s, %v", typed, got, err)
		}
	}
}
