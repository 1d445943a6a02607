// Package peers finds and builds the runtimes that the library is measured beside. All of
// it is for programs that run in the root of the module.
//
// Its programs are [tasks], for the small jobs, and [echo], for connections. What they run
// in Python and on Node stands beside them; the rest has folders of its own.
//
// [tasks]: ./tasks
// [echo]: ./echo
package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Dir is where the sources of the peers are.
const Dir = "internal/peers"

// Go builds a main package of the module in dir, and returns the program.
func Go(dir, pkg string) (program string, err error) {
	program = filepath.Join(dir, strings.ReplaceAll(pkg, "/", "-"))
	return program, run(exec.Command("go", "build", "-o", program, "./"+pkg))
}

// C builds a program of one file in dir.
func C(dir, file string, flags ...string) (program string, err error) {
	program = filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".c"))
	return program, run(exec.Command("cc", append([]string{"-O2", "-o", program, file}, flags...)...))
}

// Tokio builds the programs of the Rust peers in dir, and returns where they are: with the
// crates of Debian's librust-tokio-dev if these are there, and otherwise with those that
// cargo fetches.
func Tokio(dir string) (programs string, err error) {
	const debian = "/usr/share/cargo/registry"
	args := []string{"build", "--release", "--quiet"}
	if there, _ := filepath.Glob(debian + "/tokio-1.*"); len(there) > 0 {
		args = append(args, "--offline", "--config", `source.crates-io.replace-with="debian"`,
			"--config", `source.debian.directory="`+debian+`"`)
	}
	src := filepath.Join(dir, "tokio") // as cargo writes beside its sources
	if err := os.CopyFS(src, os.DirFS(Dir+"/tokio")); err != nil {
		return "", err
	}
	cmd := exec.Command("cargo", args...)
	cmd.Dir = src
	return filepath.Join(src, "target", "release"), run(cmd)
}

// Asyncio finds CPython 3.13.
func Asyncio() (python string, err error) {
	return python3("sys.version_info[:2] == (3, 13)", "python3", "python3.13")
}

// UVLoop finds a Python that has uvloop.
func UVLoop() (python string, err error) {
	return python3("__import__('uvloop')", "/usr/bin/python3", "python3")
}

// Node finds Node.
func Node() (node string, err error) { return exec.LookPath("node") }

// python3 returns the path of the first Python that fulfils a condition. It is not that
// of a script which finds it, as to start that takes time too.
func python3(condition string, names ...string) (string, error) {
	for _, name := range names {
		cmd := exec.Command(name, "-c", "import sys; print(sys.executable if "+condition+" else '')")
		cmd.Env = append(os.Environ(), "PYENV_VERSION=3.13.0")
		if out, err := cmd.Output(); err == nil && len(strings.TrimSpace(string(out))) > 0 {
			return strings.TrimSpace(string(out)), nil
		}
	}
	return "", fmt.Errorf("none of %s is one where %s", strings.Join(names, ", "), condition)
}

func run(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}
