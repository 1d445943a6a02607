package main

// The sockets of the system.

var systemMutants = []Mutant{
	{
		Rule: "a read that was interrupted is made again, but not for ever",
		File: "network/system/calls_unix.go",
		In:   "func again(",
		Old:  "*tries < patience",
		New:  "true",
	},
	{
		Rule: "a dial that fails leaves no descriptor",
		File: "network/system/dial_unix.go",
		In:   "func (s *system) dial(",
		Old:  "if !connected {",
		New:  "if !connected && false {",
	},
	{
		Rule: "a dial says what the socket says",
		File: "network/system/dial_unix.go",
		In:   "func (d *dialing) Run(",
		Old:  "case errno != 0:",
		New:  "case false:",
	},
	{
		Rule: "a dial that was woken early waits on",
		File: "network/system/dial_unix.go",
		In:   "func (d *dialing) Run(",
		Old:  "; err == nil {",
		New:  "; err == nil || err != nil {",
	},
	{
		Rule: "a unix listener that is busy is tried again",
		File: "network/system/dial_unix.go",
		In:   "func (c *conn) isBusy(",
		Old:  "c.family == syscall.AF_UNIX && err == syscall.EAGAIN",
		New:  "false",
	},
	{
		Rule: "a connection that was aborted before it was accepted is nobody's business",
		File: "network/system/listen_unix.go",
		In:   "func (n *listener) Accept(",
		Old:  "&& err != syscall.ECONNABORTED ",
		New:  "",
	},
	{
		Rule: "a listener leaves another one's path",
		File: "network/system/listen_unix.go",
		In:   "func (n *listener) unlink(",
		Old:  "err == nil && os.SameFile(info, n.path)",
		New:  "err == nil && info != nil",
	},
	{
		Rule: "what is no socket is not removed",
		File: "network/system/listen_unix.go",
		In:   "func (sys *calls) removeStale(",
		Old:  "err == nil && info.Mode().Type() == os.ModeSocket",
		New:  "err == nil && info != nil",
	},
	{
		Rule: "an interrupted close has closed",
		File: "network/system/socket_unix.go",
		In:   "func (s *socket) close(",
		Old:  "err != nil && err != syscall.EINTR",
		New:  "err != nil",
	},
	{
		Rule: "sockets end with their loop",
		File: "network/system/socket_unix.go",
		In:   "func (a *sockets) LoopClosed(",
		Old:  "_ = a.head.close()",
		New:  "a.head = nil",
	},
	{
		Rule: "an abort resets",
		File: "network/system/conn_unix.go",
		In:   "func (c *conn) Abort(",
		Old:  "c.family != syscall.AF_UNIX",
		New:  "false",
	},
	{
		Rule: "TCP does not delay",
		File: "network/system/options_unix.go",
		In:   "func (s *socket) setConn(",
		Old:  "if !o.Delay {",
		New:  "if false {",
	},
	{
		Rule: "an address that was left open is of both families",
		File: "network/system/options_unix.go",
		In:   "func (s *socket) setOnly(",
		Old:  "only := !e.any",
		New:  "only := true",
	},
	{
		Rule: "a file that cannot be sent is said to be one",
		File: "network/system/conn_unix.go",
		In:   "func (c *conn) SendFile(",
		Old:  "case failure == syscall.EINVAL, ",
		New:  "case ",
	},
}
