package oplang_test

// goldenLocks is programs about locks, events and conditions.
var goldenLocks = []goldenRun{
	{
		name: "locks and events",
		program: `{"objects": {"L1": {"kind": "lock"}, "E1": {"kind": "event"}},
 "coros": {
  "main": [
   {"op": "acquire", "i": 1, "obj": "L1"},
   {"op": "spawn", "i": 2, "task": "T1", "coro": "user"},
   {"op": "spawn", "i": 3, "task": "T2", "coro": "user"},
   {"op": "spawn", "i": 4, "task": "T3", "coro": "user"},
   {"op": "sleep", "i": 5, "t": 0},
   {"op": "event_set", "i": 6, "obj": "E1"},
   {"op": "event_clear", "i": 7, "obj": "E1"},
   {"op": "is_set", "i": 8, "obj": "E1"},
   {"op": "sleep", "i": 9, "t": 0},
   {"op": "locked", "i": 10, "obj": "L1"},
   {"op": "release", "i": 11, "obj": "L1"},
   {"op": "cancel", "i": 12, "fut": "T1", "msg": "m"},
   {"op": "locked", "i": 13, "obj": "L1"},
   {"op": "acquire", "i": 14, "obj": "L1"},
   {"op": "release", "i": 15, "obj": "L1"},
   {"op": "release", "i": 16, "obj": "L1", "safe": true},
   {"op": "event_set", "i": 17, "obj": "E1"},
   {"op": "event_wait", "i": 18, "obj": "E1"},
   {"op": "event_wait", "i": 19, "obj": "nothing"},
   {"op": "try", "i": 20, "body": [
     {"op": "with", "i": 21, "obj": "L1", "body": [{"op": "release", "i": 22, "obj": "L1"}, {"op": "raise", "i": 23, "exc": "A", "msg": "x"}]}],
    "except": [{"catch": "error", "body": [{"op": "locked", "i": 24, "obj": "L1"}]}]}],
  "user": [
   {"op": "event_wait", "i": 25, "obj": "E1"},
   {"op": "with", "i": 26, "obj": "L1", "body": [{"op": "sleep", "i": 27, "t": 0}, {"op": "return", "i": 28, "value": [1]}]}]}}`,
		trace: `
0 main begin main
0 main #1 acquire L1
0 main #1 = true
0 main #2 spawn T1 = @T1
0 main #3 spawn T2 = @T2
0 main #4 spawn T3 = @T3
0 main #5 sleep
0 T1 begin user
0 T1 #25 event_wait E1
0 T2 begin user
0 T2 #25 event_wait E1
0 T3 begin user
0 T3 #25 event_wait E1
0 main #5 = null
0 main #6 event_set E1 = null
0 main #7 event_clear E1 = null
0 main #8 is_set E1 = false
0 main #9 sleep
0 T1 #25 = true
0 T1 #26 with L1
0 T2 #25 = true
0 T2 #26 with L1
0 T3 #25 = true
0 T3 #26 with L1
0 main #9 = null
0 main #10 locked L1 = true
0 main #11 release L1 = null
0 main #12 cancel T1 = true
0 main #13 locked L1 = false
0 main #14 acquire L1
0 T1 #26 ! CancelledError("m")
0 T1 end user ! CancelledError("m")
0 T2 #26 entered
0 T2 #27 sleep
0 loop done T1 cancelled cancelling=1
0 T2 #27 = null
0 T2 #28 return [1]
0 T2 #26 body return
0 T2 #26 = return
0 T2 end user = [1]
0 T3 #26 entered
0 T3 #27 sleep
0 loop done T2 result([1])
0 T3 #27 = null
0 T3 #28 return [1]
0 T3 #26 body return
0 T3 #26 = return
0 T3 end user = [1]
0 main #14 = true
0 main #15 release L1 = null
0 main #16 release L1 ! RuntimeError
0 main #17 event_set E1 = null
0 main #18 event_wait E1
0 main #18 = true
0 main #19 event_wait nothing
0 main #19 unbound
0 main #20 try
0 main #21 with L1
0 main #21 entered
0 main #22 release L1 = null
0 main #23 raise ! A("x")
0 main #21 body ! A("x")
0 main #21 ! RuntimeError
0 main #20 catch error RuntimeError
0 main #24 locked L1 = false
0 main end main = null
0 loop done T3 result([1])
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "conditions",
		program: `{"objects": {"L1": {"kind": "lock"}, "C1": {"kind": "condition", "lock": "L1"}, "C2": {"kind": "condition"}},
 "coros": {
  "main": [
   {"op": "cond_wait", "i": 1, "obj": "C1", "safe": true},
   {"op": "notify", "i": 2, "obj": "C2", "safe": true},
   {"op": "notify_all", "i": 3, "obj": "C1", "safe": true},
   {"op": "spawn", "i": 4, "task": "T1", "coro": "waits"},
   {"op": "spawn", "i": 5, "task": "T2", "coro": "waits"},
   {"op": "spawn", "i": 6, "task": "T3", "coro": "waits"},
   {"op": "sleep", "i": 7, "t": 0},
   {"op": "sleep", "i": 8, "t": 0},
   {"op": "sleep", "i": 9, "t": 0},
   {"op": "with", "i": 10, "obj": "L1", "body": [
     {"op": "notify", "i": 11, "obj": "C1"},
     {"op": "cancel", "i": 12, "fut": "T1", "msg": "m"},
     {"op": "sleep", "i": 13, "t": 0},
     {"op": "cancel", "i": 14, "fut": "T1", "msg": "n"}]},
   {"op": "sleep", "i": 15, "t": 0},
   {"op": "sleep", "i": 16, "t": 0},
   {"op": "incr", "i": 17, "var": "v"},
   {"op": "acquire", "i": 18, "obj": "C1"},
   {"op": "notify", "i": 19, "obj": "C1", "n": 2},
   {"op": "locked", "i": 20, "obj": "C1"},
   {"op": "release", "i": 21, "obj": "C1"}],
  "waits": [
   {"op": "try", "i": 22, "body": [
     {"op": "with", "i": 23, "obj": "C1", "body": [
       {"op": "cond_wait", "i": 24, "obj": "C1"},
       {"op": "cond_wait_for", "i": 25, "obj": "C1", "var": "v", "ge": 1}]}],
    "except": [{"catch": "cancelled", "body": [{"op": "locked", "i": 26, "obj": "L1"}], "reraise": true}]}]}}`,
		trace: `
0 main begin main
0 main #1 cond_wait C1
0 main #1 ! RuntimeError
0 main #2 notify C2 ! RuntimeError
0 main #3 notify_all C1 ! RuntimeError
0 main #4 spawn T1 = @T1
0 main #5 spawn T2 = @T2
0 main #6 spawn T3 = @T3
0 main #7 sleep
0 T1 begin waits
0 T1 #22 try
0 T1 #23 with C1
0 T1 #23 entered
0 T1 #24 cond_wait C1
0 T2 begin waits
0 T2 #22 try
0 T2 #23 with C1
0 T2 #23 entered
0 T2 #24 cond_wait C1
0 T3 begin waits
0 T3 #22 try
0 T3 #23 with C1
0 T3 #23 entered
0 T3 #24 cond_wait C1
0 main #7 = null
0 main #8 sleep
0 main #8 = null
0 main #9 sleep
0 main #9 = null
0 main #10 with L1
0 main #10 entered
0 main #11 notify C1 = null
0 main #12 cancel T1 = true
0 main #13 sleep
0 main #13 = null
0 main #14 cancel T1 = true
0 main #10 body ok
0 main #10 = ok
0 main #15 sleep
0 T1 #24 ! CancelledError("n")
0 T1 #23 body ! CancelledError("n")
0 T1 #23 ! CancelledError("n")
0 T1 #22 catch cancelled CancelledError("n")
0 T1 #26 locked L1 = false
0 T1 #22 reraise
0 T1 end waits ! CancelledError("n")
0 main #15 = null
0 main #16 sleep
0 T2 #24 = true
0 T2 #25 cond_wait_for C1
0 T2 #25 pred false
0 loop done T1 cancelled cancelling=2
0 main #16 = null
0 main #17 incr v = 1
0 main #18 acquire C1
0 main #18 = true
0 main #19 notify C1 = null
0 main #20 locked C1 = true
0 main #21 release C1 = null
0 main end main = null
0 T3 #24 = true
0 T3 #25 cond_wait_for C1
0 T3 #25 pred true
0 T3 #25 = true
0 T3 #23 body ok
0 T3 #23 = ok
0 T3 end waits = null
0 T2 #25 pred true
0 T2 #25 = true
0 T2 #23 body ok
0 T2 #23 = ok
0 T2 end waits = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
}
