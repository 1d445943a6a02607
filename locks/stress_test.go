package locks_test

// Random programs in virtual time: tasks acquire, hold and release, with and
// without time limits, and are cancelled at random. Whenever the loop has
// nothing to do, nobody may wait for what is free.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

const (
	seeds   = 60
	players = 8
	rounds  = 12
)

// stress is one random program.
type stress struct {
	*rand.Rand
	t    *testing.T
	name string

	// play is a round of one task. It checks what it finds.
	play func(ctx context.Context, s *stress) error

	// idle returns what must not be when nothing is ready.
	idle func() string

	// end is called with the main task's ctx when no player is left.
	end func(ctx context.Context)
}

// pause sleeps for 0 to 3 ms, or gives way, or does nothing.
func (s *stress) pause(ctx context.Context) error {
	if s.IntN(3) == 0 {
		return nil
	}
	return tasks.Sleep(ctx, time.Duration(s.IntN(4))*time.Millisecond)
}

// limited calls fn with ctx, or with one that ends soon, in one way or another.
func (s *stress) limited(ctx context.Context, fn func(ctx context.Context) error) error {
	soon := time.Duration(s.IntN(6)) * time.Millisecond
	switch s.IntN(4) {
	case 0:
		return timeouts.Run(ctx, soon, fn)
	case 1:
		inner, cancel := context.WithCancel(ctx)
		defer loopOf(ctx).CallLater(soon, cancel).Cancel()
		defer cancel()
		return fn(inner)
	}
	return fn(ctx)
}

// expected reports whether err comes from a cancellation or a time limit.
func expected(err error) bool {
	return err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (s *stress) run() {
	w := new(waittest.World)
	w.Idle = func() {
		if wrong := s.idle(); wrong != "" {
			s.t.Errorf("%s: at %v nothing is ready, and yet %s", s.name, w.Now(), wrong)
		}
	}
	waittest.RunOne(s.t, func(ctx context.Context) {
		var all []*tasks.Task[struct{}]
		for range players {
			all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
				for range rounds {
					if err := s.pause(ctx); !expected(err) {
						return err
					}
					if err := s.play(ctx, s); !expected(err) {
						return err
					}
				}
				return nil
			}))
		}
		running := func(task *tasks.Task[struct{}]) bool { return !task.Done() }
		for n := 0; slices.ContainsFunc(all, running); n++ {
			if n > 10000 {
				s.t.Fatalf("%s: the tasks do not come to an end", s.name)
			}
			must(s.pause(ctx))
			for range s.IntN(3) {
				all[s.IntN(players)].Cancel("stress")
			}
		}
		for _, task := range all {
			if err := task.Err(); !expected(err) {
				s.t.Errorf("%s: a task: %v", s.name, err)
			}
		}
		s.end(ctx)
	}, w.Options())
}

// each runs random programs that make makes.
func each(t *testing.T, make func(s *stress)) {
	leak.Check(t)
	for seed := range uint64(seeds) {
		s := &stress{Rand: rand.New(rand.NewPCG(seed, 0)), t: t, name: fmt.Sprintf("seed %d", seed)}
		make(s)
		s.run()
		if t.Failed() {
			return
		}
	}
}

func TestStressLock(t *testing.T) {
	each(t, func(s *stress) {
		var l locks.Lock
		inside := 0
		s.play = func(ctx context.Context, s *stress) error {
			return s.limited(ctx, func(ctx context.Context) error {
				return l.With(ctx, func(ctx context.Context) error {
					if inside++; inside != 1 {
						s.t.Errorf("%s: %d inside", s.name, inside)
					}
					defer func() { inside-- }()
					return s.pause(ctx)
				})
			})
		}
		s.idle = func() string {
			if !l.Locked() && l.Waiters() > 0 {
				return "someone waits for a free lock"
			}
			return ""
		}
		s.end = func(context.Context) {
			waittest.Equal(t, s.name+": at the end", l.String(), "a lock that is free (0 waiting)")
		}
	})
}

func TestStressSemaphore(t *testing.T) {
	const slots = 3
	each(t, func(s *stress) {
		sem := locks.NewSemaphore(slots)
		inside := 0
		s.play = func(ctx context.Context, s *stress) error {
			return s.limited(ctx, func(ctx context.Context) error {
				return sem.With(ctx, func(ctx context.Context) error {
					if inside++; inside > slots {
						s.t.Errorf("%s: %d inside", s.name, inside)
					}
					defer func() { inside-- }()
					return s.pause(ctx)
				})
			})
		}
		s.idle = func() string {
			switch {
			case sem.Value() > 0 && sem.Waiters() > 0:
				return "someone waits for a free slot"
			case sem.Value()+inside != slots:
				return fmt.Sprintf("%d slots are free and %d taken", sem.Value(), inside)
			}
			return ""
		}
		s.end = func(context.Context) {
			waittest.Equal(t, s.name+": at the end", sem.String(), "a semaphore with 3 free slots (0 waiting)")
		}
	})
}

