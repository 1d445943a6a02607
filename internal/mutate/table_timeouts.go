package main

// Timeouts and runners.

var timeoutMutants = []Mutant{
	{
		Rule: "a deadline that has passed fires in the next iteration, not by a timer",
		File: "timeouts/timeout.go",
		Old:  "\tcase when <= t.loop.Time():\n",
		New:  "\tcase false:\n",
	},
	{
		Rule: "a deadline that is now has passed",
		File: "timeouts/timeout.go",
		Old:  "\tcase when <= t.loop.Time():\n",
		New:  "\tcase when < t.loop.Time():\n",
	},
	{
		Rule: "a timeout leaves other errors alone",
		File: "timeouts/timeout.go",
		Old:  "t.task.Uncancel() <= t.cancelling && cancelled {",
		New:  "t.task.Uncancel() <= t.cancelling && err != nil {",
	},
	{
		Rule: "a cancel from outside beats the timeout",
		File: "timeouts/timeout.go",
		Old:  "t.task.Uncancel() <= t.cancelling && cancelled {",
		New:  "t.task.Uncancel() >= 0 && cancelled {",
	},
	{
		Rule: "a cancel from before the timeout does not count against it",
		File: "timeouts/timeout.go",
		Old:  "t.task.Uncancel() <= t.cancelling && cancelled {",
		New:  "t.task.Uncancel() == 0 && cancelled {",
	},
	{
		Rule: "a timeout takes its own cancel back",
		File: "timeouts/timeout.go",
		Old:  "t.task.Uncancel() <= t.cancelling && cancelled {",
		New:  "t.task.Cancelling()-1 <= t.cancelling && cancelled {",
	},
	{
		Rule: "a timeout that expired says so afterwards",
		File: "timeouts/timeout.go",
		Old:  "\tt.state = expired\n",
		New:  "\tt.state = exited\n",
	},
	{
		Rule: "a timeout that ends takes its timer along",
		File: "timeouts/timeout.go",
		Old:  "\tt.disarm()\n\tif t.state != expiring {",
		New:  "\tif t.state != expiring {",
	},
	{
		Rule: "a timeout is rescheduled only while it is active",
		File: "timeouts/timeout.go",
		Old:  "if t.state != active {",
		New:  "if t.state == exited {",
	},
	{
		Rule: "a rescheduled timeout drops its old deadline",
		File: "timeouts/timeout.go",
		Old:  "\tt.when = when\n\tt.disarm()\n",
		New:  "\tt.when = when\n",
	},
	{
		Rule: "a timeout is entered once",
		File: "timeouts/timeout.go",
		Old:  "if t.state != created {",
		New:  "if t.state == active {",
	},
	{
		Rule: "a timeout closes the ctx of its scope alone",
		File: "tasks/core.go",
		Old:  `t.cancel("", scope)`,
		New:  `t.cancel("", &t.ctx)`,
	},
	{
		Rule: "a timeout whose scope is left ends the scope's ctx",
		File: "timeouts/timeout.go",
		Old:  "\t\tt.scope.End()\n",
		New:  "",
	},
}

var runnerMutants = []Mutant{
	{
		Rule: "run cancels the tasks that are left",
		File: "runners/runner.go",
		Old:  "\t\tt.Cancel()\n",
		New:  "",
	},
	{
		Rule: "run awaits the tasks that are left",
		File: "runners/runner.go",
		Old:  "if err := l.RunUntilComplete(all); err != nil {",
		New:  "if err := all.Err(); l.IsClosed() {",
	},
	{
		Rule: "the cancellation of a task that was left is not reported",
		File: "runners/runner.go",
		Old:  "\t\tif t.Cancelled() {\n\t\t\tcontinue",
		New:  "\t\tif false {\n\t\t\tcontinue",
	},
	{
		Rule: "the error of a task that was left is reported",
		File: "runners/runner.go",
		Old:  "\t\tif err := t.Err(); err != nil {",
		New:  "\t\tif err := t.Err(); false {",
	},
	{
		Rule: "the end of its ctx cancels the run",
		File: "runners/runner.go",
		Old:  "ended = context.Cause(ctx); main.Cancel()",
		New:  "ended = context.Cause(ctx)",
	},
	{
		Rule: "the cause of a cancelled run is told",
		File: "runners/runner.go",
		Old:  "\tcase ended != nil:\n",
		New:  "\tcase false:\n",
	},
	{
		Rule: "a run inside a task is refused",
		File: "runners/runner.go",
		Old:  "l != nil && l.IsRunning() && tasks.Current(ctx) != nil && isOwn(ctx) {",
		New:  "l == nil && l.IsRunning() {",
	},
	{
		Rule: "the panic of a main task leaves Run as a panic",
		File: "runners/runner.go",
		Old:  "\t\tpanic(p)\n",
		New:  "\t\treturn p\n",
	},
	{
		Rule: "a closed runner refuses to run",
		File: "runners/runner.go",
		Old:  "\tif r.closed {\n\t\treturn ErrRunnerClosed",
		New:  "\tif false {\n\t\treturn ErrRunnerClosed",
	},
	{
		Rule: "a main task that calls Goexit lets the others clean up",
		File: "runners/runner.go",
		Old:  "\tdefer r.loop.Close()\n\tCancelAll(r.loop)\n",
		New:  "\tdefer r.loop.Close()\n",
	},
	{
		Rule: "the first interrupt cancels the main task",
		File: "runners/interrupt.go",
		Old:  "if r.config.interrupts == 1 && !main.Done() {",
		New:  "if false {",
	},
}
