package main

// Task groups.

var groupMutants = []Mutant{
	{
		Rule: "the first error cancels the body of the group",
		File: "taskgroups/children.go",
		In:   "func (c *child) Run(",
		Old:  "g.cancelBody()",
		New:  "",
	},
	{
		Rule: "the first error cancels the other tasks",
		File: "taskgroups/children.go",
		In:   "func (c *child) Run(",
		Old:  "g.abort(nil)",
		New:  "",
	},
	{
		Rule: "a task that was cancelled is no error of its group",
		File: "taskgroups/children.go",
		In:   "func (c *child) Run(",
		Old:  "if c.task.Cancelled() {",
		New:  "if false {",
	},
	{
		Rule: "a failure after the parent is done goes to the exception handler",
		File: "taskgroups/children.go",
		In:   "func (c *child) Run(",
		Old:  "case g.task.Done():",
		New:  "case false:",
	},
	{
		Rule: "the tasks of a group are cancelled in the order of their creation",
		File: "taskgroups/children.go",
		In:   "func (g *Group) abort(",
		Old:  "c := g.first; c != nil; c = c.next",
		New:  "c := g.last; c != nil; c = c.prev",
	},
	{
		Rule: "a group that is left takes no tasks",
		File: "taskgroups/children.go",
		In:   "func (g *Group) refuse(",
		Old:  "case g.exiting && g.left == 0:",
		New:  "case false:",
	},
	{
		Rule: "a group that is shutting down takes no tasks",
		File: "taskgroups/children.go",
		In:   "func (g *Group) refuse(",
		Old:  "case g.aborting:",
		New:  "case false:",
	},
	{
		Rule: "a group waits for tasks added while it waits",
		File: "taskgroups/group.go",
		In:   "func (g *Group) exit(",
		Old:  "for g.left > 0 {",
		New:  "if g.left > 0 {",
	},
	{
		Rule: "a group takes its own cancel back",
		File: "taskgroups/group.go",
		In:   "func (g *Group) exit(",
		Old:  "if g.requested {",
		New:  "if false {",
	},
	{
		Rule: "a cancellation of the group's own ends with it",
		File: "taskgroups/group.go",
		In:   "func (g *Group) exit(",
		Old:  "\t\t\tpass = nil\n",
		New:  "\t\t\t_ = left\n",
	},
	{
		Rule: "the error of the body is the last of the group's",
		File: "taskgroups/group.go",
		In:   "func (g *Group) exit(",
		Old:  "g.errs = append(g.errs, err)",
		New:  "g.errs = append([]error{err}, g.errs...)",
	},
	{
		Rule: "errors beat a cancellation from outside, which the next await raises",
		File: "taskgroups/group.go",
		In:   "func (g *Group) outcome(",
		Old:  "g.recancel()",
		New:  "",
	},
	{
		Rule: "a group that is cancelled while it waits cancels its tasks",
		File: "taskgroups/group.go",
		In:   "func (g *Group) exit(",
		Old:  "\t\t\t\tpass = werr\n\t\t\t\tg.stop(werr)",
		New:  "\t\t\t\tpass = werr",
	},
	{
		Rule: "a group is entered once",
		File: "taskgroups/group.go",
		In:   "func (g *Group) enter(",
		Old:  "if g.entered {",
		New:  "if false {",
	},
}
