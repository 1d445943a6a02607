package tools_test

// Ten thousand tasks, and what is told of them.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/graph"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tools"
)

// many is how many tasks there are; the race detector knows no more than eight
// thousand goroutines.
func many() int {
	if raced {
		return 6000
	}
	return 10_000
}

// Each wait, its object, who holds that, and the line of code, as the program
// itself has noted them.
func TestManyTasksCaptured(t *testing.T) {
	leak.Check(t)
	p := new(program)
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		return p.run(ctx, many(), func(ctx context.Context) error {
			g := graph.Capture(ctx)
			if len(g.Tasks) < many()-perRound {
				t.Errorf("%d tasks", len(g.Tasks))
			}
			c := newChecker(t, p, g)
			c.graph()
			var b bytes.Buffer
			if err := g.WriteTree(&b, 0); err != nil {
				return err
			}
			c.tree(b.String())
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// The same over HTTP, while the loop goes on.
func TestManyTasksOverHTTP(t *testing.T) {
	leak.Check(t)
	p := new(program)
	var data, tree []byte
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		mux := http.NewServeMux()
		mux.Handle("/debug/asyncio/", tools.Handler(asyncio.RunningLoop(ctx)))
		server := httptest.NewServer(mux)
		defer server.Close()
		return p.run(ctx, many(), func(ctx context.Context) error {
			got := make(chan error)
			go func() { // not by ToThread, as the program keeps the executor busy
				var err, err2 error
				data, err = get(server, server.URL+"/debug/asyncio/graph.json?timeout=1m")
				tree, err2 = get(server, server.URL+"/debug/asyncio/pstree?timeout=1m")
				got <- errors.Join(err, err2)
			}()
			err, _, recvErr := asyncio.Recv(ctx, got)
			return errors.Join(err, recvErr)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	g := new(graph.Graph)
	if err := json.Unmarshal(data, g); err != nil {
		t.Fatal(err)
	}
	c := newChecker(t, p, g)
	c.graph()
	c.tree(string(tree))
}

// get returns the body of a page.
func get(server *httptest.Server, url string) ([]byte, error) {
	defer server.Client().CloseIdleConnections()
	r, err := server.Client().Get(url)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
}
