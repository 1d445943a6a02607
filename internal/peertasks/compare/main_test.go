package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each job is there on both sides.
func TestJobs(t *testing.T) {
	for file, form := range map[string]string{"main.go": "\t\"NAME\":", "peers.py": "\nasync def NAME():"} {
		src, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			if want := strings.ReplaceAll(form, "NAME", j.name); j.name != cold && !strings.Contains(string(src), want) {
				t.Errorf("no job %s in %s", j.name, file)
			}
		}
	}
}
