using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>What others must hear when a run has closed.</summary>
internal static class CloseTransfers
{
    /// <summary>A reset takes the children over; they do not hear of the end of the run that was reset.</summary>
    public static bool AreNeeded(MutableState state) =>
        NotifiesParent(state) || (state.Children.Count > 0 && !(IsEndedByReset(state) && state.Facts.ResetRunId.Length > 0));

    /// <summary>A run that goes on as another one, or that another one takes the place of, leaves it to that one to tell the parent.</summary>
    public static bool NotifiesParent(MutableState state) =>
        state.Started.ParentWorkflowExecution is not null && !IsEndedByReset(state) && RunTransaction.NewExecutionRunId(state.CloseEvent).Length == 0;

    private static bool IsEndedByReset(MutableState state) => state.CloseEvent.WorkflowExecutionTerminatedEventAttributes?.Identity == ResetHandler.Identity;
}
