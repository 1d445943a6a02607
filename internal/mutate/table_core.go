package main

// Coroutines and futures.

var coroMutants = []Mutant{
	{
		Rule: "an error thrown into a coroutine that has not started ends it without running it",
		File: "coro/coroutine.go",
		Old:  "\t\tif err != nil {\n\t\t\tc.finish(err)",
		New:  "\t\tif false {\n\t\t\tc.finish(err)",
	},
	{
		Rule: "Throw makes the yield return the error",
		File: "coro/coroutine.go",
		Old:  "\terr := c.err\n\tc.err = nil\n\treturn err",
		New:  "\tc.err = nil\n\treturn nil",
	},
	{
		Rule: "an error is thrown in once",
		File: "coro/coroutine.go",
		Old:  "\tc.err = err\n\ta, _ :=",
		New:  "\tif err != nil || c.err == nil {\n\t\tc.err = err\n\t}\n\tc.ignored = 0\n\ta, _ :=",
	},
	{
		Rule: "a closing coroutine does not suspend",
		File: "coro/coroutine.go",
		Old:  "\tif c.closing {",
		New:  "\tif false {",
	},
	{
		Rule: "an await that ignores Close is unwound at last",
		File: "coro/coroutine.go",
		Old:  "if c.ignored >= maxIgnored {",
		New:  "if false {",
	},
	{
		Rule: "an error that a generator takes by Wait does not end it",
		File: "coro/seq.go",
		Old:  "\t\t\t\tw.err = err",
		New:  "\t\t\t\tw.err, pending = err, err",
	},
	{
		Rule: "an error that a generator does not take is its outcome",
		File: "coro/seq.go",
		Old:  "return pending",
		New:  "return nil",
	},
	{
		Rule: "Goexit and panic are told apart",
		File: "coro/pool.go",
		Old:  "return ErrGoexit //",
		New:  "return ErrClosed //",
	},
	{
		Rule: "the pool hands out its stacks again",
		File: "coro/pool.go",
		Old:  "p != nil && len(p.idle) > 0",
		New:  "p != nil && len(p.idle) > maxIdle",
	},
	{
		Rule: "a closed pool frees its stacks",
		File: "coro/pool.go",
		Old:  "\t\tw.stop()\n",
		New:  "\t\t_ = w.stop\n",
	},
	{
		Rule: "a task does not inherit its creator's cancellation",
		File: "coro/context.go",
		Old:  "c.parent = context.WithoutCancel(parent)",
		New:  "c.parent = parent",
	},
	{
		Rule: "an await on a ctx with a deadline ends with it",
		File: "coro/context.go",
		Old:  "\treturn c, ctx\n}",
		New:  "\treturn c, c.foreign\n}",
	},
	{
		Rule: "the end of a scope closes its ctx",
		File: "coro/context.go",
		Old:  "\t\tc.std.Load().cancel(errEnded)\n",
		New:  "\t\t_ = errEnded\n",
	},
}

var futureMutants = []Mutant{
	{
		Rule: "callbacks run in the order in which they were added",
		File: "internal/future/core.go",
		Old:  "c.rest = append(c.rest, w)",
		New:  "c.rest = append([]coro.Runnable{w}, c.rest...)",
	},
	{
		Rule: "a callback on a done future is scheduled, not called",
		File: "internal/future/core.go",
		Old:  "\tcase c.state != Pending:\n\t\tc.sched.Ready(w)",
		New:  "\tcase c.state != Pending:\n\t\tw.Run()",
	},
	{
		Rule: "remove_done_callback removes every equal one",
		File: "internal/future/core.go",
		Old:  "if c.first == w && w != nil {",
		New:  "if c.first == w && w != nil && n == 0 {",
	},
	{
		Rule: "the error that cancelled a task is handed out once",
		File: "internal/future/core.go",
		Old:  "\t\tc.err = nil\n\t\treturn err",
		New:  "\t\treturn err",
	},
	{
		Rule: "a cancelled future's error has the message",
		File: "internal/future/core.go",
		Old:  "return &CancelledError{Msg: c.msg}",
		New:  "return &CancelledError{}",
	},
	{
		Rule: "cancel of a future that has failed marks its error as seen",
		File: "internal/future/core.go",
		Old:  "\tc.MarkRetrieved()\n\tif c.state != Pending {",
		New:  "\tif c.state != Pending {",
	},
	{
		Rule: "asking for the error marks it as seen",
		File: "internal/future/core.go",
		Old:  "\tc.MarkRetrieved()\n\treturn c.err",
		New:  "\treturn c.err",
	},
	{
		Rule: "an outcome is set once",
		File: "internal/future/core.go",
		Old:  "\tif c.state != Pending {\n\t\treturn false\n\t}\n\tc.state = Finished",
		New:  "\tc.state = Finished",
	},
	{
		Rule: "cancel of a done future returns false",
		File: "internal/future/core.go",
		Old:  "\tif c.state != Pending {\n\t\treturn false\n\t}\n\tc.state = Cancelled",
		New:  "\tif c.state != Pending {\n\t\treturn true\n\t}\n\tc.state = Cancelled",
	},
	{
		Rule: "a result is set once",
		File: "futures/future.go",
		Old:  "if f.core.Done() {\n\t\treturn future.ErrAlreadyDone",
		New:  "if false {\n\t\treturn future.ErrAlreadyDone",
	},
	{
		Rule: "the value of a panic is not a cancellation",
		File: "internal/future/errors.go",
		Old:  "case *coro.PanicError:\n\t\t\treturn false, false",
		New:  "case interface{ never() }:\n\t\t\treturn false, false",
	},
	{
		Rule: "a bare context.Canceled counts only while the task is cancelling",
		File: "internal/future/errors.go",
		Old:  "if bare && err == context.Canceled {",
		New:  "if err == context.Canceled {",
	},
	{
		Rule: "a waiter that was woken already is passed over",
		File: "internal/waitq/waitq.go",
		Old:  "if !w.Done() {",
		New:  "if true {",
	},
	{
		Rule: "a waiter that gives up leaves the line",
		File: "internal/waitq/waitq.go",
		Old:  "if x == w {",
		New:  "if false {",
	},
}
