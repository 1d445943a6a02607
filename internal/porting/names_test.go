package porting_test

// The tables and the names in the text.

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorded returns the names of asyncio in testdata/names.txt.
func recorded(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "names.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var names []string
	for s := bufio.NewScanner(f); s.Scan(); {
		class, members, isClass := strings.Cut(s.Text(), ": ")
		switch {
		case strings.HasPrefix(s.Text(), "#"):
		case isClass:
			for _, m := range strings.Fields(members) {
				names = append(names, class+"."+m)
			}
		default:
			names = append(names, s.Text())
		}
	}
	return names
}

// reference returns the rows of the tables of all names.
func reference(t *testing.T) []line {
	t.Helper()
	var rows []line
	here := false
	for _, l := range read(t).prose {
		if strings.HasPrefix(l.text, "## ") {
			here = l.text == "## Every name"
		}
		if c := l.cells(); here && c != nil && c[0] != "asyncio" && c[0] != "---" {
			rows = append(rows, l)
		}
	}
	return rows
}

// TestEveryName compares the names in the tables with those of asyncio: each has
// to be there once, and there is no other.
func TestEveryName(t *testing.T) {
	var listed []string
	for _, row := range reference(t) {
		class := ""
		for _, name := range spans(row.cells()[0]) {
			if strings.HasPrefix(name, ".") {
				name = class + name
			}
			listed = append(listed, name)
			class, _, _ = strings.Cut(name, ".")
		}
	}
	want := recorded(t)
	if len(want) < 300 {
		t.Fatalf("%d names in testdata/names.txt, want all of them", len(want))
	}
	slices.Sort(want)
	slices.Sort(listed)
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("names of asyncio and those in the tables (-asyncio +tables):\n%s", diff)
	}
}

// TestEveryNameHasAnAnswer reads the second column: Go names, and nothing else, or
// one of two phrases. What was left out needs a reason in the third.
func TestEveryNameHasAnAnswer(t *testing.T) {
	p := load(t)
	for _, row := range reference(t) {
		c := row.cells()
		if len(c) != 3 {
			t.Errorf("line %d: %d columns, want 3", row.number, len(c))
			continue
		}
		if c[1] == "left out" && c[2] == "" {
			t.Errorf("line %d: it is not said why this is left out", row.number)
		}
		if c[1] == "left out" || c[1] == "not yet" {
			continue
		}
		if rest := strings.Trim(inCode.ReplaceAllString(c[1], ""), ", "); rest != "" || c[1] == "" {
			t.Errorf("line %d: %q is neither Go names nor \"left out\" nor \"not yet\"", row.number, c[1])
		}
		for _, name := range spans(c[1]) {
			if _, found := p.find(t, name); !found {
				t.Errorf("line %d: there is no %s", row.number, name)
			}
		}
	}
}

// goName is how a name of Go begins, in a span that may go on.
var goName = regexp.MustCompile(`^\*?((?:\w+\.)+[A-Z]\w*)`)

// variables may stand in a span in place of a package.
var variables = map[string]bool{"ctx": true, "fut": true, "t": true}

// TestGoNames looks up every name of Go in the text and in the tables, but for
// their first column, which is Python's.
func TestGoNames(t *testing.T) {
	p := load(t)
	looked := 0
	for _, l := range read(t).prose {
		text := l.text
		if c := l.cells(); c != nil && c[0] != "Go" {
			text = strings.Join(c[1:], " ")
		}
		for _, span := range spans(text) {
			m := goName.FindStringSubmatch(span)
			if m == nil {
				continue
			}
			switch known, found := p.find(t, m[1]); {
			case !known && !variables[strings.Split(span, ".")[0]]:
				t.Errorf("line %d: %s is of a package that is not known", l.number, span)
			case known && !found:
				t.Errorf("line %d: there is no %s", l.number, span)
			}
			looked++
		}
	}
	if looked < 250 {
		t.Errorf("%d names found in the text, there are more", looked)
	}
}

// TestFind makes sure that the search finds what is there, and nothing else.
func TestFind(t *testing.T) {
	p := load(t)
	for name, want := range map[string][2]bool{
		"asyncio.Run":                        {true, true},
		"asyncio.NoTimeout":                  {true, true},
		"asyncio.Task.Cancel":                {true, true},
		"Task.Cancel":                        {true, true}, // of a generic alias
		"TimerHandle.Cancelled":              {true, true}, // of an embedded type
		"streams.LimitOverrunError.Consumed": {true, true},
		"coro.Awaitable.Subscribe":           {true, true}, // of an interface
		"io.EOF":                             {true, true},
		"asyncio.TaskCluster":                {true, false},
		"asyncio.Run.Cancel":                 {true, false},
		"Task.Scream":                        {true, false},
		"Task.core":                          {true, false},
		"asyncio.run":                        {true, false},
		"loop.call_soon":                     {false, false},
		"asyncio":                            {false, false},
	} {
		known, found := p.find(t, name)
		if got := [2]bool{known, found}; got != want {
			t.Errorf("%s: known, found = %v, want %v", name, got, want)
		}
	}
}
