package tools

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"

	"github.com/goasyncio/asyncio/graph"
)

// find returns the page that a path ends with; the index has no name.
func find(urlPath string) (page, bool) {
	if urlPath == "" || strings.HasSuffix(urlPath, "/") {
		return page{}, true
	}
	for _, p := range pages {
		if p.name == path.Base(urlPath) {
			return p, true
		}
	}
	return page{}, false
}

var index = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>asyncio</title>
<style>
body { font-family: sans-serif; margin: 2em }
td { padding: 0.2em 1.5em 0.2em 0 }
pre { white-space: pre-wrap }
</style>
<h1>asyncio</h1>
<pre>{{.Status}}</pre>
<table>
{{range .Pages}}<tr><td><a href="{{.Name}}">{{.Name}}</a></td><td>{{.About}}</td></tr>
{{end}}</table>
<p>Parameters: <code>?width=80</code> cuts the lines of the table and the tree,
<code>?timeout=5s</code> waits longer for the loop than a second.</p>
</html>
`))

// writeIndex writes the index with a line about the tasks, or why there is none.
func writeIndex(w http.ResponseWriter, g *graph.Graph, p *problem) {
	type link struct{ Name, About string }
	var data struct {
		Status string
		Pages  []link
	}
	for _, p := range pages {
		data.Pages = append(data.Pages, link{p.name, p.about})
	}
	if p != nil {
		data.Status = p.text
	} else {
		data.Status = status(g)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	index.Execute(w, data) // whoever has gone away need not be told
}

// status counts the tasks by what they are doing, and the cycles.
func status(g *graph.Graph) string {
	counts := make(map[graph.State]int)
	for _, t := range g.Tasks {
		counts[t.State]++
	}
	var parts []string
	for _, s := range []graph.State{graph.Running, graph.Ready, graph.Waiting, graph.New} {
		if n := counts[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	text := fmt.Sprintf("%d tasks: %s", len(g.Tasks)-counts[graph.Done], cmp.Or(strings.Join(parts, ", "), "none"))
	for _, c := range g.Cycles() {
		text += "\ncycle: " + g.CycleText(c)
	}
	return text
}
