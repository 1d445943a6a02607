package main

// How one mutant is tried.

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// golden is the package that kills most mutants, and fastest.
const golden = "./internal/golden"

// self is left out: its test compares the tree with the table, not behaviour.
const self = "/internal/mutate"

// A tester runs go test on changed sources.
type tester struct {
	root    string
	dir     string // for overlays
	others  []string
	timeout time.Duration // of one package's tests
}

// baseline makes sure that the tests pass without a change, finds out what
// packages there are, and how long the golden traces take: a mutant that takes
// much longer hangs.
func (t *tester) baseline() error {
	cmd := exec.Command("go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...")
	cmd.Dir = t.root
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	for _, p := range strings.Fields(string(out)) {
		if !strings.HasSuffix(p, self) && !strings.HasSuffix(p, golden[1:]) {
			t.others = append(t.others, p)
		}
	}
	if out, err := t.test("", append([]string{golden}, t.others...)...); err != nil {
		return fmt.Errorf("the tests fail without a change: %w\n%s", err, out)
	}
	start := time.Now()
	if _, err := t.test("", golden); err != nil {
		return err
	}
	t.timeout = 20*time.Second + 4*time.Since(start)
	return nil
}

// try returns what killed the n-th mutant.
func (t *tester) try(n int, m Mutant) (by string, err error) {
	overlay, err := t.overlay(n, m)
	if err != nil {
		return "", err
	}
	own := "./" + path.Dir(m.File)
	for _, pkgs := range [][]string{{golden}, {own}, t.others} {
		out, err := t.test(overlay, pkgs...)
		if err == nil {
			continue
		}
		if by := killer(out); by != "" {
			return by, nil
		}
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return "", errSurvived
}

// overlay writes the mutant's source, and the file that tells the go command to
// use it.
func (t *tester) overlay(n int, m Mutant) (string, error) {
	src, err := m.apply(t.root)
	if err != nil {
		return "", err
	}
	file := filepath.Join(t.dir, fmt.Sprintf("%d.go", n))
	replace, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(t.root, m.File): file},
	})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(t.dir, fmt.Sprintf("%d.json", n))
	return overlay, errors.Join(os.WriteFile(file, []byte(src), 0o666), os.WriteFile(overlay, replace, 0o666))
}

// test runs the tests of some packages and returns their output.
func (t *tester) test(overlay string, pkgs ...string) (string, error) {
	args := append([]string{"test", "-count=1", "-failfast", "-vet=off", "-ldflags=-s -w",
		"-overlay=" + overlay, "-timeout=" + t.timeout.String()}, pkgs...)
	cmd := exec.Command("go", args...)
	cmd.Dir = t.root
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var (
	failed  = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	program = regexp.MustCompile(`program (\S+):`)
	crashed = regexp.MustCompile(`(?m)^(?:panic|fatal error): (.*)$`)
	broken  = regexp.MustCompile(`\[(?:build|setup) failed\]`)
	pkg     = regexp.MustCompile(`(?m)^FAIL\s+(\S+)\s+\d`)
)

// killer returns what in the output of go test says that the mutant was
// noticed; nothing if the tests did not run at all.
func killer(out string) string {
	where := first(pkg, out)
	if where == "" || broken.MatchString(out) {
		return ""
	}
	where = where[strings.LastIndex(where, "/")+1:]
	switch test, prog, crash := first(failed, out), first(program, out), first(crashed, out); {
	case strings.HasPrefix(crash, "test timed out"):
		return where + ", hangs"
	case prog != "":
		return where + ", " + prog
	case test != "":
		return where + ", " + test
	case crash != "":
		return where + ", panic: " + crash
	}
	return where
}

// first returns the first match of re's group in s.
func first(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}
