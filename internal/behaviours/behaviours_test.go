// Package behaviours_test maps behaviours of CPython that ports of asyncio get
// wrong, each named by the test that CPython has for it, to the test that this
// module has for the same.
package behaviours_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A behaviour is a test of CPython's and ours.
type behaviour struct {
	cpython string // module.Class.test
	file    string // of our test, from the module's root
	test    string
}

var behaviours = []behaviour{
	{"test_tasks.BaseTaskTests.test_cancelling", "tasks/cancel_test.go", "TestCancelCountsEachRequest"},
	{"test_tasks.BaseTaskTests.test_uncancel_basic", "tasks/cancel_test.go", "TestUncancelTakesBackOneRequest"},
	{"test_tasks.BaseTaskTests.test_uncancel_structured_blocks", "tasks/cancel_test.go", "TestUncancelMakesStructuredBlocks"},
	{"test_tasks.BaseTaskTests.test_uncancel_resets_must_cancel", "tasks/cancel_test.go", "TestUncancelRecallsWhatWasNotDelivered"},
	{"test_tasks.BaseTaskTests.test_cancel_with_message_then_future_result", "tasks/cancel_test.go", "TestCancelMessageReachesResult"},
	{"test_tasks.BaseTaskTests.test_cancel_with_message_before_starting_task", "tasks/cancel_test.go", "TestCancelBeforeTheFirstStep"},
	{"test_tasks.BaseTaskTests.test_cancel_yield", "tasks/cancel_test.go", "TestCancelAtABareYield"},
	{"test_tasks.BaseTaskTests.test_cancel_inner_future", "tasks/cancel_test.go", "TestCancelOfTheAwaitedFuture"},
	{"test_tasks.BaseTaskTests.test_cancel_both_task_and_inner_future", "tasks/cancel_test.go", "TestCancelOfTheAwaitedFuture"},
	{"test_tasks.BaseTaskTests.test_cancel_task_catching", "tasks/cancelbody_test.go", "TestTaskThatCatchesItsCancellationSucceeds"},
	{"test_tasks.BaseTaskTests.test_cancel_task_ignoring", "tasks/cancelbody_test.go", "TestTaskThatIgnoresItsCancellationGoesOn"},
	{"test_tasks.BaseTaskTests.test_cancel_current_task", "tasks/cancelbody_test.go", "TestTaskThatCancelsItselfFailsAtItsNextWait"},
	{"test_tasks.BaseTaskTests.test_cancel_at_end", "tasks/cancelbody_test.go", "TestTaskCancelledInItsLastStepLosesItsResult"},
	{"test_tasks.BaseTaskTests.test_cancel_awaited_task", "tasks/cancelbody_test.go", "TestTaskThatCancelledItselfCancelsWhatItThenAwaits"},
	{"test_tasks.BaseTaskTests.test_stop_while_run_in_complete", "tasks/task_test.go", "TestStopLeavesRunUntilComplete"},
	{"test_tasks.BaseTaskTests.test_wait_first_completed", "tasks/wait_test.go", "TestWait"},
	{"test_tasks.BaseTaskTests.test_wait_first_exception", "tasks/wait_test.go", "TestWait"},
	{"test_tasks.BaseTaskTests.test_wait_first_exception_in_wait", "tasks/wait_test.go", "TestWait"},
	{"test_tasks.BaseTaskTests.test_wait_with_timeout", "tasks/wait_test.go", "TestWait"},
	{"test_tasks.BaseTaskTests.test_wait_concurrent_complete", "tasks/wait_test.go", "TestWait"},
	{"test_tasks.BaseTaskTests.test_as_completed_same_tasks_in_as_out", "tasks/completed_test.go", "TestAsCompletedFuturesAreTheTasksGiven"},
	{"test_tasks.BaseTaskTests.test_as_completed_with_timeout", "tasks/completed_test.go", "TestAsCompletedTimeout"},
	{"test_tasks.BaseTaskTests.test_as_completed_resume_iterator", "tasks/completed_test.go", "TestAsCompletedCanBeResumed"},
	{"test_tasks.BaseTaskTests.test_as_completed_concurrent", "tasks/completed_test.go", "TestAsCompletedWithTwoConsumers"},
	{"test_tasks.BaseTaskTests.test_sleep_cancel", "tasks/cancelbody_test.go", "TestCancelledSleepTakesItsTimerAlong"},
	{"test_tasks.BaseTaskTests.test_task_awaits_on_itself", "tasks/task_test.go", "TestTaskCannotAwaitItself"},
	{"test_tasks.BaseTaskTests.test_other_loop_future", "tasks/task_test.go", "TestFutureOfAnotherLoop"},
	{"test_tasks.BaseTaskTests.test_current_task_with_interleaving_tasks", "tasks/task_test.go", "TestCurrentTaskFollowsTheSwitches"},
	{"test_tasks.BaseTaskTests.test_yield_wait_does_not_shield_cancel", "tasks/wait_test.go", "TestCancelledWaitCancelsNothing"},
	{"test_tasks.BaseTaskTests.test_context_3", "tasks/task_test.go", "TestValuesOfContextsStayApart"},
	{"test_tasks.BaseTaskTests.test_baseexception_during_cancel", "tasks/cancelbody_test.go", "TestErrorDuringCancellationWins"},
	{"test_tasks.BaseTaskTests.test_shield_cancel_inner", "tasks/shield_test.go", "TestShieldFollowsItsCancelledInner"},
	{"test_tasks.BaseTaskTests.test_shield_cancel_outer", "tasks/shield_test.go", "TestShieldKeepsACancellationFromItsInner"},
	{"test_tasks.BaseTaskTests.test_shield_shortcut", "tasks/shield_test.go", "TestShieldOfWhatIsDoneIsThat"},
	{"test_tasks.BaseTaskTests.test_shield_gather", "tasks/shield_test.go", "TestShieldOfAGather"},
	{"test_tasks.BaseTaskTests.test_gather_shield", "tasks/shield_test.go", "TestGatherOfShields"},
	{"test_tasks.BaseTaskTests.test_cancel_gather_1", "tasks/gather_test.go", "TestGatherRefusesToBeCancelledAtItsEnd"},
	{"test_tasks.BaseTaskTests.test_cancel_gather_2", "tasks/gather_test.go", "TestSettledGatherDoesNotSwallowCancellations"},
	{"test_tasks.FutureGatherTests.test_one_cancellation", "tasks/gather_test.go", "TestGatherFailsWithACancelledChild"},
	{"test_tasks.FutureGatherTests.test_result_exception_one_cancellation", "tasks/gather_test.go", "TestSettledGatherHasEveryOutcome"},
	{"test_tasks.CoroutineGatherTests.test_cancellation_broadcast", "tasks/gather_test.go", "TestCancelOfAGatherGoesToAllChildren"},
	{"test_tasks.CoroutineGatherTests.test_exception_marking", "tasks/gather_test.go", "TestErrorsAfterAGathersFirstCountAsSeen"},
	{"test_tasks.CoroutineGatherTests.test_duplicate_coroutines", "tasks/gather_test.go", "TestGatherRunsADuplicateOnce"},
	{"test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_timeout", "tasks/threadsafe_test.go", "TestTaskFromAnotherGoroutineThatGivesUp"},
	{"test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_cancelled", "tasks/threadsafe_test.go", "TestTaskFromAnotherGoroutineThatCancelsItself"},
	{"test_tasks.SetMethodsTest.test_set_result_causes_invalid_state", "tasks/task_test.go", "TestOutcomeOfATaskCannotBeSet"},
	{"test_futures.BaseFutureDoneCallbackTests.test_remove_done_callback", "futures/callbacks_test.go", "TestUnsubscribeRemovesAllEqual"},
	{"test_futures.BaseFutureDoneCallbackTests.test_remove_done_callbacks_list_mutation", "futures/callbacks_test.go", "TestListChangesWhileItIsScheduled"},
	{"test_futures.BaseFutureDoneCallbackTests.test_schedule_callbacks_list_mutation_1", "futures/callbacks_test.go", "TestListChangesWhileItIsScheduled"},
	{"test_futures.BaseFutureDoneCallbackTests.test_schedule_callbacks_list_mutation_2", "futures/callbacks_test.go", "TestListChangesWhileItIsScheduled"},
	{"test_futures.BaseFutureTests.test_tb_logger_exception_unretrieved", "futures/unretrieved_test.go", "TestUnseenErrorIsReportedWhenCollected"},
	{"test_futures.BaseFutureTests.test_tb_logger_not_called_after_cancel", "futures/unretrieved_test.go", "TestSeenErrorsAreNotReported"},
	{"test_futures.BaseFutureTests.test_wrap_future_cancel2", "threads/await_test.go", "TestWrapFutureCancel2OfAJob"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started", "tasks/waitfor_test.go", "TestWaitForWithoutTimeDoesNotStartACoroutine"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_race_condition", "tasks/waitfor_test.go", "TestWaitForSomethingQuick"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_cancellation_race_condition", "tasks/waitfor_test.go", "TestWaitForWhatSwallowsItsCancellation"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation", "tasks/waitfor_test.go", "TestWaitForWaitsForTheCleanup"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_reraises_exception_during_cancellation", "tasks/waitfor_test.go", "TestWaitForReturnsAnErrorOfTheCleanup"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_cancel_suppressed", "tasks/waitfor_test.go", "TestWaitForWhatSwallowsItsCancellation"},
	{"test_waitfor.AsyncioWaitForTest.test_wait_for_issue86296", "tasks/waitfor_test.go", "TestWaitForDoesNotLoseACancellation"},
	{"test_waitfor.WaitForShieldTests.test_shielded_timeout", "tasks/waitfor_test.go", "TestWaitForAShield"},
	{"test_timeouts.TimeoutTests.test_nested_timeouts", "timeouts/nested_test.go", "TestNestedTimeouts"},
	{"test_timeouts.TimeoutTests.test_nested_timeouts_concurrent", "timeouts/nested_test.go", "TestNestedTimeouts"},
	{"test_timeouts.TimeoutTests.test_nested_timeouts_loop_busy", "timeouts/nested_test.go", "TestNestedTimeouts"},
	{"test_timeouts.TimeoutTests.test_timeout_in_the_past_sleep_zero", "timeouts/timeout_test.go", "TestTimeout"},
	{"test_timeouts.TimeoutTests.test_foreign_exception_on_timeout", "timeouts/timeout_test.go", "TestTimeout"},
	{"test_timeouts.TimeoutTests.test_outer_task_is_not_cancelled", "timeouts/timeout_test.go", "TestTimeoutLeavesItsTaskAlone"},
	{"test_timeouts.TimeoutTests.test_reschedule", "timeouts/timeout_test.go", "TestRescheduleFromAnotherTask"},
	{"test_timeouts.TimeoutTests.test_nested_timeout_in_finally", "timeouts/nested_test.go", "TestTimeoutInTheCleanupOfAnother"},
	{"test_timeouts.TimeoutTests.test_cancel_in_timeout_after_cancellation", "timeouts/nested_test.go", "TestCancelInATimeoutAfterACancellation"},
	{"test_taskgroups.TestTaskGroup.test_taskgroup_03", "taskgroups/group_test.go", "TestCancellingOneTaskLeavesTheRest"},
	{"test_taskgroups.TestTaskGroup.test_cancel_children_on_child_error", "taskgroups/errors_test.go", "TestErrorOfATaskCancelsTheBody"},
	{"test_taskgroups.TestTaskGroup.test_taskgroup_09", "taskgroups/errors_test.go", "TestErrorsOfAGroup"},
	{"test_taskgroups.TestTaskGroup.test_taskgroup_15", "taskgroups/outside_test.go", "TestErrorBeatsCancelFromOutside"},
	{"test_taskgroups.TestTaskGroup.test_taskgroup_18", "taskgroups/errors_test.go", "TestErrorsOfAGroup"},
	{"test_taskgroups.TestTaskGroup.test_taskgroup_21a", "taskgroups/errors_test.go", "TestCleanupOfTheBodyFailsToo"},
	{"test_taskgroups.TestTaskGroup.test_taskgroup_23", "taskgroups/group_test.go", "TestRunForgetsTasksThatAreDone"},
	{"test_taskgroups.TestTaskGroup.test_cancelling_level_preserved", "taskgroups/outside_test.go", "TestHandledErrorLeavesNoTrace"},
	{"test_taskgroups.TestTaskGroup.test_nested_groups_both_cancelled", "taskgroups/outside_test.go", "TestNestedGroupsBothFail"},
	{"test_taskgroups.TestTaskGroup.test_error_and_cancel", "taskgroups/outside_test.go", "TestCancelComesAfterTheHandledError"},
	{"test_locks.LockTests.test_cancel_race", "locks/lock_test.go", "TestLockCancelRace"},
	{"test_locks.LockTests.test_cancel_release_race", "locks/lock_test.go", "TestLockCancelReleaseRace"},
	{"test_locks.LockTests.test_finished_waiter_cancelled", "locks/lock_test.go", "TestLockFinishedWaiterCancelled"},
	{"test_locks.ConditionTests.test_wait_cancel_contested", "locks/condition_test.go", "TestConditionWaitCancelContested"},
	{"test_locks.ConditionTests.test_wait_cancel_after_notify", "locks/condition_test.go", "TestConditionWaitCancelAfterNotify"},
	{"test_locks.ConditionTests.test_cancelled_error_re_aquire", "locks/condition_test.go", "TestConditionCancelledErrorIsTheSame"},
	{"test_locks.ConditionTests.test_cancelled_wakeup_relock", "locks/condition_test.go", "TestConditionCancelledWakeup"},
	{"test_locks.SemaphoreTests.test_acquire_cancel_before_awoken", "locks/semaphore_test.go", "TestSemaphoreAcquireCancelBeforeAwoken"},
	{"test_locks.SemaphoreTests.test_acquire_fifo_order_4", "locks/semaphore_test.go", "TestSemaphoreFIFOOrder4"},
	{"test_locks.BarrierTests.test_filling_tasks_cancel_one", "locks/barrier_test.go", "TestBarrierFillingCancelOne"},
	{"test_locks.BarrierTests.test_reset_barrier_when_tasks_half_draining_half_blocking", "locks/barrier_test.go", "TestBarrierResetHalfDrainingHalfBlocking"},
	{"test_queues.QueueGetTests.test_get_cancelled_race", "queues/queue_test.go", "TestGetCancelledRace"},
	{"test_queues.QueuePutTests.test_put_cancelled_race", "queues/queue_test.go", "TestPutCancelledRace"},
	{"test_queues.QueuePutTests.test_get_cancel_drop_many_pending_readers", "queues/queue_test.go", "TestGetCancelDropManyPendingReaders"},
	{"test_queues._QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished", "queues/finish_test.go", "TestShutdownImmediateWithUnfinished"},
	{"test_base_events.BaseEventLoopTests.test__run_once_cancelled_event_cleanup", "eventloop/heap_test.go", "TestCancelledTimersDoNotPileUp"},
	{"test_base_events.BaseEventLoopTests.test_run_forever_pre_stopped", "eventloop/stop_test.go", "TestStopBeforeTheRun"},
	{"test_runners.RunnerTests.test_interrupt_call_soon", "runners/interrupt_unix_test.go", "TestInterrupt"},
}

// The table has no holes: each behaviour is there once, and its test exists and
// says in its own text which behaviour it is about.
func TestEveryBehaviourHasATest(t *testing.T) {
	if len(behaviours) != 98 {
		t.Errorf("%d behaviours, want 98", len(behaviours))
	}
	seen := make(map[string]bool)
	for _, b := range behaviours {
		if seen[b.cpython] {
			t.Errorf("%s stands twice", b.cpython)
		}
		seen[b.cpython] = true
		text := testText(t, "../../"+b.file, b.test)
		name := b.cpython[strings.LastIndexByte(b.cpython, '.')+1:]
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
			t.Errorf("%s in %s does not say that it is about %s", b.test, b.file, b.cpython)
		}
	}
}

// testText returns the comment and the body of a test.
func testText(t *testing.T, file, test string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != test {
			continue
		}
		start := fn.Pos()
		if fn.Doc != nil {
			start = fn.Doc.Pos()
		}
		return string(src[fset.Position(start).Offset:fset.Position(fn.End()).Offset])
	}
	t.Errorf("no %s in %s", test, file)
	return ""
}
