using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>Which other workflows are notified when a run closes.</summary>
internal static class CloseTransfers
{
    /// <summary>Whether the close needs transfer tasks. After a reset the children belong to the new run, so no parent close policy applies to them.</summary>
    public static bool AreNeeded(MutableState state) =>
        NotifiesParent(state) || (state.Children.Count > 0 && !(IsEndedByReset(state) && state.Facts.ResetRunId.Length > 0));

    /// <summary>Whether the parent is notified: not when another run follows (continue-as-new, retry, cron, reset), which will notify it instead.</summary>
    public static bool NotifiesParent(MutableState state) =>
        state.Started.ParentWorkflowExecution is not null && !IsEndedByReset(state) && RunTransaction.NewExecutionRunId(state.CloseEvent).Length == 0;

    private static bool IsEndedByReset(MutableState state) => state.CloseEvent.WorkflowExecutionTerminatedEventAttributes?.Identity == ResetHandler.Identity;
}
