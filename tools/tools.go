// Package tools shows the tasks of a loop that is running: on pages of HTTP, as
// net/http/pprof shows goroutines (asyncio: tools.py).
//
//	err := asyncio.Run(ctx, func(ctx context.Context) error {
//		http.Handle("/debug/asyncio/", tools.Handler(asyncio.RunningLoop(ctx)))
//		...
//	})
//
// Then a browser, curl or the command asyncio-ps of this module shows who waits
// for whom, for how long, and at which line:
//
//	curl http://127.0.0.1:6060/debug/asyncio/pstree
//	go run github.com/goasyncio/asyncio/cmd/asyncio-ps http://127.0.0.1:6060/debug/asyncio/
//
// The pages tell the names of tasks and functions: they are not for the public.
package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/graph"
)

// Handler returns a handler of the pages about l:
//
//	ps          a table of the tasks (asyncio: ps)
//	pstree      who waits for whom, as a tree (asyncio: pstree)
//	dump        the stacks of all tasks
//	graph.json  all of it, as a [graph.Graph]
//
// and of an index of them. It goes by the last element of a path, so that it may
// be mounted under any prefix that ends with a slash, with http.StripPrefix or
// without.
//
// The loop answers between two steps of its tasks, a hundred of them at a time.
// Pages take two parameters: width=N cuts the lines of ps and pstree to N
// columns, and timeout=DURATION sets how long to wait for the loop, instead of a
// second. A loop that does not answer in that time, because a step blocks it,
// gives status 504 with what is known of that step; one that is closed gives 503.
//
// The handler runs on goroutines beside the loop, as those of an http.Server are.
func Handler(l *eventloop.Loop) http.Handler {
	if l == nil {
		panic("asyncio: tools.Handler of a nil loop; RunningLoop returns that of a task's ctx")
	}
	return handler{l}
}

// loop is what the handler needs of an *eventloop.Loop.
type loop interface {
	graph.Loop
	IsClosed() bool
	IsRunning() bool
	Stuck() (eventloop.Step, bool)
}

type handler struct{ loop loop }

// A page is what the last element of a path asks for.
type page struct {
	name, about string
	contentType string
	write       func(g *graph.Graph, b *bytes.Buffer, width int) error
}

const plain = "text/plain; charset=utf-8"

var pages = []page{
	{"ps", "a table of the tasks", plain, func(g *graph.Graph, b *bytes.Buffer, width int) error {
		return g.WriteTable(b, width)
	}},
	{"pstree", "who waits for whom, as a tree", plain, func(g *graph.Graph, b *bytes.Buffer, width int) error {
		return g.WriteTree(b, width)
	}},
	{"dump", "the stacks of all tasks", plain, func(g *graph.Graph, b *bytes.Buffer, _ int) error {
		_, err := g.WriteTo(b)
		return err
	}},
	{"graph.json", "all of it, for programs", "application/json", func(g *graph.Graph, b *bytes.Buffer, _ int) error {
		return json.NewEncoder(b).Encode(g)
	}},
}

// ServeHTTP serves the page that the path of r ends with.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		fail(w, http.StatusMethodNotAllowed, "asyncio: the pages are only for reading; use GET")
		return
	}
	p, ok := find(r.URL.Path)
	if !ok {
		fail(w, http.StatusNotFound, "asyncio: there is no such page; the index has those there are")
		return
	}
	opts, err := parse(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	g, problem := h.ask(r, opts.timeout)
	if p.name == "" {
		writeIndex(w, g, problem)
		return
	}
	if problem != nil {
		fail(w, problem.status, problem.text)
		return
	}
	var b bytes.Buffer
	if err := p.write(g, &b, opts.width); err != nil {
		fail(w, http.StatusInternalServerError, "asyncio: the page could not be made: "+err.Error())
		return
	}
	head.Set("Content-Type", p.contentType)
	head.Set("Content-Length", strconv.Itoa(b.Len()))
	b.WriteTo(w) // whoever has gone away need not be told
}

// fail answers with an error in plain text.
func fail(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", plain)
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

// options is what the query of a request says.
type options struct {
	width   int
	timeout time.Duration
}

// defaultTimeout is long for a loop and short for a person.
const defaultTimeout = time.Second

func parse(q url.Values) (options, error) {
	opts := options{timeout: defaultTimeout}
	if s := q.Get("width"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return opts, fmt.Errorf("asyncio: width is %q; make it a number of columns, or 0 for no limit", s)
		}
		opts.width = n
	}
	if s := q.Get("timeout"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return opts, fmt.Errorf("asyncio: timeout is %q; make it a duration such as 5s", s)
		}
		opts.timeout = d
	}
	return opts, nil
}
