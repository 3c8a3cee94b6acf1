namespace EmbeddedTemporal.History.State;

/// <summary>Pending work of a run.</summary>
internal static class RunWork
{
    /// <summary>Whether a task of the run is pending or in progress, so that time must not be skipped.</summary>
    public static bool PreventsTimeSkipping(MutableState state) =>
        state.Facts.CloseTransfersPending
        || (state.IsRunning && ((state.WorkflowTask is { } task && (task.IsStarted || !state.IsPaused)) || state.Activities.Values.Any(activity => activity.IsStarted || IsWaitingForWorker(state, activity))
            || Transfer.Pending(state).Any()));

    /// <summary>Whether the activity's attempt is due and not started.</summary>
    public static bool IsWaitingForWorker(MutableState state, PendingActivity activity) =>
        !state.IsPaused && !activity.IsStarted && activity.Current is { IsBackingOff: false, IsPaused: false };
}
