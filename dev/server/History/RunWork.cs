using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>What a run waits for, seen from outside.</summary>
internal static class RunWork
{
    /// <summary>Whether somebody is at work for the run, so that time may not be skipped.</summary>
    public static bool KeepsTime(MutableState state) =>
        state.Facts.CloseTransfersPending
        || (state.IsRunning && ((state.WorkflowTask is { } task && (task.IsStarted || !state.IsPaused)) || state.Activities.Values.Any(activity => activity.IsStarted || IsWaitingForWorker(state, activity))
            || Transfer.Pending(state).Any()));

    /// <summary>Whether the activity's attempt is due and nobody has it.</summary>
    public static bool IsWaitingForWorker(MutableState state, PendingActivity activity) =>
        !state.IsPaused && !activity.IsStarted && activity.Current is { IsBackingOff: false, IsPaused: false };
}
