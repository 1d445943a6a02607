// Package golden holds programs of the op language together with the traces that
// CPython's asyncio printed for them. Its tests run the programs on this module
// and compare.
package golden

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A Case is a program and its trace.
type Case struct {
	ID      string // <batch>-s<seed>
	Program []byte
	Trace   string // with iteration numbers
}

// Read returns the cases that are recorded in dir, in the order of the archives.
func Read(dir string) ([]Case, error) {
	programs, err := unpack(filepath.Join(dir, "programs.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	traces, err := unpack(filepath.Join(dir, "traces.txt.gz"))
	if err != nil {
		return nil, err
	}
	var cases []Case
	rest := string(traces)
	for line := range bytes.Lines(programs) {
		var head struct{ ID string }
		if err := json.Unmarshal(line, &head); err != nil {
			return nil, fmt.Errorf("golden: program %d: %w", len(cases)+1, err)
		}
		after, ok := strings.CutPrefix(rest, "=== "+head.ID+"\n")
		if !ok {
			return nil, fmt.Errorf("golden: no trace of program %s in its place; record both anew", head.ID)
		}
		end := len(after)
		if i := strings.Index(after, "\n=== "); i >= 0 {
			end = i + 1
		}
		cases = append(cases, Case{head.ID, line, after[:end]})
		rest = after[end:]
	}
	if rest != "" {
		return nil, fmt.Errorf("golden: traces of no program; record both anew")
	}
	return cases, nil
}

// unpack returns the text of a gzip file.
func unpack(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, fmt.Errorf("golden: %s: %w", name, err)
	}
	return io.ReadAll(z)
}
