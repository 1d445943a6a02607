package eventloop_test

// Benchmarks, with what plain Go does for the same job beside them, so that only
// ratios within one run need to be compared.

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
)

func nop() {}

// BenchmarkCallSoon schedules callbacks, a thousand at a time, and runs them. The
// channel is one of functions, with a goroutine that calls them.
func BenchmarkCallSoon(b *testing.B) {
	const many = 1000
	b.Run("loop", func(b *testing.B) {
		l := eventloop.New()
		defer l.Close()
		i := 0
		var round func()
		round = func() {
			if i >= b.N {
				l.Stop()
				return
			}
			for range many {
				l.CallSoon(nop)
			}
			i += many
			l.CallSoon(round)
		}
		l.CallSoon(round)
		b.ReportAllocs()
		b.ResetTimer()
		l.RunForever()
	})
	b.Run("channel", func(b *testing.B) {
		fns, done := make(chan func(), many), make(chan struct{})
		go func() {
			for fn := range fns {
				fn()
			}
			close(done)
		}()
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			fns <- nop
		}
		close(fns)
		<-done
	})
}

// BenchmarkFire makes timers that are due at once, a thousand at a time, and waits
// until all have fired.
func BenchmarkFire(b *testing.B) {
	const many = 1000
	b.Run("CallLater", func(b *testing.B) {
		l := eventloop.New()
		defer l.Close()
		i, left := 0, 0
		var round, fire func()
		fire = func() {
			if left--; left == 0 {
				round()
			}
		}
		round = func() {
			if i >= b.N {
				l.Stop()
				return
			}
			i, left = i+many, many
			for j := range many {
				l.CallLater(time.Duration(j), fire)
			}
		}
		l.CallSoon(round)
		b.ReportAllocs()
		b.ResetTimer()
		l.RunForever()
	})
	b.Run("AfterFunc", func(b *testing.B) {
		b.ReportAllocs()
		var left atomic.Int64
		done := make(chan struct{})
		fire := func() {
			if left.Add(-1) == 0 {
				done <- struct{}{}
			}
		}
		for i := 0; i < b.N; i += many {
			left.Store(many)
			for j := range many {
				time.AfterFunc(time.Duration(j), fire)
			}
			<-done
		}
	})
}

// BenchmarkPost has another goroutine call functions on a loop: one, which it waits
// for while the loop has nothing else to do, or a flood. The channel is one of
// functions, with a goroutine that calls them.
func BenchmarkPost(b *testing.B) {
	call := map[string]func(b *testing.B, post func(fn func())){
		"parked": func(b *testing.B, post func(fn func())) {
			ran := make(chan struct{}, 1)
			fn := func() { ran <- struct{}{} }
			for range b.N {
				post(fn)
				<-ran
			}
		},
		"flood": func(b *testing.B, post func(fn func())) {
			for range b.N {
				post(nop)
			}
			ran := make(chan struct{})
			post(func() { close(ran) })
			<-ran
		},
	}
	for _, how := range []string{"parked", "flood"} {
		b.Run(how+"/loop", func(b *testing.B) {
			l, gone := eventloop.New(), make(chan error)
			release := l.Hold()
			go func() { gone <- l.RunForever() }()
			b.ReportAllocs()
			call[how](b, func(fn func()) { l.CallSoonThreadsafe(fn) })
			l.CallSoonThreadsafe(func() {
				release()
				l.Stop()
			})
			if err := <-gone; err != nil {
				b.Fatal(err)
			}
			l.Close()
		})
		b.Run(how+"/channel", func(b *testing.B) {
			fns := make(chan func(), 1000)
			go func() {
				for fn := range fns {
					fn()
				}
			}()
			b.ReportAllocs()
			call[how](b, func(fn func()) { fns <- fn })
			close(fns)
		})
	}
}
