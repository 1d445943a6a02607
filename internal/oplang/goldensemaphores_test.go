package oplang_test

// goldenSemaphores is programs about semaphores and barriers.
var goldenSemaphores = []goldenRun{
	{
		name: "semaphores",
		program: `{"objects": {"S1": {"kind": "semaphore", "value": 0}, "S2": {"kind": "semaphore"}, "B1": {"kind": "bounded", "value": 2}},
 "coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "user"},
   {"op": "spawn", "i": 2, "task": "T2", "coro": "user"},
   {"op": "sleep", "i": 3, "t": 0},
   {"op": "release", "i": 4, "obj": "S1"},
   {"op": "release", "i": 5, "obj": "S1"},
   {"op": "cancel", "i": 6, "fut": "T1", "msg": "m"},
   {"op": "locked", "i": 7, "obj": "S1"},
   {"op": "acquire", "i": 8, "obj": "S1"},
   {"op": "acquire", "i": 9, "obj": "S2"},
   {"op": "locked", "i": 10, "obj": "S2"},
   {"op": "timeout", "i": 11, "to": "TO", "t": 1, "body": [
     {"op": "acquire", "i": 12, "obj": "B1", "safe": true},
     {"op": "with", "i": 13, "obj": "B1", "body": [{"op": "acquire", "i": 14, "obj": "B1"}]}]}],
  "user": [
   {"op": "with", "i": 15, "obj": "S1", "body": [{"op": "sleep", "i": 16, "t": 0}]},
   {"op": "release", "i": 17, "obj": "B1"},
   {"op": "release", "i": 18, "obj": "B1", "safe": true}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 spawn T2 = @T2
0 main #3 sleep
0 T1 begin user
0 T1 #15 with S1
0 T2 begin user
0 T2 #15 with S1
0 main #3 = null
0 main #4 release S1 = null
0 main #5 release S1 = null
0 main #6 cancel T1 = true
0 main #7 locked S1 = true
0 main #8 acquire S1
0 T1 #15 ! CancelledError("m")
0 T1 end user ! CancelledError("m")
0 T2 #15 entered
0 T2 #16 sleep
0 main #8 = true
0 main #9 acquire S2
0 main #9 = true
0 main #10 locked S2 = true
0 main #11 timeout TO
0 main #12 acquire B1
0 main #12 = true
0 main #13 with B1
0 main #13 entered
0 main #14 acquire B1
0 loop done T1 cancelled cancelling=1
0 T2 #16 = null
0 T2 #15 body ok
0 T2 #15 = ok
0 T2 #17 release B1 = null
0 T2 #18 release B1 = null
0 T2 end user = null
0 main #14 = true
0 main #13 body ok
0 main #13 = ok
0 main #11 body ok
0 main #11 = ok expired=false
0 main end main = null
0 loop done T2 result(null)
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "barriers",
		program: `{"objects": {"B1": {"kind": "barrier", "parties": 2}},
 "coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "party"},
   {"op": "spawn", "i": 2, "task": "T2", "coro": "party"},
   {"op": "spawn", "i": 3, "task": "T3", "coro": "party"},
   {"op": "sleep", "i": 4, "t": 0},
   {"op": "barrier_status", "i": 5, "obj": "B1"},
   {"op": "cancel", "i": 6, "fut": "T1", "msg": "m"},
   {"op": "sleep", "i": 7, "t": 1},
   {"op": "barrier_status", "i": 8, "obj": "B1"},
   {"op": "barrier_reset", "i": 9, "obj": "B1"},
   {"op": "sleep", "i": 10, "t": 0},
   {"op": "barrier_status", "i": 11, "obj": "B1"},
   {"op": "barrier_abort", "i": 12, "obj": "B1"},
   {"op": "barrier_wait", "i": 13, "obj": "B1", "safe": true},
   {"op": "barrier_status", "i": 14, "obj": "B1"},
   {"op": "barrier_reset", "i": 15, "obj": "B1"},
   {"op": "spawn", "i": 16, "task": "T4", "coro": "party"},
   {"op": "barrier_wait", "i": 17, "obj": "B1"}],
  "party": [
   {"op": "try", "i": 18, "body": [{"op": "barrier_wait", "i": 19, "obj": "B1"}],
    "except": [{"catch": "error", "body": [{"op": "barrier_status", "i": 20, "obj": "B1"}]}]}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 spawn T2 = @T2
0 main #3 spawn T3 = @T3
0 main #4 sleep
0 T1 begin party
0 T1 #18 try
0 T1 #19 barrier_wait B1
0 T2 begin party
0 T2 #18 try
0 T2 #19 barrier_wait B1
0 T2 #19 = 1
0 T2 end party = null
0 T3 begin party
0 T3 #18 try
0 T3 #19 barrier_wait B1
0 main #4 = null
0 main #5 barrier_status B1 = waiting=0 broken=false
0 main #6 cancel T1 = true
0 main #7 sleep
0 T1 #19 ! CancelledError("m")
0 T1 end party ! CancelledError("m")
0 loop done T2 result(null)
0 loop done T1 cancelled cancelling=1
1 main #7 = null
1 main #8 barrier_status B1 = waiting=1 broken=false
1 main #9 barrier_reset B1
1 main #9 = null
1 main #10 sleep
1 T3 #19 ! BrokenBarrierError
1 T3 #18 catch error BrokenBarrierError
1 T3 #20 barrier_status B1 = waiting=0 broken=false
1 T3 end party = null
1 main #10 = null
1 main #11 barrier_status B1 = waiting=0 broken=false
1 main #12 barrier_abort B1
1 main #12 = null
1 main #13 barrier_wait B1
1 main #13 ! BrokenBarrierError
1 main #14 barrier_status B1 = waiting=0 broken=true
1 main #15 barrier_reset B1
1 main #15 = null
1 main #16 spawn T4 = @T4
1 main #17 barrier_wait B1
1 loop done T3 result(null)
1 T4 begin party
1 T4 #18 try
1 T4 #19 barrier_wait B1
1 T4 #19 = 1
1 T4 end party = null
1 main #17 = 0
1 main end main = null
1 loop done T4 result(null)
1 loop done main result(null)
1 loop main result(null)
1 loop shutdown []
1 loop end
`,
	},
}
