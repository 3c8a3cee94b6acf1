using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>What others must hear when a run has closed.</summary>
internal static class CloseTransfers
{
    /// <summary>A reset takes parent and children over; they do not hear of the end of the run that was reset.</summary>
    public static bool AreNeeded(MutableState state) =>
        state.Facts.ResetRunId.Length == 0 && (NotifiesParent(state) || state.Children.Count > 0);

    /// <summary>A run that goes on as another one leaves it to that one to tell the parent.</summary>
    public static bool NotifiesParent(MutableState state) =>
        state.Started.ParentWorkflowExecution is not null && RunTransaction.NewExecutionRunId(state.CloseEvent).Length == 0;
}
