package staggered_test

// The rules of asyncio's test_staggered.py.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/internal/staggered"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

const second = time.Second

// after is an attempt that succeeds with d, or fails with err, after d.
func after(d time.Duration, err error) staggered.Attempt[string] {
	return func(ctx context.Context) (string, error) {
		if e := tasks.Sleep(ctx, d); e != nil {
			return "", e
		}
		return d.String(), err
	}
}

// stubborn succeeds in spite of being cancelled.
func stubborn(ctx context.Context) (string, error) {
	for range 5 {
		tasks.Sleep(ctx, 10*second)
	}
	return "stubborn", nil
}

func panics(context.Context) (string, error) { panic("oh") }

func TestRace(t *testing.T) {
	bad := errors.New("bad")
	type attempts = []staggered.Attempt[string]
	tests := []struct {
		name      string
		attempts  attempts
		winner    int
		value     string
		errs      []string
		discarded []string
		time      time.Duration
	}{
		{"none", nil, -1, "", nil, nil, 0},
		{"one", attempts{after(second, nil)}, 0, "1s", []string{"nil"}, nil, second},
		{"one that fails", attempts{after(second, bad)}, -1, "", []string{"bad"}, nil, second},
		{"the first fails at once", attempts{after(0, bad), after(second, nil)}, 1, "1s", []string{"bad", "nil"}, nil, second},
		{"the first takes too long", attempts{after(20*second, nil), after(second, nil)}, 1, "1s",
			[]string{"cancelled()", "nil"}, nil, 4 * second},
		{"the first is first after all", attempts{after(4*second, nil), after(2*second, nil)}, 0, "4s",
			[]string{"nil", "cancelled()"}, nil, 4 * second},
		{"the third is not started", attempts{after(second, bad), after(2*second, nil), after(0, nil)}, 1, "2s",
			[]string{"bad", "nil"}, nil, 3 * second},
		{"none succeeds", attempts{after(4*second, bad), after(second, bad), after(second, bad)}, -1, "",
			[]string{"bad", "bad", "bad"}, nil, 5 * second},
		{"two at the same time", attempts{after(5*second, nil), after(2*second, nil)}, 0, "5s",
			[]string{"nil", "nil"}, []string{"2s"}, 5 * second},
		{"one that does not let itself be cancelled", attempts{stubborn, after(second, nil)}, 1, "1s",
			[]string{"nil", "nil"}, []string{"stubborn"}, 44 * second},
		{"a panic is a failure", attempts{panics, after(second, nil)}, 1, "1s", []string{"panic(oh)", "nil"}, nil, second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			looptest.Run(t, func(ctx context.Context) {
				var discarded []string
				v, winner, errs, err := staggered.Race(ctx, tt.attempts, 3*second, func(s string) { discarded = append(discarded, s) })
				looptest.Outcome(t, "Race", v, err, tt.value)
				looptest.Equal(t, "winner", winner, tt.winner)
				var texts []string
				for _, err := range errs {
					texts = append(texts, looptest.Describe(err))
				}
				looptest.Equal(t, "errors", texts, tt.errs)
				looptest.Equal(t, "discarded", discarded, tt.discarded)
				looptest.Equal(t, "time", looptest.Now(ctx), tt.time)
				looptest.Equal(t, "tasks left", len(tasks.All(ctx)), 1)
			})
		})
	}
}

// Cancelled, a race cancels all and waits for them, and nothing that was achieved is
// lost sight of.
func TestRaceCancelled(t *testing.T) {
	for at := time.Duration(0); at < 10*second; at += second { // one wins at 8s, and stubborn ends later
		for turns := range 6 {
			t.Run(fmt.Sprintf("at %v after %d turns", at, turns), func(t *testing.T) {
				leak.Check(t)
				looptest.Run(t, func(ctx context.Context) {
					achieved, discarded := 0, 0
					counting := func(a staggered.Attempt[string]) staggered.Attempt[string] {
						return func(ctx context.Context) (string, error) {
							v, err := a(ctx)
							if err == nil {
								achieved++
							}
							return v, err
						}
					}
					ended := 0
					won := 0
					task := tasks.Go(ctx, func(ctx context.Context) error {
						_, winner, _, err := staggered.Race(ctx, []staggered.Attempt[string]{
							counting(stubborn), counting(after(5*second, nil)), counting(after(2*second, nil)),
						}, 3*second, func(string) { discarded++ })
						ended = len(tasks.All(ctx))
						if winner >= 0 {
							won++
						}
						return err
					})
					tasks.Sleep(ctx, at)
					looptest.Turns(ctx, turns)
					task.Cancel()
					_, err := task.Await(ctx)
					if at == 0 && turns == 0 {
						return // it had not started
					}
					looptest.Equal(t, "tasks at the end", ended, 2)
					looptest.Equal(t, "kept or discarded", won+discarded, achieved)
					looptest.Equal(t, "won", won, 0)
					looptest.Fails(t, "Race", err, "cancelled()")
				})
			})
		}
	}
}

func TestRaceWithTimeout(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		err := timeouts.Run(ctx, 4*second, func(ctx context.Context) error {
			_, _, _, err := staggered.Race(ctx, []staggered.Attempt[string]{after(9*second, nil), after(9*second, nil)}, 3*second, func(string) {})
			return err
		})
		looptest.Fails(t, "Race", err, "timeout")
		looptest.Equal(t, "time", looptest.Now(ctx), 4*second)
		looptest.Equal(t, "tasks left", len(tasks.All(ctx)), 1)
	})
}
