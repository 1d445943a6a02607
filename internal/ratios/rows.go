package main

// rows are the comparisons: two benchmarks by their names, and the ratio that the
// library is to reach, if there is one.
var rows = []struct {
	what, of, beside string
	goal             float64
}{
	{"a task gives way, one of 1000 / resuming one of 1000 bare iter.Pull", "Step/task-1000", "Step/pull-1000", 0},
	{"a task gives way, alone / resuming a bare iter.Pull", "Step/task-1", "Step/pull-1", 0},
	{"a task gives way, one of 10000 / resuming one of 10000 bare iter.Pull", "Step/task-10000", "Step/pull-10000", 0},
	{"a coroutine's Send / resuming a bare iter.Pull", "Send/coroutine", "Send/pull", 0},
	{"a body on a pooled stack / a bare iter.Pull from its start to its end", "Stack/pooled", "Stack/pull", 0},
	{"create a task and await it / go and a WaitGroup", "Spawn/task", "Spawn/goroutine", 0.8},

	{"round trip by futures / by unbuffered channels", "PingPong/future", "PingPong/channel", 0.85},
	{"round trip by futures, a timer pending / by unbuffered channels", "PingPong/future-timer", "PingPong/channel", 0},
	{"a future and its result / a channel of 1 and its item", "Result/future", "Result/channel", 0},
	{"a future and its callback / a channel and a goroutine that waits for it", "Callback/future", "Callback/goroutine", 0},

	{"CallSoon / sending a func to a buffered channel", "CallSoon/loop", "CallSoon/channel", 0},
	{"CallLater and Cancel / AfterFunc and Stop, 1e3 pending", "Timer/CallLater-Cancel-1e3", "Timer/AfterFunc-Stop-1e3", 0.8},
	{"CallLater and Cancel / AfterFunc and Stop, 1e5 pending", "Timer/CallLater-Cancel-1e5", "Timer/AfterFunc-Stop-1e5", 0.8},
	{"CallLater and Cancel / AfterFunc and Stop, 1e6 pending", "Timer/CallLater-Cancel-1e6", "Timer/AfterFunc-Stop-1e6", 0.8},
	{"CallLater that fires / AfterFunc that fires", "Fire/CallLater", "Fire/AfterFunc", 0},
	{"CallSoonThreadsafe to a parked loop and back / by channels", "Post/parked/loop", "Post/parked/channel", 0},
	{"CallSoonThreadsafe of a func that is there / sending it to a buffered channel, in a flood", "Post/flood/loop", "Post/flood/channel", 1.2},

	{"an item by a queue of 1 / by a channel of 1", "Queue/queue/1", "Queue/channel/1", 2.0},
	{"an item by a queue of 128 / by a channel of 128", "Queue/queue/128", "Queue/channel/128", 0.3},
	{"put and get in one task / send and receive in one goroutine", "Uncontended/fifo", "Uncontended/channel", 0},
	{"a free lock / a free mutex", "Uncontended/lock", "Uncontended/mutex", 0},
	{"a free lock / a free slot of a channel", "Uncontended/lock", "Uncontended/channel/1", 0},
	{"a free semaphore / a free slot of a channel", "Uncontended/semaphore", "Uncontended/channel/2", 0},
	{"a lock, 2 in turns / a mutex", "Contended/lock/2", "Contended/mutex/2", 0},
	{"a lock, 2 in turns / a channel", "Contended/lock/2", "Contended/channel/2", 0},
	{"a lock, 100 in turns / a mutex", "Contended/lock/100", "Contended/mutex/100", 0},
	{"a lock, 100 in turns / a channel", "Contended/lock/100", "Contended/channel/100", 0},
	{"a semaphore of 10, 100 in turns / a channel", "Contended/semaphore/100", "Contended/channel-of-10/100", 0},
	{"an event that wakes 100 / closing a channel", "Broadcast/event", "Broadcast/channel", 0},
	{"a condition that wakes 100 / sync.Cond", "Broadcast/condition", "Broadcast/cond", 0},

	{"gather of 1000 that give way / goroutines and a WaitGroup", "Gather/tasks", "Gather/goroutines", 0},
	{"task group of 100 that give way / goroutines, a WaitGroup, a ctx", "Group/group", "Group/goroutines", 0},
	{"timeout around a yield / context.WithTimeout", "Scope/timeout/1", "Scope/context/1", 0},
	{"timeout around a yield, 100 in turns / context.WithTimeout", "Scope/timeout/100", "Scope/context/100", 0},
	{"WaitFor / a goroutine and context.WithTimeout", "WaitFor/task", "WaitFor/goroutine", 0},
	{"cancel a task that sleeps / end a goroutine's ctx", "Cancel/task", "Cancel/goroutine", 0},

	{"CallSoonThreadsafe / sending a func to a buffered channel, in a flood", "Flood/CallSoonThreadsafe", "Flood/channel", 1.2},
	{"Submit / sending a func to a buffered channel, in a flood", "Flood/Submit", "Flood/channel", 0},
	{"Submit and Wait / a round trip by channels", "Submit/Submit/1", "Submit/channel/1", 0},
	{"Submit and Wait, 100 at a time / a round trip by channels", "Submit/Submit/100", "Submit/channel/100", 0},
	{"CallSoonThreadsafe, 100 at a time / a round trip by channels", "Submit/CallSoonThreadsafe/100", "Submit/channel/100", 0},
	{"from a task to a goroutine and back by CallSoonThreadsafe / by channels", "Wake/CallSoonThreadsafe", "Wake/channel", 0},
	{"ToThread / a goroutine and a channel", "Call/ToThread", "Call/goroutine", 0},
	{"ToThread, 1000 at a time / goroutines and a WaitGroup", "Calls/ToThread", "Calls/goroutine", 0},
	{"an item by threads.Chan / by range, unbuffered", "Recv/Chan/0", "Recv/range/0", 0},
	{"an item by threads.Chan / by range, buffered", "Recv/Chan/1000", "Recv/range/1000", 0},

	{"a line by Reader / by bufio.Reader", "ReadLine", "PlainReadLine", 0},
	{"a message that Reader waits for / by a pipe from a goroutine", "ReadWaiting", "PlainReadWaiting", 0},
	{"Run / a goroutine", "Run/loop", "Run/goroutine", 0},
}
