package tasks_test

// What an await does by the ctx it is given, as one table: every kind of ctx by
// every kind of await.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// ctxScene is where a cell of the table plays: in a task called victim.
type ctxScene struct {
	t     *testing.T
	own   context.Context // the victim's
	other context.Context // that of another task
	dead  context.Context // that of a task that has ended
	gate  *futures.Future[int]
	// await is the await to be tried.
	await func(ctx context.Context) error
	// awaited says what became of what it awaited; nil for a sleep.
	awaited func() string
}

// later arranges for fn to be called when the victim waits.
func (s *ctxScene) later(fn func()) {
	tasks.Go(s.own, func(ctx context.Context) error {
		turns(ctx, 3)
		fn()
		return nil
	})
}

// cancelNow cancels the victim and lets it take the cancellation.
func (s *ctxScene) cancelNow() {
	tasks.Current(s.own).Cancel("earlier")
	fails(s.t, "the cancelled sleep", tasks.Sleep(s.own, time.Hour), "cancelled(earlier)")
}

// try awaits with ctx and looks around.
func (s *ctxScene) try(ctx context.Context) (ctxResult, error) {
	err := s.await(ctx)
	r := ctxResult{Err: describe(err), Cancelling: tasks.Current(s.own).Cancelling()}
	if s.awaited != nil {
		r.Awaited = s.awaited()
	}
	r.CtxClosed, r.OwnClosed = closed(s.t, ctx), closed(s.t, s.own)
	r.Next = describe(tasks.Sleep(s.own, 0))
	return r, err
}

// closed reports whether ctx is, having compared what Done and Err say.
func closed(t *testing.T, ctx context.Context) bool {
	done := false
	select {
	case <-ctx.Done():
		done = true
	default:
	}
	equal(t, "Done is closed if Err is not nil", done, ctx.Err() != nil)
	return done
}

// ctxResult is what is seen when the await has returned.
type ctxResult struct {
	Err        string // of the await
	Cancelling int
	Awaited    string // what became of that: cancelled, done, pending
	CtxClosed  bool
	OwnClosed  bool   // the task's own ctx
	Next       string // error of the next await on that
}

// A ctxRow is a kind of ctx, and what happens to it during the await.
type ctxRow struct {
	name string
	try  func(s *ctxScene) ctxResult
	want ctxResult
}

// cancelVictim returns a function that cancels the victim.
func cancelVictim(s *ctxScene) func() {
	victim := tasks.Current(s.own)
	return func() { victim.Cancel("x") }
}

// looked drops the error that a result describes.
func looked(r ctxResult, _ error) ctxResult { return r }

