package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/goasyncio/asyncio/graph"
)

// kind is what tasks that are counted together have in common.
type kind struct {
	state graph.State
	what  string
	at    string
}

// A group is tasks of one kind.
type group struct {
	kind
	n     int
	first *graph.Task // which has been there for longest
}

// groupRows counts the tasks of each kind, the most frequent first.
func groupRows(g *graph.Graph, tasks []*graph.Task) [][]string {
	groups := make(map[kind]*group)
	for _, t := range tasks {
		k := kind{t.State, what(g, t.Waits), at(t)}
		switch of := groups[k]; {
		case of == nil:
			groups[k] = &group{k, 1, t}
		default:
			of.n++
			if t.Since < of.first.Since {
				of.first = t
			}
		}
	}
	all := slices.SortedFunc(maps.Values(groups), func(a, b *group) int {
		return cmp.Or(b.n-a.n, cmp.Compare(a.first.Since, b.first.Since), a.first.ID-b.first.ID)
	})
	rows := [][]string{{"TASKS", "STATE", "LONGEST", "WAIT FOR", "AT"}}
	for _, of := range all {
		rows = append(rows, []string{fmt.Sprint(of.n), string(of.state), since(g, of.first), of.what, of.at})
	}
	return rows
}

// what is the kind of thing that r is.
func what(g *graph.Graph, r graph.Ref) string {
	if r.Task != 0 {
		return "task"
	}
	o := g.Object(r.Object)
	switch {
	case o == nil:
		return ""
	case o.Part != "":
		return clean(o.Part + " " + o.Kind)
	}
	return clean(o.Kind)
}
