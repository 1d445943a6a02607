package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Mutant is a change to one place of the library that breaks a rule.
type Mutant struct {
	Rule string // the rule that holds without the change; names the mutant
	File string // from the root of the module
	In   string // how the function's declaration begins; empty for anywhere
	Old  string // text that stands there exactly once
	New  string // what takes its place
}

// table returns every mutant, those of lower packages first.
func table() []Mutant {
	return slices.Concat(coroMutants, futureMutants, loopMutants, partMutants, fileMutants, systemMutants, networkMutants,
		taskMutants, combinatorMutants, timeoutMutants, runnerMutants,
		lockMutants, queueMutants, groupMutants, streamMutants, threadMutants, graphMutants, scopeMutants, debugMutants, toolMutants, transportMutants, connectMutants, tlsMutants)
}

// apply returns the text of the mutant's file with the change made.
func (m Mutant) apply(root string) (string, error) {
	b, err := os.ReadFile(filepath.Join(root, m.File))
	if err != nil {
		return "", err
	}
	before, body, after, err := m.split(string(b))
	if err != nil {
		return "", err
	}
	if n := strings.Count(body, m.Old); n != 1 {
		return "", fmt.Errorf("the old text stands %d times in %s %s, not once: %q", n, m.File, m.In, m.Old)
	}
	return before + strings.Replace(body, m.Old, m.New, 1) + after, nil
}

// split cuts a source file at the ends of the mutant's function.
func (m Mutant) split(src string) (before, body, after string, err error) {
	if m.In == "" {
		return "", src, "", nil
	}
	head := "\n" + m.In
	if n := strings.Count(src, head); n != 1 {
		return "", "", "", fmt.Errorf("%d functions in %s begin with %q, not one", n, m.File, m.In)
	}
	i := strings.Index(src, head)
	length := strings.Index(src[i:], "\n}\n")
	if length < 0 { // a function of one line
		length = strings.Index(src[i+1:], "\n") + 1
	}
	return src[:i], src[i : i+length], src[i+length:], nil
}

// sample returns n mutants picked by seed, in the order of the table; all of
// them if n is 0 or more than there are.
func sample(all []Mutant, n int, seed uint64) []Mutant {
	if n <= 0 || n >= len(all) {
		return all
	}
	picked := rand.New(rand.NewPCG(seed, 0)).Perm(len(all))[:n]
	slices.Sort(picked)
	some := make([]Mutant, n)
	for i, k := range picked {
		some[i] = all[k]
	}
	return some
}
