//go:build linux

package main

// The servers, as far as they are installed.

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goasyncio/asyncio/internal/peers"
)

// A server is a command that takes a port as its last argument.
type server struct {
	name    string
	command []string
}

// servers returns those whose names only matches. It builds them in a directory.
func servers(dir string, only func(name string) bool) (found []server) {
	python := func(find func() (string, error), args ...string) func() ([]string, error) {
		return func() ([]string, error) {
			exe, err := find()
			return append([]string{exe, peers.Dir + "/echo/echo.py"}, args...), err
		}
	}
	here := func(args ...string) func() ([]string, error) {
		return func() ([]string, error) {
			exe, err := peers.Go(dir, "examples/echo")
			return append([]string{exe}, args...), err
		}
	}
	for _, s := range []struct {
		name string
		find func() ([]string, error)
	}{
		{"here, streams", here()},
		{"here, protocol", here("-protocol")},
		{"goroutines", func() ([]string, error) {
			exe, err := peers.Go(dir, peers.Dir+"/goroutines/echo")
			return []string{exe}, err
		}},
		{"asyncio, streams", python(peers.Asyncio, "asyncio", "streams")},
		{"asyncio, protocol", python(peers.Asyncio, "asyncio", "protocol")},
		{"uvloop, streams", python(peers.UVLoop, "uvloop", "streams")},
		{"uvloop, protocol", python(peers.UVLoop, "uvloop", "protocol")},
		{"node", func() ([]string, error) {
			exe, err := peers.Node()
			return []string{exe, peers.Dir + "/echo/echo.js"}, err
		}},
		{"tokio", func() ([]string, error) {
			programs, err := peers.Tokio(dir)
			return []string{filepath.Join(programs, "echo")}, err
		}},
		{"libuv", func() ([]string, error) {
			exe, err := peers.C(dir, peers.Dir+"/libuv/echo.c", "-luv")
			return []string{exe}, err
		}},
	} {
		if !only(s.name) {
			continue
		}
		command, err := s.find()
		if err != nil {
			fmt.Fprintf(os.Stderr, "no %s: %v\n", s.name, err)
			continue
		}
		found = append(found, server{s.name, command})
	}
	return found
}
