package oplang_test

import (
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/oplang"
)

func TestParseErrors(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"nothing", ``, `not JSON: unexpected EOF`},
		{"no JSON", `{"coros": x}`, `not JSON: invalid character 'x'`},
		{"no end", `{"coros": {}`, `not JSON: unexpected EOF`},
		{"two programs", `{"coros": {"main": []}} {}`, `something follows`},
		{"no object", `[]`, `want an object`},
		{"no main", `{"coros": {"c": []}}`, `coros.main is missing`},
		{"twice", `{"coros": {"main": [], "main": []}}`, `"main" stands twice in an object`},
		{"no list", `{"coros": {"main": {}}}`, `coros.main: want a list`},
		{"null list", `{"coros": {"main": null}}`, `coros.main: want a list`},
		{"no op", `{"coros": {"main": [{}]}}`, `coros.main[0]: "op" is missing`},
		{"unknown op", `{"coros": {"main": [{"op": "time", "i": 1}, {"op": "jump", "i": 2}]}}`, `coros.main[1]: there is no op "jump"`},
		{"op in capitals", `{"coros": {"main": [{"op": "Time", "i": 1}]}}`, `there is no op "Time"`},
		{"no number", `{"coros": {"main": [{"op": "time"}]}}`, `coros.main[0]: time: "i" is missing`},
		{"missing field", `{"coros": {"main": [{"op": "sleep", "i": 1}]}}`, `coros.main[0]: sleep: "t" is missing`},
		{"null field", `{"coros": {"main": [{"op": "sleep", "i": 1, "t": null}]}}`, `coros.main[0].t: want a number`},
		{"wrong type", `{"coros": {"main": [{"op": "sleep", "i": 1, "t": "1"}]}}`, `coros.main[0].t: want a number`},
		{"wrong label", `{"coros": {"main": [{"op": "await", "i": 1, "fut": 1}]}}`, `coros.main[0].fut: want a string`},
		{"wrong flag", `{"coros": {"main": [{"op": "time", "i": 1, "safe": 1}]}}`, `coros.main[0].safe: want true or false`},
		{"time too long", `{"coros": {"main": [{"op": "sleep", "i": 1, "t": 1e10}]}}`, `coros.main[0].t: want a time within 1e+09 seconds`},
		{"time goes back", `{"coros": {"main": [{"op": "burn", "i": 1, "t": -1}]}}`, `coros.main[0].t: want a time that is not negative`},
		{"no value", `{"coros": {"main": [{"op": "return", "i": 1, "value": [{}]}]}}`, `coros.main[0].value[0]: want null`},
		{"fraction", `{"coros": {"main": [{"op": "repeat", "i": 1, "n": 1.5, "body": []}]}}`, `coros.main[0].n: want an integer`},
		{"unknown error", `{"coros": {"main": [{"op": "raise", "i": 1, "exc": "D"}]}}`, `coros.main[0].exc: want one of ["A"`},
		{"unknown wait", `{"coros": {"main": [{"op": "wait", "i": 1, "futs": [], "when": "any"}]}}`, `coros.main[0].when: want one of ["all"`},
		{"label in a list", `{"coros": {"main": [{"op": "wait", "i": 1, "futs": ["a", 2]}]}}`, `coros.main[0].futs[1]: want a string`},
		{"awaitable", `{"coros": {"main": [{"op": "shield", "i": 1, "fut": "H", "aw": {"coro": "c"}}]}}`, `coros.main[0].aw: "task" is missing`},
		{"awaitable in a list", `{"coros": {"main": [{"op": "gather", "i": 1, "fut": "G", "aws": [{"fut": 1}]}]}}`, `coros.main[0].aws[0].fut: want a string`},
		{"nested", `{"coros": {"main": [{"op": "try", "i": 1, "body": [{"op": "try", "i": 2, "body": [{"op": "log", "i": 3}]}]}]}}`, `coros.main[0].body[0].body[0]: log: "msg" is missing`},
		{"handler", `{"coros": {"main": [{"op": "try", "i": 1, "body": [], "except": [{"catch": "D"}]}]}}`, `coros.main[0].except[0].catch: want one of`},
		{"async op in a callback", `{"callbacks": {"k": [{"op": "time", "i": 1}, {"op": "sleep", "i": 2, "t": 1}]}, "coros": {"main": []}}`, `callbacks.k[1]: sleep in a callback`},
		{"too deep", strings.Repeat("[", 1001), `more than 1000 deep`},
		{"nameless", `{"objects": {"": []}}`, `objects.: want an object`},
		{"kind", `{"objects": {"X": {"kind": "door"}}, "coros": {"main": []}}`, `objects.X: there is no kind "door" of object`},
		{"no parties", `{"objects": {"B": {"kind": "barrier"}}, "coros": {"main": []}}`, `objects.B: "parties" is missing`},
		{"zero parties", `{"objects": {"B": {"kind": "barrier", "parties": 0}}, "coros": {"main": []}}`, `objects.B.parties: want an integer from 1`},
		{"negative slots", `{"objects": {"S": {"kind": "bounded", "value": -1}}, "coros": {"main": []}}`, `objects.S.value: want an integer from 0`},
		{"no limit", `{"objects": {"R": {"kind": "reader", "limit": 0}}, "coros": {"main": []}}`, `objects.R.limit: want an integer from 1`},
		{"maxsize", `{"objects": {"Q": {"kind": "queue", "maxsize": "1"}}, "coros": {"main": []}}`, `objects.Q.maxsize: want a number`},
		{"lock comes later", `{"objects": {"C": {"kind": "condition", "lock": "L"}, "L": {"kind": "lock"}}, "coros": {"main": []}}`, `objects.C: no lock "L" comes before it`},
		{"lock that is none", `{"objects": {"L": {"kind": "event"}, "C": {"kind": "condition", "lock": "L"}}, "coros": {"main": []}}`, `objects.C: no lock "L" comes before it`},
		{"no bytes", `{"coros": {"main": [{"op": "feed", "i": 1, "obj": "R", "data": "aĀ"}]}}`, `coros.main[0].data: want a string of characters up to U+00FF`},
		{"nothing to put", `{"coros": {"main": [{"op": "put", "i": 1, "obj": "Q"}]}}`, `coros.main[0]: put: "value" is missing`},
		{"async op of an object in a callback", `{"callbacks": {"k": [{"op": "acquire", "i": 1, "obj": "L"}]}, "coros": {"main": []}}`, `callbacks.k[0]: acquire in a callback`},
		{"options", `{"options": {"eager": 1}, "coros": {"main": []}}`, `options.eager: want true or false`},
		{"resolution", `{"options": {"clock_resolution": 0}, "coros": {"main": []}}`, `options.clock_resolution: want a positive time`},
		{"id", `{"id": null, "coros": {"main": []}}`, `id: want a string or a number`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := oplang.Parse([]byte(tt.source))
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); !strings.HasPrefix(got, "oplang: ") || !strings.Contains(got, tt.want) {
				t.Errorf("error %q; want oplang: ... %q", got, tt.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	tests := []struct{ name, source, id string }{
		{"smallest", `{"coros": {"main": []}}`, ""},
		{"string id", `{"id": "s7", "coros": {"main": []}}`, "s7"},
		{"number id", `{"id": 7, "coros": {"main": []}}`, "7"},
		{"unknown fields", `{"x": 1, "options": {"y": 1}, "objects": {"F": {"kind": "future", "z": 1}},
			"coros": {"main": [{"op": "time", "i": 1, "t": "not a field of time", "Safe": 3}]}}`, ""},
		{"null for optional fields", `{"coros": {"main": [
			{"op": "timeout", "i": 1, "to": "T", "t": null, "body": []},
			{"op": "cancel", "i": 2, "fut": "self", "msg": null, "safe": null}]}}`, ""},
		{"undefined names", `{"coros": {"main": [{"op": "call", "i": 1, "coro": "gone"}]}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := oplang.Parse([]byte(tt.source))
			if err != nil {
				t.Fatal(err)
			}
			if p.ID != tt.id {
				t.Errorf("ID is %q; want %q", p.ID, tt.id)
			}
		})
	}
}

// The order of creation is that of the source, not of names.
func TestParseKeepsOrderOfObjects(t *testing.T) {
	leak.Check(t)
	got := trace(t, `{"objects": {"F3": {"kind": "future"}, "F1": {"kind": "future"}, "F2": {"kind": "future"}},
		"coros": {"main": [
			{"op": "set_exception", "i": 1, "fut": "F1", "exc": "A"},
			{"op": "set_exception", "i": 2, "fut": "F2", "exc": "A"},
			{"op": "set_exception", "i": 3, "fut": "F3", "exc": "A"}]}}`, oplang.Options{})
	want := `0 loop unretrieved F3 A("")
0 loop unretrieved F1 A("")
0 loop unretrieved F2 A("")
0 loop end
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("trace ends otherwise:\n%s", got)
	}
}

// How values are written.
func TestValues(t *testing.T) {
	leak.Check(t)
	tests := []struct{ source, want string }{
		{`null`, `null`},
		{`true`, `true`},
		{`3.0`, `3`},
		{`-0.0`, `0`},
		{`-1.25`, `-1.25`},
		{`1e20`, `100000000000000000000`},
		{`0.1`, `0.1`},
		{`"a\"\\\/\u0000\u007f\b\f\n\r\t\u001fé€😀"`, `"a\"\\/\u0000\u007f\b\f\n\r\t\u001f\u00e9\u20ac\ud83d\ude00"`},
		{`[]`, `[]`},
		{`[1, [2, [3, [4]]], "x"]`, `[1,[2,[3,[..]]],"x"]`},
	}
	for _, tt := range tests {
		got := trace(t, `{"coros": {"main": [{"op": "return", "i": 1, "value": `+tt.source+`}]}}`, oplang.Options{})
		if want := "\n0 main #1 return " + tt.want + "\n"; !strings.Contains(got, want) {
			t.Errorf("value %s: no %q in\n%s", tt.source, want, got)
		}
	}
}

// FuzzParse looks for text that makes Parse panic.
func FuzzParse(f *testing.F) {
	for _, g := range golden {
		f.Add([]byte(g.program))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		p, err := oplang.Parse(source)
		if (p == nil) != (err != nil) {
			t.Errorf("Parse returned %v and %v", p, err)
		}
	})
}
