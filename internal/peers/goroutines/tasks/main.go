// Command tasks does the jobs of peertasks in plain Go: goroutines, channels,
// WaitGroups. It prints "value unit", and "- -" for a job that it does not have.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/goasyncio/asyncio/internal/peers/resident"
)

var jobs = map[string]func(){
	"a_yield1":     func() { yield(1, 5_000_000) },
	"b_yield1000":  func() { yield(1000, 3000) },
	"c_spawn":      spawn,
	"d_pingpong":   func() { pingPong(1_000_000, func() {}) },
	"e_queue1":     func() { queue(1) },
	"e_queue128":   func() { queue(128) },
	"f_timers1e5":  func() { timers(1e5) },
	"f_timers1e6":  func() { timers(1e6) },
	"g_callsoon":   func() { funcs(2_000_000, 1000) },
	"h_latency":    func() { pingPong(100_000, runtime.LockOSThread) }, // between two threads
	"h_throughput": func() { funcs(1_000_000, 1<<20) },
	"i_mem":        memory,
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tasks JOB")
		os.Exit(2)
	}
	job := jobs[os.Args[1]]
	if job == nil {
		fmt.Println("- -")
		return
	}
	job()
}

// per prints the time since start for each of n operations.
func per(start time.Time, n int) {
	fmt.Printf("%.2f ns\n", float64(time.Since(start))/float64(n))
}

// yield has n goroutines give way in turn.
func yield(n, steps int) {
	start := time.Now()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range steps {
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	per(start, n*steps)
}

func spawn() {
	const rounds, many = 1000, 1000
	start := time.Now()
	for range rounds {
		var wg sync.WaitGroup
		wg.Add(many)
		for range many {
			go wg.Done()
		}
		wg.Wait()
	}
	per(start, rounds*many)
}

// pingPong is n round trips by unbuffered channels. Both goroutines call begin first.
func pingPong(n int, begin func()) {
	begin()
	ping, pong := make(chan int), make(chan int)
	go func() {
		begin()
		for v := range ping {
			pong <- v
		}
	}()
	start := time.Now()
	for i := range n {
		ping <- i
		<-pong
	}
	per(start, n)
}

func queue(size int) {
	const n = 2_000_000
	q := make(chan int, size)
	start := time.Now()
	go func() {
		for i := range n {
			q <- i
		}
	}()
	for range n {
		<-q
	}
	per(start, n)
}

func timers(n int) {
	start := time.Now()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { time.Sleep(time.Duration(rand.Int63n(100e6))) })
	}
	wg.Wait()
	fmt.Printf("%.4f s\n", time.Since(start).Seconds())
}

// funcs sends functions to a goroutine that calls them, the nearest to callbacks that
// are posted to a loop.
func funcs(n, size int) {
	q := make(chan func(), size)
	nop := func() {}
	start := time.Now()
	go func() {
		for range n {
			q <- nop
		}
		close(q)
	}()
	for f := range q {
		f()
	}
	per(start, n)
}

func memory() {
	const n = 100_000
	never := make(chan int)
	runtime.GC()
	before := resident.Bytes()
	for range n {
		go func() { <-never }()
	}
	time.Sleep(50 * time.Millisecond)
	fmt.Printf("%.0f B\n", (resident.Bytes()-before)/n)
}
