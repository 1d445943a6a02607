package waittest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/tasks"
)

// A Call is a method that may have to wait, on an object of its own.
type Call struct {
	Name string

	// New returns a new object. It need not be in a task.
	New func() Object
}

// An Object is what a [Call] is called on.
type Object struct {
	// Do calls the method.
	Do func(ctx context.Context) error

	// Block makes Do wait from now on; nil if it always does.
	Block func()

	// Unblock makes one Do that waits succeed, in the next iteration; all of
	// them, if it is not Single.
	Unblock func(ctx context.Context)

	// State writes down what can be seen of the object.
	State func() string

	// Single says that Unblock wakes one, however many wait, and that no
	// wake-up may be lost.
	Single bool

	// Spurious says that one that gives up may wake another for nothing.
	Spurious bool

	// Waits is what a report on a deadlock says of a task in Do.
	Waits string
}

// Table checks what all calls have in common.
func Table(t *testing.T, calls []Call) {
	for _, c := range calls {
		t.Run(c.Name, func(t *testing.T) {
			t.Run("need not wait", c.ready)
			t.Run("must wait", c.blocked)
			t.Run("ctx ends meanwhile", c.ended)
			t.Run("ctx of no task", c.misplaced)
			t.Run("cancelled", c.cancelled)
			t.Run("woken and cancelled", c.passedOn)
			t.Run("other loop", c.otherLoop)
			t.Run("loop closed", c.closed)
			t.Run("deadlock", c.deadlock)
		})
	}
}

// ready checks a call that need not wait: it does not give way, and fails on a
// ctx that has ended all the same.
func (c *Call) ready(t *testing.T) {
	if c.New().Block == nil {
		t.Skip("it always waits")
	}
	for _, k := range Contexts() {
		t.Run(k.Name, func(t *testing.T) {
			Run(t, func(ctx context.Context) {
				o := c.New()
				gaveWay := false
				eventloop.FromContext(ctx).CallSoon(func() { gaveWay = true })
				before := o.State()
				err := k.With(ctx, o.Do)
				Is(t, "the call", err, k.Ended)
				Equal(t, "it gave way", gaveWay, false)
				if err != nil {
					Equal(t, "state after the error", o.State(), before)
				}
			})
		})
	}
}

// start makes a new object, and a task with a ctx of kind k that calls it and
// must wait.
func (c *Call) start(t *testing.T, ctx context.Context, k Ctx) (o Object, before string, task *tasks.Task[struct{}]) {
	t.Helper()
	o = c.New()
	if o.Block != nil {
		o.Block()
	}
	before = o.State()
	task = tasks.Go(ctx, func(ctx context.Context) error { return k.With(ctx, o.Do) }, tasks.WithName("caller"))
	Turns(ctx, 1)
	return o, before, task
}

// blocked checks a call that must wait: it returns one iteration after it was
// woken, and at once on a ctx that has ended.
func (c *Call) blocked(t *testing.T) {
	for _, k := range Contexts() {
		t.Run(k.Name, func(t *testing.T) {
			Run(t, func(ctx context.Context) {
				o, before, task := c.start(t, ctx, k)
				Equal(t, "it returned at once", task.Done(), k.Ended != nil)
				if k.Ended != nil {
					Is(t, "the call", task.Err(), k.Ended)
					Equal(t, "state after the error", o.State(), before)
					return
				}
				Turns(ctx, 3)
				Equal(t, "it returned before it was woken", task.Done(), false)
				o.Unblock(ctx)
				Equal(t, "it returned as it was woken", task.Done(), false)
				Turns(ctx, 1)
				Equal(t, "it returned after it was woken", task.Done(), true)
				Is(t, "the call", task.Err(), nil)
			})
		})
	}
}

