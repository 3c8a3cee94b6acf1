using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>What others must hear when a run has closed.</summary>
internal static class CloseTransfers
{
    public static bool AreNeeded(MutableState state) => NotifiesParent(state) || state.Children.Count > 0;

    /// <summary>A run that goes on as another one leaves it to that one to tell the parent.</summary>
    public static bool NotifiesParent(MutableState state) =>
        state.Started.ParentWorkflowExecution is not null && RunTransaction.NewExecutionRunId(state.CloseEvent).Length == 0;
}
