using EmbeddedTemporal.Schedules.Spec;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace EmbeddedTemporal.Schedules;

/// <content>What people and the workflows it starts do to a schedule.</content>
internal sealed partial class ScheduleState
{
    /// <summary>Replaces the schedule's definition. Times before now are not acted on, whatever the new spec says.</summary>
    public void Update(Schedule schedule, SearchAttributes? searchAttributes, DateTime now)
    {
        SetSchedule(schedule);
        if (searchAttributes is not null)
        {
            SearchAttributes = searchAttributes;
        }
        Info.UpdateTime = now.ToProto();
        ConflictToken++;
    }

    /// <summary>Triggers, backfills, pauses or resumes.</summary>
    public void Apply(SchedulePatch patch, DateTime now)
    {
        if (patch.TriggerImmediately is { } trigger)
        {
            var time = trigger.ScheduledTime?.Time() ?? now;
            Add(new ScheduleTime(time, time), trigger.OverlapPolicy, manual: true, now + ManualTimeout);
        }
        foreach (var backfill in patch.BackfillRequest)
        {
            Add(backfill);
        }
        if (patch.Pause.Length > 0)
        {
            SetPaused(true, patch.Pause);
        }
        if (patch.Unpause.Length > 0)
        {
            SetPaused(false, patch.Unpause);
        }
    }

    /// <summary>Notes that an action was taken.</summary>
    /// <param name="start">The action.</param>
    /// <param name="execution">The workflow it started.</param>
    /// <param name="now">When.</param>
    /// <param name="overlaps">Whether it may run beside others: then nothing waits for it.</param>
    public void Started(BufferedStart start, WorkflowExecution execution, DateTime now, bool overlaps)
    {
        Info.ActionCount++;
        Info.RecentActions.Add(new ScheduleActionResult
        {
            ScheduleTime = start.Actual.ToProto(),
            ActualTime = now.ToProto(),
            StartWorkflowResult = execution,
            StartWorkflowStatus = WorkflowExecutionStatus.Running,
        });
        while (Info.RecentActions.Count > RecentActionsKept)
        {
            Info.RecentActions.RemoveAt(0);
        }
        if (!overlaps)
        {
            Info.RunningWorkflows.Add(execution);
        }
    }

    /// <summary>Notes how a workflow it started ended: what the next one gets to know of it, and whether the schedule pauses over it.</summary>
    public void Ended(WorkflowExecution execution, ScheduledOutcome outcome)
    {
        Info.RunningWorkflows.Remove(execution);
        foreach (var action in Info.RecentActions.Where(action => action.StartWorkflowResult?.Equals(execution) == true))
        {
            action.StartWorkflowStatus = outcome.Status;
        }
        if (Schedule.Policies.PauseOnFailure && !Schedule.State.Paused)
        {
            switch (outcome.Status)
            {
                case WorkflowExecutionStatus.Failed:
                    SetPaused(true, $"paused due to workflow failure: {execution.WorkflowId}: {outcome.Failure?.Message}");
                    break;
                case WorkflowExecutionStatus.TimedOut:
                    SetPaused(true, $"paused due to workflow timeout: {execution.WorkflowId}");
                    break;
            }
        }
        if (outcome.Result is not null)
        {
            (LastCompletionResult, ContinuedFailure) = (outcome.Result, null);
        }
        else if (outcome.Failure is not null)
        {
            ContinuedFailure = outcome.Failure;
        }
    }

    private void SetPaused(bool paused, string notes)
    {
        (Schedule.State.Paused, Schedule.State.Notes) = (paused, notes);
        ConflictToken++;
    }

    private void Add(BackfillRequest backfill)
    {
        if (Backfills.Count >= MostBuffered)
        {
            Info.BufferDropped++;
            return;
        }
        var own = backfill.Clone();
        // Just before its start, so that the start itself is part of it.
        own.StartTime = backfill.StartTime.Time().AddMilliseconds(-1).ToProto();
        Backfills.Add(own);
    }
}
