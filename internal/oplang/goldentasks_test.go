package oplang_test

// goldenTasks is programs about tasks and what they wait for.
var goldenTasks = []goldenRun{
	{
		name: "a cancellation travels",
		program: `{"coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "outer"},
   {"op": "sleep", "i": 2, "t": 0},
   {"op": "cancel", "i": 3, "fut": "T1", "msg": "bye"},
   {"op": "await", "i": 4, "fut": "T1", "safe": true},
   {"op": "try", "i": 5, "body": [{"op": "cancel", "i": 6, "fut": "self", "msg": "me"}, {"op": "sleep", "i": 7, "t": 1}],
    "except": [{"catch": "error"}, {"catch": "cancelled"}], "finally": [{"op": "uncancel", "i": 8, "fut": "self"}]}],
  "outer": [
   {"op": "spawn", "i": 10, "task": "T2", "coro": "inner"},
   {"op": "try", "i": 11, "body": [{"op": "await", "i": 12, "fut": "T2"}],
    "except": [{"catch": "any", "body": [{"op": "cancelling", "i": 13, "fut": "self"}]}],
    "else": [{"op": "log", "i": 14, "msg": "not here"}]},
   {"op": "return", "i": 15, "value": 3}],
  "inner": [{"op": "call", "i": 20, "coro": "deep"}],
  "deep": [{"op": "sleep", "i": 21, "t": 5}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 sleep
0 T1 begin outer
0 T1 #10 spawn T2 = @T2
0 T1 #11 try
0 T1 #12 await T2
0 main #2 = null
0 main #3 cancel T1 = true
0 main #4 await T1
0 loop done T2 cancelled cancelling=1
0 T1 #12 ! CancelledError("bye")
0 T1 #11 catch any CancelledError("bye")
0 T1 #13 cancelling self = 1
0 T1 #15 return 3
0 T1 end outer = 3
0 loop done T1 result(3) cancelling=1
0 main #4 = 3
0 main #5 try
0 main #6 cancel self = true
0 main #7 sleep
0 main #7 ! CancelledError("me")
0 main #5 catch cancelled CancelledError("me")
0 main #5 finally
0 main #8 uncancel self = 0
0 main end main = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "gather and shield",
		program: `{"objects": {"F1": {"kind": "future"}},
 "coros": {
  "main": [
   {"op": "gather", "i": 1, "fut": "G1", "return_exceptions": true,
    "aws": [{"coro": "ok", "task": "T1"}, {"coro": "bad", "task": "T1"}, {"fut": "T9"}, {"coro": "stop", "task": "T2"}]},
   {"op": "shield_nowait", "i": 2, "fut": "H1", "aw": {"coro": "bad", "task": "T3"}},
   {"op": "cancel", "i": 3, "fut": "H1", "msg": "m"},
   {"op": "sleep", "i": 4, "t": 2},
   {"op": "gather_nowait", "i": 5, "fut": "G2", "aws": [{"fut": "F1"}, {"fut": "F1"}]},
   {"op": "cancel", "i": 6, "fut": "G2", "msg": "g"},
   {"op": "await", "i": 7, "fut": "G2"}],
  "ok": [{"op": "sleep", "i": 10, "t": 1}, {"op": "return", "i": 11, "value": "v"}],
  "bad": [{"op": "sleep", "i": 20, "t": 1}, {"op": "raise", "i": 21, "exc": "A", "msg": "b\u00e9\n"}],
  "stop": [{"op": "cancel", "i": 30, "fut": "self", "msg": "s"}]}}`,
		trace: `
0 main begin main
0 main #1 gather
0 T1 begin ok
0 T1 #10 sleep
0 T1#2 begin bad
0 T1#2 #20 sleep
0 T2 begin stop
0 T2 #30 cancel self = true
0 T2 end stop = null
0 loop done T2 cancelled cancelling=1
1 T1 #10 = null
1 T1 #11 return "v"
1 T1 end ok = "v"
1 T1#2 #20 = null
1 T1#2 #21 raise ! A("b\u00e9\n")
1 T1#2 end bad ! A("b\u00e9\n")
1 loop done T1 result("v")
1 loop done T1#2 error(A("b\u00e9\n"))
1 main #1 = ["v",!A("b\u00e9\n"),!CancelledError("s")]
1 main #2 shield_nowait = @H1
1 main #3 cancel H1 = true
1 main #4 sleep
1 T3 begin bad
1 T3 #20 sleep
2 T3 #20 = null
2 T3 #21 raise ! A("b\u00e9\n")
2 T3 end bad ! A("b\u00e9\n")
2 loop done T3 error(A("b\u00e9\n"))
2 loop error shield T3 A("b\u00e9\n")
3 main #4 = null
3 main #5 gather_nowait = @G2
3 main #6 cancel G2 = true
3 main #7 await G2
3 main #7 ! CancelledError("g")
3 main end main ! CancelledError("g")
3 loop done main cancelled
3 loop main cancelled
3 loop shutdown []
3 loop end
`,
	},
	{
		name: "wait, wait_for, as_completed",
		program: `{"coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "one"},
   {"op": "spawn", "i": 2, "task": "T2", "coro": "two"},
   {"op": "wait", "i": 3, "futs": ["T2", "T1", "T2"], "when": "first", "timeout": 3},
   {"op": "wait", "i": 4, "futs": [], "safe": true},
   {"op": "wait_for", "i": 5, "aw": {"coro": "one", "task": "T3"}, "timeout": 0.5, "safe": true},
   {"op": "wait_for", "i": 6, "aw": {"coro": "one", "task": "T4"}, "timeout": 0, "safe": true},
   {"op": "as_completed", "i": 7, "aws": [{"fut": "T2"}, {"coro": "one", "task": "T5"}, {"coro": "fail", "task": "T6"}]},
   {"op": "as_completed", "i": 8, "mode": "async", "timeout": 1, "aws": [{"coro": "two", "task": "T7"}, {"fut": "T1"}]}],
  "one": [{"op": "sleep", "i": 10, "t": 1}],
  "two": [{"op": "sleep", "i": 20, "t": 2}, {"op": "return", "i": 21, "value": 2}],
  "fail": [{"op": "raise", "i": 30, "exc": "timeout"}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 spawn T2 = @T2
0 main #3 wait
0 T1 begin one
0 T1 #10 sleep
0 T2 begin two
0 T2 #20 sleep
1 T1 #10 = null
1 T1 end one = null
1 loop done T1 result(null)
1 main #3 = done=[@T1] pending=[@T2]
1 main #4 wait
1 main #4 ! ValueError
1 main #5 wait_for
1 main begin one
1 main #10 sleep
1.5 main #10 ! CancelledError()
1.5 main end one ! CancelledError()
1.5 main #5 ! TimeoutError
1.5 main #6 wait_for
1.5 loop done T4 cancelled cancelling=1
1.5 main #6 ! TimeoutError
1.5 main #7 as_completed
1.5 T5 begin one
1.5 T5 #10 sleep
1.5 T6 begin fail
1.5 T6 #30 raise ! TimeoutError
1.5 T6 end fail ! TimeoutError
1.5 loop done T6 error(TimeoutError)
1.5 main #7 item ! TimeoutError
2 T2 #20 = null
2 T2 #21 return 2
2 T2 end two = 2
2 loop done T2 result(2)
2 main #7 item = 2
2.5 T5 #10 = null
2.5 T5 end one = null
2.5 loop done T5 result(null)
2.5 main #7 item = null
2.5 main #7 = 3
2.5 main #8 as_completed
2.5 T7 begin two
2.5 T7 #20 sleep
2.5 main #8 item @T1 result(null)
3.5 main #8 ! TimeoutError
3.5 main end main ! TimeoutError
3.5 loop done main error(TimeoutError)
3.5 loop main error(TimeoutError)
3.5 loop shutdown [@T7]
3.5 T7 #20 ! CancelledError()
3.5 T7 end two ! CancelledError()
3.5 loop done T7 cancelled cancelling=1
3.5 loop end
`,
	},
	{
		name: "eager tasks",
		program: `{"options": {"eager": true}, "coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "nest"},
   {"op": "spawn", "i": 2, "task": "T1", "coro": "leaf", "eager": false},
   {"op": "all_tasks", "i": 3},
   {"op": "await", "i": 4, "fut": "T1"}],
  "nest": [
   {"op": "spawn", "i": 10, "task": "T1", "coro": "leaf"},
   {"op": "status", "i": 11, "fut": "T1"},
   {"op": "all_tasks", "i": 12},
   {"op": "sleep", "i": 13, "t": 1}],
  "leaf": [{"op": "current", "i": 20}, {"op": "all_tasks", "i": 21}, {"op": "sleep", "i": 22, "t": 0}]}}`,
		trace: `
0 main begin main
0 T1 begin nest
0 T1#2 begin leaf
0 T1#2 #20 current = @T1#2
0 T1#2 #21 all_tasks = [@main,@T1,@T1#2]
0 T1#2 #22 sleep
0 T1 #10 spawn T1 = @T1#2
0 T1 #11 status T1 = pending
0 T1 #12 all_tasks = [@main,@T1#2,@T1]
0 T1 #13 sleep
0 main #1 spawn T1 = @T1
0 main #2 spawn T1 = @T1#3
0 main #3 all_tasks = [@main,@T1#2,@T1,@T1#3]
0 main #4 await T1
0 T1#2 #22 = null
0 T1#2 end leaf = null
0 T1#3 begin leaf
0 T1#3 #20 current = @T1#3
0 T1#3 #21 all_tasks = [@main,@T1,@T1#3]
0 T1#3 #22 sleep
0 loop done T1#2 result(null)
0 T1#3 #22 = null
0 T1#3 end leaf = null
0 loop done T1#3 result(null)
0 main #4 = null
0 main end main = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown [@T1]
0 T1 #13 ! CancelledError()
0 T1 end nest ! CancelledError()
0 loop done T1 cancelled cancelling=1
0 loop end
`,
	},
	{
		name: "a task that awaits itself",
		program: `{"coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "other"},
   {"op": "wait_for", "i": 2, "aw": {"fut": "self"}, "timeout": 1, "safe": true},
   {"op": "await", "i": 3, "fut": "self", "safe": true},
   {"op": "sleep", "i": 4, "t": 1}],
  "other": [
   {"op": "wait", "i": 10, "futs": ["main"], "timeout": 0.5},
   {"op": "wait_for", "i": 11, "aw": {"fut": "main"}, "safe": true},
   {"op": "sleep", "i": 12, "t": 1},
   {"op": "await", "i": 13, "fut": "main"}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 wait_for
0 T1 begin other
0 T1 #10 wait
0 main #2 ! RuntimeError
0 main #3 await self
0 main #3 ! RuntimeError
0 main #4 sleep
0.5 T1 #10 = done=[] pending=[@main]
0.5 T1 #11 wait_for
0.5 T1 #11 ! RuntimeError
0.5 T1 #12 sleep
1 main #4 = null
1 main end main = null
1 loop done main result(null)
1 loop main result(null)
1 loop shutdown [@T1]
1 T1 #12 ! CancelledError()
1 T1 end other ! CancelledError()
1 loop done T1 cancelled cancelling=1
1 loop end
`,
	},
}
