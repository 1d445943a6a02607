//go:build unix

package selectors_test

import (
	"fmt"

	"github.com/goasyncio/asyncio/eventloop/selectors"
	"golang.org/x/sys/unix"
)

func ExampleNew() {
	s, err := selectors.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	var pipe [2]int
	if err := unix.Pipe(pipe[:]); err != nil {
		fmt.Println(err)
		return
	}
	defer unix.Close(pipe[0])
	s.Watch(uintptr(pipe[0]), selectors.Read)
	s.Select(0)
	fmt.Println(len(s.Ready()), "ready")
	unix.Close(pipe[1])
	s.Select(selectors.Forever)
	for _, f := range s.Ready() {
		fmt.Println(f.FD == uintptr(pipe[0]), f.Events)
	}
	s.Watch(uintptr(pipe[0]), 0)
	// Output:
	// 0 ready
	// true read
}
