// Package taskset holds what a loop keeps of its tasks without knowing the type
// of a task: which one runs, which are alive, and the stacks they share.
package taskset

import (
	"iter"
	"strconv"
	"time"

	"github.com/goasyncio/asyncio/coro"
)

// Set is the tasks of one loop.
type Set struct {
	// Turn says which task runs. The address of a task's ctx is the task's
	// identity.
	coro.Turn

	// Pool has the stacks.
	Pool *coro.Pool

	// Base is the ctx whose values a task gets that is created without one.
	Base *coro.Context

	// Eager makes tasks take their first step when they are created.
	Eager bool

	// Labels gives the goroutine of each task a pprof label with its name.
	Labels bool

	// Spans is not nil while runtime/trace is tracing.
	Spans *Spans

	// Created, if not nil, is called with each task when its constructor is
	// about to return.
	Created func(task any)

	// Now is the time of the loop's clock when it last looked: exact where it
	// has timers or has just slept, else a few iterations old.
	Now time.Duration

	root  Node // of the ring of the living: before the oldest, behind the youngest
	eager []Member
	names int
	ids   uint32
}

// A Member is a task as its loop sees it.
type Member interface {
	// Inspect says what the task is doing.
	Inspect() Info

	// Died completes the task whose coroutine took its goroutine along.
	Died()

	// Threw makes the await that the task stands at return err, because what it
	// was to wait for panicked. It reports whether there is such an await.
	Threw(err error) bool

	// Destroy ends a task that is not done when the loop closes.
	Destroy()

	// Label says which task it is.
	Label() Label

	// Awaits says what the task waits for, "" for nothing.
	Awaits() string

	// Own returns the task's own ctx.
	Own() *coro.Context
}

// A Label says which task one is, for later: it does not change.
type Label struct {
	Name   string
	Number int32     // names the task if Name is empty
	Site   []uintptr // where it was created, in debug mode
}

// String returns the task's name.
func (l Label) String() string {
	if l.Name != "" {
		return l.Name
	}
	return "Task-" + strconv.Itoa(int(l.Number))
}

// Info is what a task tells of itself.
type Info struct {
	ID         uint32
	Name       string
	State      State
	Since      time.Duration  // when it began to wait, or was created
	Cancelling int            // requests to cancel it
	Waits      coro.Awaitable // for what, if it waits
	Coroutine  *coro.Coroutine
	Site       []uintptr // where it was created, in debug mode
}

// A State is what a task is doing.
type State uint8

const (
	New     State = iota // not started
	Ready                // in the ready queue
	Waiting              // for what Info.Waits says
	Running
	Done
)

// A Node is a task's place in the list of the living. It has neighbours as long
// as it is listed.
type Node struct {
	Member     Member
	prev, next *Node
}

// NextID numbers the tasks, from 1.
func (s *Set) NextID() uint32 {
	s.ids++
	return s.ids
}

// NextName numbers the tasks that were given no name.
func (s *Set) NextName() int {
	s.names++
	return s.names
}

// Add lists n as the youngest.
func (s *Set) Add(n *Node) {
	root := s.ring()
	n.prev, n.next = root.prev, root
	n.prev.next, root.prev = n, n
}

// Remove takes n off the list, if it is there.
func (s *Set) Remove(n *Node) {
	if n.next == nil {
		return
	}
	n.prev.next, n.next.prev = n.next, n.prev
	n.prev, n.next = nil, nil
}

// ring returns the root, which is a ring of itself at first.
func (s *Set) ring() *Node {
	if s.root.next == nil {
		s.root.prev, s.root.next = &s.root, &s.root
	}
	return &s.root
}

// InEager reports whether a task is in its eager first step.
func (s *Set) InEager() bool { return len(s.eager) > 0 }

// EnterEager notes that m takes its first step within its creator's.
func (s *Set) EnterEager(m Member) {
	s.eager = append(s.eager, m)
}

// LeaveEager takes back the last EnterEager.
func (s *Set) LeaveEager() {
	last := len(s.eager) - 1
	s.eager[last] = nil
	s.eager = s.eager[:last]
}

// All ranges over the tasks that are not done: in the order in which their
// constructors returned, then those still in their eager first step, outermost
// first. The set must not change meanwhile.
func (s *Set) All() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		root := s.ring()
		for n := root.next; n != root; n = n.next {
			if !yield(n.Member) {
				return
			}
		}
		for _, m := range s.eager {
			if !yield(m) {
				return
			}
		}
	}
}

// Len counts the tasks that are not done.
func (s *Set) Len() int {
	n := 0
	for range s.All() {
		n++
	}
	return n
}
