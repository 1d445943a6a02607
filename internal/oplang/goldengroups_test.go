package oplang_test

// goldenGroups is programs about task groups.
var goldenGroups = []goldenRun{
	{
		name: "task groups",
		program: `{"callbacks": {"late": [{"op": "tg_spawn", "i": 1, "tg": "G1", "task": "T9", "coro": "ok"}]},
 "coros": {
  "main": [
   {"op": "taskgroup", "i": 2, "tg": "G1", "body": [
     {"op": "tg_spawn", "i": 3, "tg": "G1", "task": "T1", "coro": "ok"},
     {"op": "tg_spawn", "i": 4, "tg": "G1", "task": "T1", "coro": "more"},
     {"op": "tg_spawn", "i": 5, "tg": "G0", "task": "T1", "coro": "ok"},
     {"op": "return", "i": 6, "value": 7}]}],
  "ok": [{"op": "sleep", "i": 7, "t": 1}, {"op": "return", "i": 8, "value": 1}],
  "more": [
   {"op": "sleep", "i": 9, "t": 1},
   {"op": "tg_spawn", "i": 10, "tg": "G1", "task": "T2", "coro": "ok"},
   {"op": "call_soon", "i": 11, "cb": "late"},
   {"op": "cancel", "i": 12, "fut": "T2", "msg": "m"}]}}`,
		trace: `
0 main begin main
0 main #2 taskgroup G1
0 main #3 tg_spawn T1 = @T1
0 main #4 tg_spawn T1 = @T1#2
0 main #5 tg_spawn T1 unbound
0 main #6 return 7
0 main #2 body return
0 T1 begin ok
0 T1 #7 sleep
0 T1#2 begin more
0 T1#2 #9 sleep
1 T1 #7 = null
1 T1 #8 return 1
1 T1 end ok = 1
1 T1#2 #9 = null
1 T1#2 #10 tg_spawn T2 = @T2
1 T1#2 #11 call_soon late = null
1 T1#2 #12 cancel T2 = true
1 T1#2 end more = null
1 loop done T1 result(1)
1 cb:late begin
1 cb:late #1 tg_spawn T9 = @T9
1 loop done T1#2 result(null)
1 loop done T2 cancelled cancelling=1
1 T9 begin ok
1 T9 #7 sleep
2 T9 #7 = null
2 T9 #8 return 1
2 T9 end ok = 1
2 loop done T9 result(1)
2 main #2 = return
2 main end main = 7
2 loop done main result(7)
2 loop main result(7)
2 loop shutdown []
2 loop end
`,
	},
	{
		name: "task groups that fail",
		program: `{"coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "outer"},
   {"op": "sleep", "i": 2, "t": 2},
   {"op": "cancel", "i": 3, "fut": "T1", "msg": "m"},
   {"op": "try", "i": 4, "body": [{"op": "await", "i": 5, "fut": "T1"}],
    "except": [{"catch": "A", "body": [{"op": "log", "i": 6, "msg": "no"}]}, {"catch": "group", "body": [{"op": "status", "i": 7, "fut": "T1"}]}]}],
  "outer": [
   {"op": "try", "i": 8, "body": [
     {"op": "taskgroup", "i": 9, "tg": "G1", "body": [
       {"op": "tg_spawn", "i": 10, "tg": "G1", "task": "T2", "coro": "slow"},
       {"op": "try", "i": 11, "body": [
         {"op": "taskgroup", "i": 12, "tg": "G2", "body": [
           {"op": "tg_spawn", "i": 13, "tg": "G2", "task": "T3", "coro": "bad"},
           {"op": "tg_spawn", "i": 14, "tg": "G2", "task": "T4", "coro": "slow"},
           {"op": "sleep", "i": 15, "t": 9}]}],
        "except": [{"catch": "group", "body": [
          {"op": "tg_spawn", "i": 16, "tg": "G2", "task": "T5", "coro": "bad", "safe": true},
          {"op": "cancelling", "i": 17, "fut": "self"}]}]},
       {"op": "sleep", "i": 18, "t": 9}]}],
    "except": [{"catch": "group", "body": [{"op": "tg_spawn", "i": 19, "tg": "G1", "task": "T5", "coro": "bad", "safe": true}], "reraise": true}]}],
  "bad": [{"op": "sleep", "i": 20, "t": 1}, {"op": "raise", "i": 21, "exc": "A", "msg": "x"}],
  "slow": [
   {"op": "try", "i": 22, "body": [{"op": "sleep", "i": 23, "t": 9}],
    "except": [{"catch": "any", "body": [{"op": "sleep", "i": 24, "t": 0}, {"op": "raise", "i": 25, "exc": "B", "msg": "y"}]}]}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 sleep
0 T1 begin outer
0 T1 #8 try
0 T1 #9 taskgroup G1
0 T1 #10 tg_spawn T2 = @T2
0 T1 #11 try
0 T1 #12 taskgroup G2
0 T1 #13 tg_spawn T3 = @T3
0 T1 #14 tg_spawn T4 = @T4
0 T1 #15 sleep
0 T2 begin slow
0 T2 #22 try
0 T2 #23 sleep
0 T3 begin bad
0 T3 #20 sleep
0 T4 begin slow
0 T4 #22 try
0 T4 #23 sleep
1 T3 #20 = null
1 T3 #21 raise ! A("x")
1 T3 end bad ! A("x")
1 loop done T3 error(A("x"))
1 T4 #23 ! CancelledError()
1 T4 #22 catch any CancelledError()
1 T4 #24 sleep
1 T1 #15 ! CancelledError()
1 T1 #12 body ! CancelledError()
1 T4 #24 = null
1 T4 #25 raise ! B("y")
1 T4 end slow ! B("y")
1 loop done T4 error(B("y")) cancelling=1
1 T1 #12 ! Group[A("x"),B("y")]
1 T1 #11 catch group Group[A("x"),B("y")]
1 T1 #16 tg_spawn T5 ! RuntimeError
1 T1 #17 cancelling self = 0
1 T1 #18 sleep
2 main #2 = null
2 main #3 cancel T1 = true
2 main #4 try
2 main #5 await T1
2 T1 #18 ! CancelledError("m")
2 T1 #9 body ! CancelledError("m")
2 T2 #23 ! CancelledError()
2 T2 #22 catch any CancelledError()
2 T2 #24 sleep
2 T2 #24 = null
2 T2 #25 raise ! B("y")
2 T2 end slow ! B("y")
2 loop done T2 error(B("y")) cancelling=1
2 T1 #9 ! Group[B("y")]
2 T1 #8 catch group Group[B("y")]
2 T1 #19 tg_spawn T5 ! RuntimeError
2 T1 #8 reraise
2 T1 end outer ! Group[B("y")]
2 loop done T1 error(Group[B("y")]) cancelling=1
2 main #5 ! Group[B("y")]
2 main #4 catch group Group[B("y")]
2 main #7 status T1 = error(Group[B("y")]) cancelling=1
2 main end main = null
2 loop done main result(null)
2 loop main result(null)
2 loop shutdown []
2 loop end
`,
	},
	{
		name: "a group's eager children",
		program: `{"options": {"eager": true},
 "coros": {
  "main": [
   {"op": "try", "i": 1, "body": [
     {"op": "taskgroup", "i": 2, "tg": "G1", "body": [
       {"op": "tg_spawn", "i": 3, "tg": "G1", "task": "T1", "coro": "ok"},
       {"op": "tg_spawn", "i": 4, "tg": "G1", "task": "T2", "coro": "bad"},
       {"op": "tg_spawn", "i": 5, "tg": "G1", "task": "T3", "coro": "slow"},
       {"op": "log", "i": 6, "msg": "not cancelled yet"},
       {"op": "sleep", "i": 7, "t": 1}]}],
    "except": [{"catch": "group", "body": [{"op": "all_tasks", "i": 8}]}]}],
  "ok": [{"op": "tg_spawn", "i": 9, "tg": "G1", "task": "T4", "coro": "slow"}],
  "bad": [{"op": "raise", "i": 10, "exc": "A", "msg": "x"}],
  "slow": [{"op": "sleep", "i": 11, "t": 9}]}}`,
		trace: `
0 main begin main
0 main #1 try
0 main #2 taskgroup G1
0 T1 begin ok
0 T4 begin slow
0 T4 #11 sleep
0 T1 #9 tg_spawn T4 = @T4
0 T1 end ok = null
0 main #3 tg_spawn T1 = @T1
0 T2 begin bad
0 T2 #10 raise ! A("x")
0 T2 end bad ! A("x")
0 main #4 tg_spawn T2 = @T2
0 T3 begin slow
0 T3 #11 sleep
0 main #5 tg_spawn T3 = @T3
0 main #6 log not cancelled yet = null
0 main #7 sleep
0 loop done T1 result(null)
0 loop done T2 error(A("x"))
0 T4 #11 ! CancelledError()
0 T4 end slow ! CancelledError()
0 T3 #11 ! CancelledError()
0 T3 end slow ! CancelledError()
0 main #7 ! CancelledError()
0 main #2 body ! CancelledError()
0 loop done T4 cancelled cancelling=1
0 loop done T3 cancelled cancelling=1
0 main #2 ! Group[A("x")]
0 main #1 catch group Group[A("x")]
0 main #8 all_tasks = [@main]
0 main end main = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
}