func TestStressEvent(t *testing.T) {
	each(t, func(s *stress) {
		var e locks.Event
		s.play = func(ctx context.Context, s *stress) error {
			switch s.IntN(4) {
			case 0:
				e.Set()
			case 1:
				e.Clear()
			default:
				return timeouts.Run(ctx, 5*time.Millisecond, func(ctx context.Context) error {
					return s.limited(ctx, e.Wait)
				})
			}
			return nil
		}
		s.idle = func() string {
			if e.IsSet() && e.Waiters() > 0 {
				return "someone waits for an event that is set"
			}
			return ""
		}
		s.end = func(context.Context) { waittest.Equal(t, s.name+": waiters at the end", e.Waiters(), 0) }
	})
}

// A bounded buffer on two conditions with one lock: no item is lost, and nobody
// sleeps beside work.
func TestStressCondition(t *testing.T) {
	const room = 2
	each(t, func(s *stress) {
		var l locks.Lock
		notEmpty, notFull := locks.NewCondition(&l), locks.NewCondition(&l)
		items, put, got := 0, 0, 0
		move := func(ctx context.Context, wait, tell *locks.Condition, ready func() bool, by int) error {
			return timeouts.Run(ctx, 20*time.Millisecond, func(ctx context.Context) error {
				return s.limited(ctx, func(ctx context.Context) error {
					return l.With(ctx, func(ctx context.Context) error {
						err := wait.WaitFor(ctx, ready)
						if !l.Locked() {
							s.t.Errorf("%s: not locked after WaitFor", s.name)
						}
						if err != nil {
							return err
						}
						items += by
						return tell.Notify(1)
					})
				})
			})
		}
		s.play = func(ctx context.Context, s *stress) error {
			var err error
			if s.IntN(2) == 0 {
				if err = move(ctx, notFull, notEmpty, func() bool { return items < room }, 1); err == nil {
					put++
				}
			} else {
				if err = move(ctx, notEmpty, notFull, func() bool { return items > 0 }, -1); err == nil {
					got++
				}
			}
			return err
		}
		s.idle = func() string {
			switch {
			case l.Locked():
				return "the lock is held"
			case items > 0 && notEmpty.Waiters() > 0:
				return "someone waits for an item that is there"
			case items < room && notFull.Waiters() > 0:
				return "someone waits for room that is there"
			case put-got != items:
				return fmt.Sprintf("%d put, %d got, %d there", put, got, items)
			}
			return ""
		}
		s.end = func(context.Context) {
			waittest.Equal(t, s.name+": at the end", l.String(), "a lock that is free (0 waiting)")
		}
	})
}

// Whatever is cancelled, reset and aborted, a barrier is usable afterwards, and
// nobody is left behind in it.
func TestStressBarrier(t *testing.T) {
	each(t, func(s *stress) {
		b := locks.NewBarrier(3)
		s.play = func(ctx context.Context, s *stress) error {
			switch s.IntN(12) {
			case 0:
				return b.Reset(ctx)
			case 1:
				return b.Abort(ctx)
			}
			return timeouts.Run(ctx, 8*time.Millisecond, func(ctx context.Context) error {
				return s.limited(ctx, func(ctx context.Context) error {
					i, err := b.Wait(ctx)
					if (err == nil) != (i >= 0) || i >= 3 {
						s.t.Errorf("%s: index %d with error %v", s.name, i, err)
					}
					if errors.Is(err, locks.ErrBrokenBarrier) {
						err = nil
					}
					return err
				})
			})
		}
		s.idle = func() string {
			if b.Waiters() != b.Waiting() || b.Waiting() > 2 {
				return fmt.Sprintf("%d stand in line and %d count as waiting", b.Waiters(), b.Waiting())
			}
			return ""
		}
		s.end = func(ctx context.Context) {
			waittest.Equal(t, s.name+": waiters at the end", b.Waiters(), 0)
			must(b.Reset(ctx))
			gather(t, ctx, 3, func(ctx context.Context) error { return pass(ctx, b) })
		}
	})
}
