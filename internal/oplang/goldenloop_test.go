package oplang_test

// goldenLoop is programs about timers, callbacks and the ends of runs.
var goldenLoop = []goldenRun{
	{
		name: "timers callbacks and a timeout",
		program: `{"objects": {"F1": {"kind": "future"}, "F2": {"kind": "future"}},
 "callbacks": {
  "settle": [{"op": "set_result", "i": 90, "fut": "F1", "value": 7, "safe": true}],
  "late": [{"op": "status", "i": 91, "fut": "F1"}, {"op": "raise", "i": 92, "exc": "C", "msg": "cb"}]},
 "coros": {
  "main": [
   {"op": "call_later", "i": 1, "cb": "settle", "t": 2.5},
   {"op": "add_cb", "i": 2, "fut": "F1", "cb": "late"},
   {"op": "try", "i": 3, "body": [
     {"op": "timeout", "i": 4, "to": "TO1", "t": 2, "body": [{"op": "await", "i": 5, "fut": "F1"}]}],
    "except": [{"catch": "timeout", "body": [{"op": "to_status", "i": 6, "to": "TO1"}]}]},
   {"op": "timeout", "i": 7, "to": "TO2", "t": 1, "body": [
     {"op": "reschedule", "i": 8, "to": "TO2", "t": 3},
     {"op": "sleep", "i": 9, "t": 1, "value": "slept"},
     {"op": "return", "i": 10, "value": [1, "x", null, 0.5, true]}]}]}}`,
		trace: `
0 main begin main
0 main #1 call_later settle = null
0 main #2 add_cb F1 = null
0 main #3 try
0 main #4 timeout TO1
0 main #5 await F1
2 cb:late begin F1 cancelled
2 cb:late #91 status F1 = cancelled
2 cb:late #92 raise ! C("cb")
2 loop error callback C("cb")
2 main #5 ! CancelledError()
2 main #4 body ! CancelledError()
2 main #4 expired=true
2 main #4 ! TimeoutError
2 main #3 catch timeout TimeoutError
2 main #6 to_status TO1 = expired=true when=2
2 main #7 timeout TO2
2 main #8 reschedule TO2 = null
2 main #9 sleep
2.5 cb:settle begin
2.5 cb:settle #90 set_result F1 ! InvalidStateError
3 main #9 = "slept"
3 main #10 return [1,"x",null,0.5,true]
3 main #7 body return
3 main #7 = return expired=false
3 main end main = [1,"x",null,0.5,true]
3 loop done main result([1,"x",null,0.5,true])
3 loop main result([1,"x",null,0.5,true])
3 loop shutdown []
3 loop end
`,
	},
	{
		name: "contexts",
		program: `{"callbacks": {"k": [{"op": "ctx_get", "i": 90, "var": "v"}, {"op": "ctx_set", "i": 91, "var": "v", "value": 99}]},
 "coros": {
  "main": [
   {"op": "ctx_set", "i": 1, "var": "v", "value": 1},
   {"op": "spawn", "i": 2, "task": "T1", "coro": "c"},
   {"op": "call_soon", "i": 3, "cb": "k"},
   {"op": "ctx_set", "i": 4, "var": "v", "value": 2},
   {"op": "call", "i": 5, "coro": "c"},
   {"op": "sleep", "i": 6, "t": 0},
   {"op": "ctx_get", "i": 7, "var": "v"}],
  "c": [{"op": "ctx_get", "i": 10, "var": "v"}, {"op": "ctx_set", "i": 11, "var": "v", "value": "c"}]}}`,
		trace: `
0 main begin main
0 main #1 ctx_set v = null
0 main #2 spawn T1 = @T1
0 main #3 call_soon k = null
0 main #4 ctx_set v = null
0 main #5 call c
0 main begin c
0 main #10 ctx_get v = 2
0 main #11 ctx_set v = null
0 main end c = null
0 main #5 = null
0 main #6 sleep
0 T1 begin c
0 T1 #10 ctx_get v = 1
0 T1 #11 ctx_set v = null
0 T1 end c = null
0 cb:k begin
0 cb:k #90 ctx_get v = 1
0 cb:k #91 ctx_set v = null
0 main #6 = null
0 main #7 ctx_get v = "c"
0 main end main = null
0 loop done T1 result(null)
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "handles and a stopped loop",
		program: `{"callbacks": {"k": [{"op": "log", "i": 90, "msg": "k"}], "stop": [{"op": "loop_stop", "i": 91}]},
 "coros": {"main": [
   {"op": "call_soon", "i": 1, "cb": "k", "h": "h1"},
   {"op": "call_at", "i": 2, "cb": "k", "t": 1},
   {"op": "cancel_handle", "i": 3, "h": "h1"},
   {"op": "cancel_handle", "i": 4, "h": "h1"},
   {"op": "cancel_handle", "i": 5, "h": "h2"},
   {"op": "call_later", "i": 6, "cb": "stop", "t": 1},
   {"op": "storm", "i": 7, "n": 5, "t": 1, "keep": 4},
   {"op": "burn", "i": 8, "t": 1.25},
   {"op": "sleep", "i": 9, "t": 1},
   {"op": "spawn", "i": 10, "task": "T1", "coro": "never"},
   {"op": "loop_stop", "i": 11},
   {"op": "time", "i": 12}],
  "never": [{"op": "log", "i": 20, "msg": "started"}]}}`,
		trace: `
0 main begin main
0 main #1 call_soon k = null
0 main #2 call_at k = null
0 main #3 cancel_handle h1 = true
0 main #4 cancel_handle h1 = false
0 main #5 cancel_handle h2 unbound
0 main #6 call_later stop = null
0 main #7 storm = null
1.25 main #8 burn = null
1.25 main #9 sleep
1.25 cb:k begin
1.25 cb:k #90 log k = null
1.25 cb:stop begin
1.25 cb:stop #91 loop_stop = null
1.25 loop #7 fire 0
1.25 loop stopped
2 loop #7 fire 4
2.25 main #9 = null
2.25 main #10 spawn T1 = @T1
2.25 main #11 loop_stop = null
2.25 main #12 time = 2.25
2.25 main end main = null
2.25 loop main result(null)
2.25 loop shutdown [@T1]
2.25 loop done main result(null)
2.25 loop stopped in shutdown
2.25 loop end
`,
	},
	{
		name: "what is left at the end",
		program: `{"objects": {"F1": {"kind": "future"}}, "coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "fails"},
   {"op": "spawn", "i": 2, "task": "T2", "coro": "spawns"},
   {"op": "set_exception", "i": 3, "fut": "F1", "exc": "cancelled"},
   {"op": "set_result", "i": 4, "fut": "F1", "safe": true},
   {"op": "set_result", "i": 5, "fut": "T1", "safe": true},
   {"op": "sleep", "i": 6, "t": 0},
   {"op": "raise", "i": 7, "exc": "B", "msg": "main"}],
  "fails": [{"op": "try", "i": 10, "body": [{"op": "sleep", "i": 11, "t": 9}], "finally": [{"op": "raise", "i": 12, "exc": "A", "msg": ""}]}],
  "spawns": [{"op": "try", "i": 20, "body": [{"op": "sleep", "i": 21, "t": 9}], "except": [{"catch": "cancelled", "reraise": true,
    "body": [{"op": "spawn", "i": 22, "task": "T3", "coro": "left"}]}]}],
  "left": [{"op": "sleep", "i": 30, "t": 9}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 spawn T2 = @T2
0 main #3 set_exception F1 = null
0 main #4 set_result F1 ! InvalidStateError
0 main #5 set_result T1 ! RuntimeError
0 main #6 sleep
0 T1 begin fails
0 T1 #10 try
0 T1 #11 sleep
0 T2 begin spawns
0 T2 #20 try
0 T2 #21 sleep
0 main #6 = null
0 main #7 raise ! B("main")
0 main end main ! B("main")
0 loop done main error(B("main"))
0 loop main error(B("main"))
0 loop shutdown [@T1,@T2]
0 T1 #11 ! CancelledError()
0 T1 #10 finally
0 T1 #12 raise ! A("")
0 T1 end fails ! A("")
0 T2 #21 ! CancelledError()
0 T2 #20 catch cancelled CancelledError()
0 T2 #22 spawn T3 = @T3
0 T2 #20 reraise
0 T2 end spawns ! CancelledError()
0 loop done T1 error(A("")) cancelling=1
0 T3 begin left
0 T3 #30 sleep
0 loop done T2 cancelled cancelling=1
0 loop error shutdown T1 A("")
0 loop leftover [@T3]
0 loop unretrieved F1 CancelledError()
0 loop end
`,
	},
	{
		name: "variables and loops",
		program: `{"coros": {"main": [
   {"op": "repeat", "i": 1, "n": 3, "body": [
     {"op": "incr", "i": 2, "var": "x"},
     {"op": "if", "i": 3, "var": "x", "ge": 2, "then": [{"op": "return", "i": 4}], "else": [{"op": "call", "i": 5, "coro": "gone"}]}]}],
  "gone": [{"op": "call", "i": 6, "coro": "undefined", "safe": true},
    {"op": "call_soon", "i": 7, "cb": "undefined", "safe": true},
    {"op": "await", "i": 8, "fut": "undefined"}]}}`,
		trace: `
0 main begin main
0 main #1 repeat 0
0 main #2 incr x = 1
0 main #3 if false
0 main #5 call gone
0 main begin gone
0 main #6 call undefined
0 main begin undefined
0 main end undefined ! KeyError
0 main #6 ! KeyError
0 main #7 call_soon undefined ! KeyError
0 main #8 await undefined
0 main #8 unbound
0 main end gone = null
0 main #5 = null
0 main #1 repeat 1
0 main #2 incr x = 2
0 main #3 if true
0 main #4 return null
0 main end main = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "outcomes set from outside",
		program: `{"objects": {"F1": {"kind": "future"}}, "callbacks": {"k": [], "never": [{"op": "log", "i": 90, "msg": "never"}]},
 "coros": {
  "main": [
   {"op": "gather_nowait", "i": 1, "fut": "G1", "aws": [{"coro": "one", "task": "T1"}]},
   {"op": "gather_nowait", "i": 2, "fut": "G2", "return_exceptions": true, "aws": [{"fut": "T1"}]},
   {"op": "shield_nowait", "i": 3, "fut": "H1", "aw": {"fut": "T1"}},
   {"op": "add_cb", "i": 4, "fut": "G1", "cb": "k"},
   {"op": "add_cb", "i": 5, "fut": "T1", "cb": "never"},
   {"op": "add_cb", "i": 6, "fut": "T1", "cb": "never"},
   {"op": "remove_cb", "i": 7, "fut": "T1", "cb": "never"},
   {"op": "set_result", "i": 8, "fut": "G1", "value": "early"},
   {"op": "set_exception", "i": 9, "fut": "G2", "exc": "A", "msg": "early"},
   {"op": "status", "i": 10, "fut": "G2"},
   {"op": "await", "i": 11, "fut": "G1"},
   {"op": "shield", "i": 12, "fut": "H2", "aw": {"coro": "sets", "task": "T2"}},
   {"op": "wait", "i": 13, "futs": ["T1", "G1"], "when": "exception"},
   {"op": "gather", "i": 14, "fut": "G3", "aws": [{"fut": "G1"}, {"fut": "G2"}], "safe": true},
   {"op": "set_result", "i": 15, "fut": "G3", "safe": true},
   {"op": "set_exception", "i": 16, "fut": "G3", "exc": "B", "safe": true}],
  "one": [{"op": "sleep", "i": 20, "t": 1}],
  "sets": [{"op": "set_result", "i": 30, "fut": "H2"}, {"op": "uncancel", "i": 31, "fut": "F1"}, {"op": "cancelling", "i": 32, "fut": "gone"}]}}`,
		trace: `
0 main begin main
0 main #1 gather_nowait = @G1
0 main #2 gather_nowait = @G2
0 main #3 shield_nowait = @H1
0 main #4 add_cb G1 = null
0 main #5 add_cb T1 = null
0 main #6 add_cb T1 = null
0 main #7 remove_cb T1 = 2
0 main #8 set_result G1 = null
0 main #9 set_exception G2 = null
0 main #10 status G2 = error(A("early"))
0 main #11 await G1
0 main #11 = "early"
0 main #12 shield
0 T1 begin one
0 T1 #20 sleep
0 cb:k begin G1 result("early")
0 T2 begin sets
0 T2 #30 set_result H2 = null
0 T2 #31 uncancel F1 unbound
0 T2 #32 cancelling gone unbound
0 T2 end sets = null
0 main #12 = null
0 main #13 wait
0 loop done T2 result(null)
0 loop error callback InvalidStateError
1 T1 #20 = null
1 T1 end one = null
1 loop done T1 result(null)
1 main #13 = done=[@T1,@G1] pending=[]
1 main #14 gather
1 main #14 ! A("early")
1 main #15 set_result G3 ! InvalidStateError
1 main #16 set_exception G3 ! InvalidStateError
1 main end main = null
1 loop done main result(null)
1 loop main result(null)
1 loop shutdown []
1 loop end
`,
	},
	{
		name: "deadlock",
		program: `{"objects": {"F1": {"kind": "future"}}, "coros": {
  "main": [{"op": "spawn", "i": 1, "task": "T1", "coro": "c"}, {"op": "await", "i": 2, "fut": "T1"}],
  "c": [{"op": "await", "i": 3, "fut": "F1"}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 await T1
0 T1 begin c
0 T1 #3 await F1
0 loop deadlock [@main,@T1]
`,
	},
	{
		name: "step limit",
		program: `{"options": {"max_steps": 4}, "callbacks": {"k": [{"op": "log", "i": 90, "msg": "k"}]},
 "coros": {
  "main": [{"op": "spawn", "i": 1, "task": "T1", "coro": "c"}, {"op": "call_soon", "i": 2, "cb": "k"},
    {"op": "try", "i": 3, "body": [{"op": "sleep", "i": 4, "t": 1}], "finally": [{"op": "log", "i": 5, "msg": "fin"}]}],
  "c": [{"op": "try", "i": 10, "body": [{"op": "sleep", "i": 11, "t": 9}], "except": [{"catch": "any"}]}, {"op": "log", "i": 12, "msg": "x"}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 call_soon k = null
0 main #3 try
0 main #4 sleep
0 T1 begin c
0 loop steplimit
`,
	},
}
