//go:build !unix

package main

import "os"

// roomOf finds no terminals here: output is plain.
func roomOf(*os.File) (width, height int, ok bool) { return 0, 0, false }

func unbuffered(*os.File) (restore func()) { return nil }
