// Command mutate checks the checks: it breaks the library's rules one at a time
// and reports what notices. Each [Mutant] is one change to a source file, made
// through go test's -overlay, so that the tree itself is never touched. The
// golden traces run first, then the tests of the changed package, then all the
// others.
//
//	go run ./internal/mutate [-run REGEXP] [-sample N -seed S] [-j N]
//
// It prints a line for each mutant with the test that failed, and exits with 1
// if one survives, does not compile, or no longer fits its file.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

func main() {
	run := flag.String("run", "", "only mutants whose file or rule matches this `regexp`")
	count := flag.Int("sample", 0, "only this `many`, picked by -seed; 0 for all")
	seed := flag.Uint64("seed", 1, "seed of -sample")
	jobs := flag.Int("j", runtime.GOMAXPROCS(0), "how many at a time")
	flag.Parse()
	if err := check(*run, *count, *seed, *jobs); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// check tries the mutants and returns an error if any was not killed.
func check(run string, count int, seed uint64, jobs int) error {
	match, err := regexp.Compile(run)
	if err != nil {
		return err
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	var mutants []Mutant
	for _, m := range sample(table(), count, seed) {
		if match.MatchString(m.File) || match.MatchString(m.Rule) {
			mutants = append(mutants, m)
		}
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	start := time.Now()
	t := &tester{root: root, dir: dir, timeout: 5 * time.Minute}
	if err := t.baseline(); err != nil {
		return err
	}
	verdicts := t.tryAll(mutants, jobs)
	bad := 0
	for _, v := range verdicts {
		if v.by == "" {
			bad++
			fmt.Printf("NOT KILLED %s: %s: %v\n", v.File, v.Rule, v.err)
		}
	}
	fmt.Printf("%d of %d mutants killed in %v\n", len(verdicts)-bad, len(verdicts), time.Since(start).Round(time.Second))
	if bad > 0 {
		return fmt.Errorf("%d mutants not killed", bad)
	}
	return nil
}

// moduleRoot returns the folder of go.mod.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// A verdict is what became of a mutant: by what it was killed, or else err.
type verdict struct {
	Mutant
	by  string
	err error
}

var errSurvived = errors.New("survived: no test fails")

// tryAll tries the mutants, some at a time, and reports each as it is done.
func (t *tester) tryAll(mutants []Mutant, jobs int) []verdict {
	verdicts := make([]verdict, len(mutants))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range max(1, jobs) {
		wg.Go(func() {
			for i := range next {
				start := time.Now()
				by, err := t.try(i, mutants[i])
				verdicts[i] = verdict{mutants[i], by, err}
				mu.Lock()
				fmt.Printf("%5.1fs  %s: %s: %s\n", time.Since(start).Seconds(), mutants[i].File,
					mutants[i].Rule, cmp.Or(by, "NOT KILLED"))
				mu.Unlock()
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	wg.Wait()
	return verdicts
}
