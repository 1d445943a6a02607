package oplang_test

// goldenQueues is programs about queues.
var goldenQueues = []goldenRun{
	{
		name: "queues",
		program: `{"objects": {"Q1": {"kind": "queue", "maxsize": 1}, "L1": {"kind": "lifo"}, "P1": {"kind": "priority", "maxsize": 3}},
 "coros": {
  "main": [
   {"op": "get_nowait", "i": 1, "obj": "Q1", "safe": true},
   {"op": "put_nowait", "i": 2, "obj": "Q1", "value": "a"},
   {"op": "put_nowait", "i": 3, "obj": "Q1", "value": "b", "safe": true},
   {"op": "spawn", "i": 4, "task": "T1", "coro": "puts"},
   {"op": "spawn", "i": 5, "task": "T2", "coro": "puts"},
   {"op": "sleep", "i": 6, "t": 0},
   {"op": "get", "i": 7, "obj": "Q1"},
   {"op": "cancel", "i": 8, "fut": "T1", "msg": "m"},
   {"op": "sleep", "i": 9, "t": 0},
   {"op": "sleep", "i": 10, "t": 0},
   {"op": "qsize", "i": 11, "obj": "Q1"},
   {"op": "repeat", "i": 12, "n": 2, "body": [
     {"op": "put_nowait", "i": 13, "obj": "L1", "value": [1, 2]},
     {"op": "incr", "i": 14, "var": "v"},
     {"op": "put", "i": 15, "obj": "P1", "value": 2},
     {"op": "put_nowait", "i": 16, "obj": "L1", "value": null},
     {"op": "put", "i": 17, "obj": "P1", "value": 1.5},
     {"op": "wait_for", "i": 18, "aw": {"coro": "gets", "task": "X"}, "timeout": 0.5, "safe": true}]},
   {"op": "get", "i": 19, "obj": "L1"},
   {"op": "get", "i": 20, "obj": "P1"},
   {"op": "get", "i": 21, "obj": "P1"}],
  "puts": [{"op": "put", "i": 22, "obj": "Q1", "value": "c"}, {"op": "log", "i": 23, "msg": "put"}],
  "gets": [{"op": "get", "i": 24, "obj": "P1"}]}}`,
		trace: `
0 main begin main
0 main #1 get_nowait Q1 ! QueueEmpty
0 main #2 put_nowait Q1 = null
0 main #3 put_nowait Q1 ! QueueFull
0 main #4 spawn T1 = @T1
0 main #5 spawn T2 = @T2
0 main #6 sleep
0 T1 begin puts
0 T1 #22 put Q1
0 T2 begin puts
0 T2 #22 put Q1
0 main #6 = null
0 main #7 get Q1
0 main #7 = "a"
0 main #8 cancel T1 = true
0 main #9 sleep
0 T1 #22 ! CancelledError("m")
0 T1 end puts ! CancelledError("m")
0 main #9 = null
0 main #10 sleep
0 T2 #22 = null
0 T2 #23 log put = null
0 T2 end puts = null
0 loop done T1 cancelled cancelling=1
0 main #10 = null
0 main #11 qsize Q1 = 1
0 main #12 repeat 0
0 main #13 put_nowait L1 = null
0 main #14 incr v = 1
0 main #15 put P1
0 main #15 = null
0 main #16 put_nowait L1 = null
0 main #17 put P1
0 main #17 = null
0 main #18 wait_for
0 main begin gets
0 main #24 get P1
0 main #24 = 1.5
0 main end gets = null
0 main #18 = null
0 main #12 repeat 1
0 main #13 put_nowait L1 = null
0 main #14 incr v = 2
0 main #15 put P1
0 main #15 = null
0 main #16 put_nowait L1 = null
0 main #17 put P1
0 main #17 = null
0 main #18 wait_for
0 main begin gets
0 main #24 get P1
0 main #24 = 1.5
0 main end gets = null
0 main #18 = null
0 main #19 get L1
0 main #19 = null
0 main #20 get P1
0 main #20 = 2
0 main #21 get P1
0 main #21 = 2
0 main end main = null
0 loop done T2 result(null)
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "the end of queues",
		program: `{"objects": {"Q1": {"kind": "queue", "maxsize": 2}, "Q2": {"kind": "queue"}},
 "coros": {
  "main": [
   {"op": "put", "i": 1, "obj": "Q1", "value": 1},
   {"op": "put", "i": 2, "obj": "Q1", "value": 2},
   {"op": "spawn", "i": 3, "task": "T1", "coro": "puts"},
   {"op": "spawn", "i": 4, "task": "T2", "coro": "gets"},
   {"op": "spawn", "i": 5, "task": "T3", "coro": "joins"},
   {"op": "sleep", "i": 6, "t": 0},
   {"op": "shutdown", "i": 7, "obj": "Q1"},
   {"op": "shutdown", "i": 8, "obj": "Q2", "immediate": false},
   {"op": "put_nowait", "i": 9, "obj": "Q1", "value": 5, "safe": true},
   {"op": "put", "i": 10, "obj": "Q1", "value": 5, "safe": true},
   {"op": "get", "i": 11, "obj": "Q1"},
   {"op": "sleep", "i": 12, "t": 0},
   {"op": "shutdown", "i": 13, "obj": "Q1", "immediate": true},
   {"op": "get_nowait", "i": 14, "obj": "Q1", "safe": true},
   {"op": "sleep", "i": 15, "t": 0},
   {"op": "task_done", "i": 16, "obj": "Q1"},
   {"op": "task_done", "i": 17, "obj": "Q1", "safe": true},
   {"op": "join", "i": 18, "obj": "Q2"},
   {"op": "sleep", "i": 19, "t": 0}],
  "puts": [{"op": "put", "i": 20, "obj": "Q1", "value": 3, "safe": true}],
  "gets": [{"op": "get", "i": 21, "obj": "Q2", "safe": true}],
  "joins": [{"op": "join", "i": 22, "obj": "Q1"}]}}`,
		trace: `
0 main begin main
0 main #1 put Q1
0 main #1 = null
0 main #2 put Q1
0 main #2 = null
0 main #3 spawn T1 = @T1
0 main #4 spawn T2 = @T2
0 main #5 spawn T3 = @T3
0 main #6 sleep
0 T1 begin puts
0 T1 #20 put Q1
0 T2 begin gets
0 T2 #21 get Q2
0 T3 begin joins
0 T3 #22 join Q1
0 main #6 = null
0 main #7 shutdown Q1 = null
0 main #8 shutdown Q2 = null
0 main #9 put_nowait Q1 ! QueueShutDown
0 main #10 put Q1
0 main #10 ! QueueShutDown
0 main #11 get Q1
0 main #11 = 1
0 main #12 sleep
0 T1 #20 ! QueueShutDown
0 T1 end puts = null
0 T2 #21 ! QueueShutDown
0 T2 end gets = null
0 main #12 = null
0 main #13 shutdown Q1 = null
0 main #14 get_nowait Q1 ! QueueShutDown
0 main #15 sleep
0 loop done T1 result(null)
0 loop done T2 result(null)
0 main #15 = null
0 main #16 task_done Q1 = null
0 main #17 task_done Q1 ! ValueError
0 main #18 join Q2
0 main #18 = null
0 main #19 sleep
0 T3 #22 = null
0 T3 end joins = null
0 main #19 = null
0 main end main = null
0 loop done T3 result(null)
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
}