// ended checks a call that waits while its ctx ends.
func (c *Call) ended(t *testing.T) {
	for _, k := range Contexts() {
		if k.End == nil {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			Run(t, func(ctx context.Context) {
				o, before, task := c.start(t, ctx, k)
				k.End()
				Turns(ctx, 3)
				Equal(t, "it returned after ctx had ended", task.Done(), true)
				Is(t, "the call", task.Err(), k.EndErr)
				Equal(t, "state after the error", o.State(), before)
			}, new(World).Options())
		})
		if !c.New().Single {
			continue
		}
		// The end comes in the same iteration as the wake-up: whatever the
		// call returns, the wake-up must not be lost.
		for _, first := range []string{"wake-up", "end"} {
			t.Run(k.Name+", with a wake-up, "+first+" first", func(t *testing.T) {
				Run(t, func(ctx context.Context) {
					o, _, task := c.start(t, ctx, k)
					second := tasks.Go(ctx, o.Do)
					Turns(ctx, 1)
					if first == "end" {
						k.End()
					}
					o.Unblock(ctx)
					k.End()
					Turns(ctx, 4)
					Equal(t, "the first call returned", task.Done(), true)
					Equal(t, "the second got the wake-up that the first did not use",
						second.Done(), task.Err() != nil)
					if !second.Done() {
						o.Unblock(ctx)
						Turns(ctx, 4)
					}
					Is(t, "the second call", second.Err(), nil)
				}, new(World).Options())
			})
		}
	}
}

// misplaced checks a call with a ctx that is not the running task's.
func (c *Call) misplaced(t *testing.T) {
	for _, block := range []bool{false, true} {
		Run(t, func(ctx context.Context) {
			o := c.New()
			if block == (o.Block == nil) {
				return
			}
			if block {
				o.Block()
			}
			before := o.State()
			err := tasks.Go(ctx, func(context.Context) error { return o.Do(ctx) }, tasks.WithName("thief"))
			Turns(ctx, 1)
			var wrong *tasks.WrongTaskError
			if _, err := err.Result(); !errors.As(err, &wrong) {
				t.Errorf("with the ctx of another task: got %q, want a WrongTaskError", Describe(err))
			} else {
				Equal(t, "running task", wrong.Running, "thief")
			}
			Is(t, "with a ctx without a task", o.Do(loopOnly(ctx)), coro.ErrNoTask)
			text := Panics(func() { o.Do(context.Background()) })
			Equal(t, "panic with a ctx without a loop", strings.HasPrefix(text, "asyncio: ctx has no event loop"), true)
			Equal(t, "state after the errors", o.State(), before)
		})
	}
}

// cancelled checks a call whose task is cancelled while it waits.
func (c *Call) cancelled(t *testing.T) {
	for _, k := range Contexts() {
		if k.Ended != nil {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			Run(t, func(ctx context.Context) {
				o, before, task := c.start(t, ctx, k)
				task.Cancel("why")
				Turns(ctx, 1)
				Equal(t, "error of the call", Describe(task.Err()), "cancelled(why)")
				Equal(t, "state after the error", o.State(), before)
			})
		})
	}
}

// passedOn checks that a call that is woken and cancelled in one iteration does
// not keep the wake-up from the next in line.
func (c *Call) passedOn(t *testing.T) {
	if !c.New().Single {
		t.Skip("no wake-up can be lost")
	}
	own := Contexts()[0]
	for _, first := range []string{"wake-up", "cancel"} {
		t.Run(first+" first", func(t *testing.T) {
			Run(t, func(ctx context.Context) {
				o, _, task := c.start(t, ctx, own)
				second := tasks.Go(ctx, o.Do)
				third := tasks.Go(ctx, o.Do)
				Turns(ctx, 1)
				if first == "cancel" {
					task.Cancel()
				}
				o.Unblock(ctx)
				task.Cancel()
				Turns(ctx, 3)
				Equal(t, "the first is cancelled", task.Cancelled(), true)
				Equal(t, "the second has the wake-up", second.Done(), true)
				Equal(t, "the third has to wait", third.Done(), o.Spurious && first == "cancel")
				Is(t, "the second call", second.Err(), nil)
				o.Unblock(ctx)
				Turns(ctx, 1)
				Equal(t, "the third has its own", third.Done(), true)
			})
		})
	}
}
