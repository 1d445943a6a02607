package oplang_test

// goldenReaders is programs about stream readers.
var goldenReaders = []goldenRun{
	{
		name: "readers",
		program: `{"objects": {"R1": {"kind": "reader", "limit": 3}},
 "coros": {
  "main": [
   {"op": "read", "i": 1, "obj": "R1", "n": 0},
   {"op": "spawn", "i": 2, "task": "T1", "coro": "reads"},
   {"op": "sleep", "i": 3, "t": 0},
   {"op": "read", "i": 4, "obj": "R1", "n": 1, "safe": true},
   {"op": "feed", "i": 5, "obj": "R1", "data": ""},
   {"op": "feed", "i": 6, "obj": "R1", "data": "\u00e9\n\u0000\"cd"},
   {"op": "feed", "i": 7, "obj": "R1", "data": "ef;"},
   {"op": "sleep", "i": 8, "t": 0},
   {"op": "readuntil", "i": 9, "obj": "R1", "sep": ";", "safe": true},
   {"op": "read", "i": 10, "obj": "R1", "n": 2},
   {"op": "readuntil", "i": 11, "obj": "R1", "sep": ";"},
   {"op": "feed", "i": 12, "obj": "R1", "data": "abcdefg\nh\n"},
   {"op": "readline", "i": 13, "obj": "R1", "safe": true},
   {"op": "readline", "i": 14, "obj": "R1"},
   {"op": "spawn", "i": 15, "task": "T1", "coro": "reads"},
   {"op": "sleep", "i": 16, "t": 0},
   {"op": "cancel", "i": 17, "fut": "T1", "msg": "m"},
   {"op": "feed", "i": 18, "obj": "R1", "data": "12345"},
   {"op": "feed_eof", "i": 19, "obj": "R1"},
   {"op": "feed", "i": 20, "obj": "R1", "data": "more"},
   {"op": "at_eof", "i": 21, "obj": "R1"},
   {"op": "sleep", "i": 22, "t": 0},
   {"op": "readexactly", "i": 23, "obj": "R1", "n": 6, "safe": true},
   {"op": "at_eof", "i": 24, "obj": "R1"},
   {"op": "read", "i": 25, "obj": "R1", "n": 1},
   {"op": "readline", "i": 26, "obj": "R1"},
   {"op": "readuntil", "i": 27, "obj": "R1", "sep": ";", "safe": true},
   {"op": "readexactly", "i": 28, "obj": "R1", "n": -1, "safe": true},
   {"op": "reader_fail", "i": 29, "obj": "R1", "exc": "A", "msg": "x"},
   {"op": "read", "i": 30, "obj": "R1", "n": -1, "safe": true}],
  "reads": [{"op": "readline", "i": 31, "obj": "R1"}, {"op": "readexactly", "i": 32, "obj": "R1", "n": 2}]}}`,
		trace: `
0 main begin main
0 main #1 read R1
0 main #1 = ""
0 main #2 spawn T1 = @T1
0 main #3 sleep
0 T1 begin reads
0 T1 #31 readline R1
0 main #3 = null
0 main #4 read R1
0 main #4 ! RuntimeError
0 main #5 feed R1 = null
0 main #6 feed R1 = null
0 loop reader R1 pause
0 main #7 feed R1 = null
0 main #8 sleep
0 T1 #31 = "\u00e9\n"
0 T1 #32 readexactly R1
0 T1 #32 = "\u0000\""
0 T1 end reads = null
0 main #8 = null
0 main #9 readuntil R1
0 main #9 ! LimitOverrunError(4)
0 main #10 read R1
0 loop reader R1 resume
0 main #10 = "cd"
0 main #11 readuntil R1
0 main #11 = "ef;"
0 loop reader R1 pause
0 main #12 feed R1 = null
0 main #13 readline R1
0 loop reader R1 resume
0 main #13 ! ValueError
0 main #14 readline R1
0 main #14 = "h\n"
0 main #15 spawn T1 = @T1#2
0 main #16 sleep
0 loop done T1 result(null)
0 T1#2 begin reads
0 T1#2 #31 readline R1
0 main #16 = null
0 main #17 cancel T1 = true
0 main #18 feed R1 = null
0 main #19 feed_eof R1 = null
0 main #20 feed R1 = eof
0 main #21 at_eof R1 = false
0 main #22 sleep
0 T1#2 #31 ! CancelledError("m")
0 T1#2 end reads ! CancelledError("m")
0 main #22 = null
0 main #23 readexactly R1
0 main #23 ! IncompleteReadError("12345")
0 main #24 at_eof R1 = true
0 main #25 read R1
0 main #25 = ""
0 main #26 readline R1
0 main #26 = ""
0 main #27 readuntil R1
0 main #27 ! IncompleteReadError("")
0 main #28 readexactly R1
0 main #28 ! ValueError
0 main #29 reader_fail R1 = null
0 main #30 read R1
0 main #30 ! A("x")
0 main end main = null
0 loop done T1#2 cancelled cancelling=1
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop end
`,
	},
	{
		name: "a reader fails",
		program: `{"objects": {"R1": {"kind": "reader"}},
 "coros": {
  "main": [
   {"op": "spawn", "i": 1, "task": "T1", "coro": "reads"},
   {"op": "sleep", "i": 2, "t": 0},
   {"op": "feed", "i": 3, "obj": "R1", "data": "ab"},
   {"op": "sleep", "i": 4, "t": 0},
   {"op": "feed", "i": 5, "obj": "R1", "data": "cd"},
   {"op": "reader_fail", "i": 6, "obj": "R1", "exc": "timeout"},
   {"op": "sleep", "i": 7, "t": 0},
   {"op": "status", "i": 8, "fut": "T1"},
   {"op": "spawn", "i": 9, "task": "T2", "coro": "reads"},
   {"op": "await", "i": 10, "fut": "T2", "safe": true}],
  "reads": [{"op": "read", "i": 11, "obj": "R1", "n": -1}]}}`,
		trace: `
0 main begin main
0 main #1 spawn T1 = @T1
0 main #2 sleep
0 T1 begin reads
0 T1 #11 read R1
0 main #2 = null
0 main #3 feed R1 = null
0 main #4 sleep
0 main #4 = null
0 main #5 feed R1 = null
0 main #6 reader_fail R1 = null
0 main #7 sleep
0 T1 #11 ! TimeoutError
0 T1 end reads ! TimeoutError
0 main #7 = null
0 main #8 status T1 = error(TimeoutError)
0 main #9 spawn T2 = @T2
0 main #10 await T2
0 loop done T1 error(TimeoutError)
0 T2 begin reads
0 T2 #11 read R1
0 T2 #11 ! TimeoutError
0 T2 end reads ! TimeoutError
0 loop done T2 error(TimeoutError)
0 main #10 ! TimeoutError
0 main end main = null
0 loop done main result(null)
0 loop main result(null)
0 loop shutdown []
0 loop unretrieved T1 TimeoutError
0 loop end
`,
	},
}
