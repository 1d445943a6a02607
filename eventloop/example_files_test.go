//go:build unix

package eventloop_test

import (
	"fmt"

	"github.com/goasyncio/asyncio/eventloop"
	"golang.org/x/sys/unix"
)

func ExampleLoop_AddReader() {
	l := eventloop.New()
	defer l.Close()
	var pipe [2]int
	if err := unix.Pipe(pipe[:]); err != nil {
		fmt.Println(err)
		return
	}
	r := uintptr(pipe[0])
	_, err := l.AddReader(r, func() {
		buf := make([]byte, 16)
		n, _ := unix.Read(pipe[0], buf)
		fmt.Printf("%q\n", buf[:n])
		if n == 0 {
			fmt.Println(l.RemoveReader(r)) // before it is closed
			unix.Close(pipe[0])
			l.Stop()
		}
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		unix.Write(pipe[1], []byte("hello"))
		unix.Close(pipe[1])
	}()
	l.RunForever()
	// Output:
	// "hello"
	// ""
	// true
}

func ExampleLoop_AddWriter() {
	l := eventloop.New()
	defer l.Close()
	var pipe [2]int
	if err := unix.Pipe(pipe[:]); err != nil {
		fmt.Println(err)
		return
	}
	defer unix.Close(pipe[0])
	defer unix.Close(pipe[1])
	l.AddWriter(uintptr(pipe[1]), func() {
		fmt.Println("there is room")
		l.RemoveWriter(uintptr(pipe[1]))
		l.Stop()
	})
	l.RunForever()
	// Output: there is room
}
