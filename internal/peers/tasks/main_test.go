package main

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// What a runtime calls a job is one that is compared; the library and Python have all.
func TestJobs(t *testing.T) {
	names := []string{"none"} // no job, but a start
	for _, j := range jobs {
		names = append(names, j.name)
	}
	for _, tt := range []struct {
		file, pattern string
		all           bool
	}{
		{"../../peertasks/main.go", `"(\w+)": `, true},
		{"tasks.py", `async def (\w_\w+)\(\):`, true},
		{"tasks.js", `(?m)^  (?:async )?(\w_\w+)(?:\(|:)`, false},
		{"../goroutines/tasks/main.go", `"(\w+)": `, false},
		{"../tokio/src/bin/tasks.rs", `"(\w+)" => `, false},
	} {
		src, err := os.ReadFile(tt.file)
		if err != nil {
			t.Fatal(err)
		}
		var has []string
		for _, m := range regexp.MustCompile(tt.pattern).FindAllStringSubmatch(string(src), -1) {
			has = append(has, m[1])
			if !slices.Contains(names, m[1]) {
				t.Errorf("%s has a job %s that is not compared", tt.file, m[1])
			}
		}
		if len(has) < 10 {
			t.Errorf("%s: found but %d jobs", tt.file, len(has))
		}
		for _, name := range names {
			if tt.all && name != cold && name != "none" && !slices.Contains(has, name) {
				t.Errorf("%s has no job %s", tt.file, name)
			}
		}
	}
}
