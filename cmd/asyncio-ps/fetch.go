package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/graph"
)

// address returns the URL of the graph for what was typed: a URL, or a host and
// port alone.
func address(typed string) (string, error) {
	if !strings.Contains(typed, "://") {
		typed = "http://" + typed
	}
	u, err := url.Parse(typed)
	if err != nil || u.Host == "" {
		return "", &usageError{fmt.Sprintf("%q is no URL; make it one such as http://127.0.0.1:6060/debug/asyncio/", typed)}
	}
	switch {
	case u.Path == "" || u.Path == "/":
		u.Path = "/debug/asyncio/"
	case !strings.HasSuffix(u.Path, "/"):
		u.Path += "/"
	}
	return u.JoinPath("graph.json").String(), nil
}

// fetch asks a program for its graph.
func fetch(ctx context.Context, client *http.Client, address string, timeout time.Duration) (*graph.Graph, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?timeout="+url.QueryEscape(timeout.String()), nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // the address is said already
		}
		return nil, fmt.Errorf("the program at %s does not answer: %w", r.URL.Host, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<16))
		if s := strings.TrimSpace(string(text)); strings.HasPrefix(s, "asyncio: ") {
			return nil, errors.New(clean(s))
		}
		return nil, fmt.Errorf("%s answers with %s; is that where the program serves the pages of package tools?", address, res.Status)
	}
	g := new(graph.Graph)
	if err := json.NewDecoder(res.Body).Decode(g); err != nil {
		return nil, fmt.Errorf("what %s answers is no graph: %w", address, err)
	}
	return g, nil
}