// ctxRows is the table's vertical axis.
var ctxRows = []ctxRow{
	{"own", func(s *ctxScene) ctxResult {
		s.later(func() { s.gate.SetResult(1) })
		return looked(s.try(s.own))
	}, ctxResult{"nil", 0, "done", false, false, "nil"}},
	{"own, task cancelled", func(s *ctxScene) ctxResult {
		s.later(cancelVictim(s))
		return looked(s.try(s.own))
	}, ctxResult{"cancelled(x)", 1, "cancelled", true, true, "nil"}},
	{"own, after a cancellation", func(s *ctxScene) ctxResult {
		s.cancelNow()
		s.later(func() { s.gate.SetResult(1) })
		return looked(s.try(s.own))
	}, ctxResult{"nil", 1, "done", true, true, "nil"}},
	{"own with a value, task cancelled", func(s *ctxScene) ctxResult {
		s.later(cancelVictim(s))
		return looked(s.try(context.WithValue(s.own, key{}, 1)))
	}, ctxResult{"cancelled(x)", 1, "cancelled", true, true, "nil"}},
	{"scope, expired", func(s *ctxScene) (r ctxResult) {
		err := timeouts.Run(s.own, time.Second, func(ctx context.Context) (err error) {
			r, err = s.try(ctx)
			return err
		})
		fails(s.t, "the timeout", err, "timeout")
		equal(s.t, "Cancelling after it", tasks.Current(s.own).Cancelling(), 0)
		return r
	}, ctxResult{"cancelled()", 1, "cancelled", true, false, "nil"}},
	{"scope, task cancelled", func(s *ctxScene) (r ctxResult) {
		s.later(cancelVictim(s))
		err := timeouts.Run(s.own, time.Hour, func(ctx context.Context) (err error) {
			r, err = s.try(ctx)
			return err
		})
		fails(s.t, "the timeout", err, "cancelled(x)")
		return r
	}, ctxResult{"cancelled(x)", 1, "cancelled", true, true, "nil"}},
	{"own, scope expired", func(s *ctxScene) (r ctxResult) {
		timeouts.Run(s.own, time.Second, func(context.Context) (err error) {
			r, err = s.try(s.own)
			return err
		})
		return r
	}, ctxResult{"cancelled()", 1, "cancelled", false, false, "nil"}},
	{"WithTimeout, expired", func(s *ctxScene) ctxResult {
		ctx, cancel := context.WithTimeout(s.own, -1)
		defer cancel()
		return looked(s.try(ctx))
	}, ctxResult{context.DeadlineExceeded.Error(), 0, "pending", true, false, "nil"}},
	{"scope in WithTimeout, expired", func(s *ctxScene) (r ctxResult) {
		expired, cancel := context.WithTimeout(s.own, -1)
		defer cancel()
		err := timeouts.Run(expired, time.Hour, func(ctx context.Context) (err error) {
			r, err = s.try(ctx)
			return err
		})
		fails(s.t, "the timeout", err, context.DeadlineExceeded.Error())
		return r
	}, ctxResult{context.DeadlineExceeded.Error(), 0, "pending", true, false, "nil"}},
	{"WithCancel, cancelled on the loop", func(s *ctxScene) ctxResult {
		ctx, cancel := context.WithCancel(s.own)
		s.later(cancel)
		return looked(s.try(ctx))
	}, ctxResult{context.Canceled.Error(), 0, "pending", true, false, "nil"}},
	{"WithCancel, cancelled elsewhere", func(s *ctxScene) ctxResult {
		ctx, cancel := context.WithCancel(s.own)
		s.later(func() {
			release := eventloop.FromContext(s.own).Hold()
			go func() { cancel(); release() }()
		})
		return looked(s.try(ctx))
	}, ctxResult{context.Canceled.Error(), 0, "pending", true, false, "nil"}},
	{"WithCancel, task cancelled", func(s *ctxScene) ctxResult {
		ctx, cancel := context.WithCancel(s.own)
		defer cancel()
		s.later(cancelVictim(s))
		return looked(s.try(ctx))
	}, ctxResult{"cancelled(x)", 1, "cancelled", true, true, "nil"}},
	{"WithCancel, after a cancellation", func(s *ctxScene) ctxResult {
		ctx, cancel := context.WithCancel(s.own)
		defer cancel()
		s.cancelNow()
		return looked(s.try(ctx))
	}, ctxResult{context.Canceled.Error(), 1, "pending", true, true, "nil"}},
	{"WithoutCancel, task cancelled", func(s *ctxScene) ctxResult {
		s.later(cancelVictim(s))
		return looked(s.try(context.WithoutCancel(s.own)))
	}, ctxResult{"cancelled(x)", 1, "cancelled", false, true, "nil"}},
	{"WithoutCancel, after a cancellation", func(s *ctxScene) ctxResult {
		s.cancelNow()
		s.later(func() { s.gate.SetResult(1) })
		return looked(s.try(context.WithoutCancel(s.own)))
	}, ctxResult{"nil", 1, "done", false, true, "nil"}},
	{"another task's", func(s *ctxScene) ctxResult {
		return looked(s.try(s.other))
	}, ctxResult{"wrong task(owner other, running victim)", 0, "pending", false, false, "nil"}},
	{"derived from another task's", func(s *ctxScene) ctxResult {
		ctx, cancel := context.WithCancel(s.other)
		defer cancel()
		return looked(s.try(ctx))
	}, ctxResult{"wrong task(owner other, running victim)", 0, "pending", false, false, "nil"}},
	{"a dead task's", func(s *ctxScene) ctxResult {
		return looked(s.try(s.dead))
	}, ctxResult{"wrong task(owner dead, running victim)", 0, "pending", true, false, "nil"}},
	{"the loop's", func(s *ctxScene) ctxResult {
		return looked(s.try(eventloop.FromContext(s.own).Context(context.Background())))
	}, ctxResult{"asyncio: await outside a task; create a task for it", 0, "pending", false, false, "nil"}},
}

