package asyncio

// What tasks do together: groups, locks, queues.

import (
	"cmp"
	"context"

	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/taskgroups"
)

// WithTaskGroup calls body with a new group, waits for the tasks of the group, and
// returns a [GroupError] if any of them or body has failed; see [taskgroups.Run]
// (asyncio: async with TaskGroup).
func WithTaskGroup(ctx context.Context, body func(ctx context.Context, g *TaskGroup) error) error {
	return taskgroups.Run(ctx, body)
}

// A TaskGroup is a set of tasks that are waited for together. Its methods are Go,
// Cancel and Do; [CreateTaskIn] makes a task with a result.
type TaskGroup = taskgroups.Group

// CreateTaskIn makes fn a task of g; a group that is ending refuses with an error
// (asyncio: TaskGroup.create_task).
func CreateTaskIn[T any](g *TaskGroup, fn func(ctx context.Context) (T, error), opts ...TaskOption) (*Task[T], error) {
	return taskgroups.Create(g, fn, opts...)
}

// A GroupError is the errors of a group's tasks, in the order in which they came.
type GroupError = taskgroups.GroupError

// What tasks use to wait for each other. The zero values of Lock, Event,
// Condition and Semaphore are ready to use.
type (
	// A Lock is held by one at a time: Acquire, TryAcquire, Release, Locked, With.
	Lock = locks.Lock
	// An Event is set or not, and can be waited for: Set, Clear, IsSet, Wait.
	Event = locks.Event
	// A Condition is a lock and a line of tasks that wait for a change of what it
	// protects: Wait, WaitFor, Notify, NotifyAll, and the methods of a Lock.
	Condition = locks.Condition
	// A Semaphore is a number of slots: Acquire, TryAcquire, Release, Locked, With.
	Semaphore = locks.Semaphore
	// A BoundedSemaphore never has more slots than at first.
	BoundedSemaphore = locks.BoundedSemaphore
	// A Barrier holds tasks until there are enough of them: Wait, Reset, Abort.
	Barrier = locks.Barrier
)

// NewCondition returns a condition with the lock given, nil for one of its own.
func NewCondition(lock *Lock) *Condition { return locks.NewCondition(lock) }

// NewSemaphore returns a semaphore of n slots.
func NewSemaphore(n int) *Semaphore { return locks.NewSemaphore(n) }

// NewBoundedSemaphore returns a semaphore that never has more than n slots.
func NewBoundedSemaphore(n int) *BoundedSemaphore { return locks.NewBoundedSemaphore(n) }

// NewBarrier returns a barrier for a number of tasks.
func NewBarrier(parties int) *Barrier { return locks.NewBarrier(parties) }

// A Queue passes items between tasks: Put, Get, TryPut, TryGet, All, TaskDone,
// Join, Shutdown. The zero value is first in first out, without a maximum size.
type Queue[T any] = queues.Queue[T]

// NewQueue returns a queue that passes on the oldest item first and holds up to
// maxsize; zero is no limit.
func NewQueue[T any](maxsize int) *Queue[T] { return queues.New[T](maxsize) }

// NewLIFOQueue returns a queue that passes on the newest item first.
func NewLIFOQueue[T any](maxsize int) *Queue[T] { return queues.NewLIFO[T](maxsize) }

// NewPriorityQueue returns a queue that passes on the smallest item first.
func NewPriorityQueue[T cmp.Ordered](maxsize int) *Queue[T] { return queues.NewPriority[T](maxsize) }

// As in package queues, for the packages that import this one.
var (
	_ = (*Queue[int]).Put
	_ = (*Queue[int]).Get
)
