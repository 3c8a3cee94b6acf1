using EmbeddedTemporal.Schedules.Spec;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace EmbeddedTemporal.Schedules;

/// <content>Changes by clients and by the workflows that the schedule has started.</content>
internal sealed partial class ScheduleState
{
    /// <summary>Replaces the schedule's definition. Matching times of the new spec before now are skipped.</summary>
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

    /// <summary>Applies a patch: trigger, backfill, pause or unpause.</summary>
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

    /// <summary>Records a started action.</summary>
    /// <param name="start">The action.</param>
    /// <param name="execution">The started workflow.</param>
    /// <param name="now">The current time.</param>
    /// <param name="overlaps">Whether the workflow may overlap with others, so that no action waits for its close.</param>
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
        while (Info.RecentActions.Count > MostRecentActions)
        {
            Info.RecentActions.RemoveAt(0);
        }
        if (!overlaps)
        {
            Info.RunningWorkflows.Add(execution);
        }
    }

    /// <summary>Records the outcome of a started workflow: its result or failure for the next start, and a pause on failure if configured.</summary>
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
        // One millisecond before the start, so that the start time itself is included.
        own.StartTime = backfill.StartTime.Time().AddMilliseconds(-1).ToProto();
        Backfills.Add(own);
    }
}
