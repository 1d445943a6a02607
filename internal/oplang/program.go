// Package oplang reads and runs programs of the op language: small JSON
// programs that say, op by op, what tasks, futures, timers and callbacks do,
// and whose run prints a trace, one event a line. Two implementations of
// asyncio agree on a program when their traces are equal byte for byte; that is
// how this module is compared with CPython.
//
// [Parse] reads a program, [Run] runs it on the packages of this module. The
// interpreter has no queue, timer or gather of its own: each op is a call of
// the public API wherever that can express it, and what a trace shows is what
// the library did.
//
// # A trace
//
// A line is the time, who acts, and what happens:
//
//	0 main #1 spawn T1 = @T1
//	0 T1 begin c1
//	2.5 loop done T1 result(null)
//
// One unit of time is one second. Who acts is the current task, else the
// callback of the program that runs, else "loop".
//
// # Adding ops
//
// An op is a row of a table: its name, the field that is printed after the name,
// its fields, and the function that does it; see [row]. Rows stand at the head
// of the file that holds their functions, one file for a family of ops. Objects
// are rows of another table, [kinds]; the function of an op on one is made by [on].
package oplang

import "time"

// A Program is what [Parse] has read. It can be run any number of times.
type Program struct {
	ID string // empty if it has none

	options   options
	objects   []*object // in the order of the source
	callbacks map[string][]*op
	coros     map[string][]*op
}

// options are the program's own settings.
type options struct {
	eager      bool          // tasks take their first step when they are created
	resolution time.Duration // of the loop's clock
	maxSteps   int           // cap on executed ops
}

// object is something that exists before the main task starts.
type object struct {
	*kind
	label string

	lock                           string
	value, parties, maxsize, limit int
}

// op is one operation. Which of the fields mean something is for its row to say.
type op struct {
	*row
	num  int
	head string // "#num name subject"

	// Labels and names.
	task, coro, fut, cb, h, tg, to, variable, obj string

	msg, exc, when, mode                  string
	data, sep                             []byte
	safe, at, returnExceptions, immediate bool

	t        delay
	timeout  delay
	n, limit *int
	ge       float64
	keep     int
	eager    *bool
	value    any // nil, bool, float64, string or []any

	aw   source
	aws  []source
	futs []string

	body, then, otherwise, finally []*op // nil if the field is missing
	except                         []handler
}

// delay is a number of seconds, or null.
type delay struct {
	d   time.Duration
	set bool
}

// or returns the delay, or d for null.
func (t delay) or(d time.Duration) time.Duration {
	if t.set {
		return t.d
	}
	return d
}

// source says where an awaitable comes from: the future of a label, or a new
// coroutine object.
type source struct {
	fut  string
	coro string
	task string // the label of the task that the coroutine may become
}

// handler is one of the except clauses of a try.
type handler struct {
	catch   string
	body    []*op
	reraise bool
}