// ctxColumns is the horizontal axis: each sets the await of a scene.
var ctxColumns = []struct {
	name  string
	await func(s *ctxScene)
}{
	{"Sleep", func(s *ctxScene) {
		s.await = func(ctx context.Context) error { return tasks.Sleep(ctx, time.Minute) }
	}},
	{"Future", func(s *ctxScene) {
		s.await = func(ctx context.Context) error { _, err := s.gate.Await(ctx); return err }
		s.awaited = func() string { return fate(s.gate) }
	}},
	{"Task", func(s *ctxScene) {
		child := tasks.Create(s.own, s.gate.Await)
		s.await = func(ctx context.Context) error { _, err := child.Await(ctx); return err }
		s.awaited = func() string { return fate(child) }
	}},
	{"Gather", func(s *ctxScene) {
		child := tasks.Create(s.own, s.gate.Await)
		s.await = func(ctx context.Context) error {
			_, err := tasks.Gather(s.own, child, s.gate).Await(ctx)
			return err
		}
		s.awaited = func() string { return same(s.t, fate(child), fate(s.gate)) }
	}},
	{"WaitFor", func(s *ctxScene) {
		child := tasks.Create(s.own, s.gate.Await)
		s.await = func(ctx context.Context) error { _, err := tasks.WaitFor(ctx, child, time.Minute); return err }
		s.awaited = func() string { return fate(child) }
	}},
	{"timeout", func(s *ctxScene) {
		s.await = func(ctx context.Context) error {
			return timeouts.Run(ctx, time.Minute, func(ctx context.Context) error {
				_, err := s.gate.Await(ctx)
				return err
			})
		}
		s.awaited = func() string { return fate(s.gate) }
	}},
}

// fate says what became of a future.
func fate(f interface {
	Done() bool
	Cancelled() bool
}) string {
	switch {
	case f.Cancelled():
		return "cancelled"
	case f.Done():
		return "done"
	}
	return "pending"
}

func same(t *testing.T, a, b string) string {
	equal(t, "the fate of both", a, b)
	return a
}

func TestContextTable(t *testing.T) {
	for _, column := range ctxColumns {
		for _, row := range ctxRows {
			t.Run(column.name+"/"+row.name, func(t *testing.T) {
				leak.Check(t)
				run(t, func(ctx context.Context) {
					var dead context.Context
					tasks.Go(ctx, func(ctx context.Context) error { dead = ctx; return nil }, tasks.WithName("dead")).Await(ctx)
					other := tasks.Create(ctx, futures.New[int](ctx).Await, tasks.WithName("other"))
					if column.name == "Sleep" {
						row.want.Awaited = ""
					}
					tasks.Go(ctx, func(ctx context.Context) error {
						s := &ctxScene{t: t, own: ctx, other: other.Context(), dead: dead, gate: futures.New[int](ctx)}
						column.await(s)
						equal(t, "result", row.try(s), row.want)
						s.gate.SetResult(1) // whatever still waits for it
						turns(ctx, 3)
						return nil
					}, tasks.WithName("victim")).Await(ctx)
					equal(t, "Cancelling of the other task", other.Cancelling(), 0)
				})
			})
		}
	}
}
