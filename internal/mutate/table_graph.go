package main

// The graph of who waits for whom.

var graphMutants = []Mutant{
	{
		Rule: "a look at a stack leaves the coroutine suspended",
		File: "coro/frames.go",
		In:   "func (c *Coroutine) Thrown(",
		Old:  "for c.err == errLook {",
		New:  "if c.err == errLook {",
	},
	{
		Rule: "a coroutine that does not wait has no stack to show",
		File: "coro/frames.go",
		Old:  "if c.state != suspended || len(pcs) == 0 {",
		New:  "if c.state == created || c.state == done || len(pcs) == 0 {",
	},
	{
		Rule: "an await within a function shows its stack too",
		File: "coro/context.go",
		Old:  "return co.Thrown()",
		New:  "return co.err",
	},
	{
		Rule: "the time of a wait is when it began",
		File: "tasks/step.go",
		Old:  "t.waiter, t.since = a, t.loop.Tasks().Now",
		New:  "t.waiter = a",
	},
	{
		Rule: "the loop notes the time when it has slept",
		File: "eventloop/runonce.go",
		Old:  "if timeout != 0 || l.timers.any() {",
		New:  "if l.timers.any() {",
	},
	{
		Rule: "every task has an ID of its own",
		File: "internal/taskset/taskset.go",
		Old:  "s.ids++",
		New:  "s.ids = 1",
	},
	{
		Rule: "a lock knows its holder",
		File: "locks/lock.go",
		In:   "func (l *Lock) Explain(",
		Old:  "Holder: l.holder,",
		New:  "",
	},
	{
		Rule: "the length of a line is counted down",
		File: "internal/waitq/waitq.go",
		In:   "func (l *Line) remove(",
		Old:  "l.n--",
		New:  "",
	},
	{
		Rule: "those who wait for the same thing wait for one object",
		File: "graph/builder.go",
		Old:  "if id := b.objects[key]; why.Object != nil && id != 0 {",
		New:  "if id := b.objects[key]; false {",
	},
	{
		Rule: "a future is explained by what will complete it",
		File: "graph/builder.go",
		Old:  "for r := range core.Subscribers() {",
		New:  "for r := range core.Subscribers() {\n\t\t\tbreak",
	},
	{
		Rule: "a holder that has ended is shown",
		File: "graph/builder.go",
		In:   "func (b *builder) holder(",
		Old:  "info.State == taskset.Done && !b.ended[id] {",
		New:  "false {\n\t\t_ = id",
	},
	{
		Rule: "a big graph is made over several turns",
		File: "graph/capture.go",
		Old:  "n := min(perTurn, len(r.left))",
		New:  "n := len(r.left)",
	},
	{
		Rule: "what is enough if any is done is in no cycle",
		File: "graph/cycles.go",
		Old:  "case o == nil || o.Any && len(o.On) != 1:",
		New:  "case o == nil:",
	},
	{
		Rule: "a lock waits for its holder",
		File: "graph/cycles.go",
		Old:  "case o.Holder != 0:\n\t\treturn",
		New:  "case false:\n\t\treturn",
	},
	{
		Rule: "a cycle begins with its oldest task",
		File: "graph/cycles.go",
		Old:  "r.Task < start.Task",
		New:  "r.Task > start.Task",
	},
	{
		Rule: "nothing that a terminal would obey is written",
		File: "internal/text/text.go",
		Old:  "if unicode.IsPrint(r) {",
		New:  "if true {",
	},
}
