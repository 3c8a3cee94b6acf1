using EmbeddedTemporal.Common;

namespace EmbeddedTemporal.History.State;

/// <summary>The type of a transfer task.</summary>
internal enum TransferKind
{
    StartChild,
    Signal,
    Cancel,
    Close,
}

/// <summary>
/// A transfer task from one run to another. The pending ones follow from history: the initiated event is there and the event with the outcome is not. So
/// they are committed with the run, survive a restart, and are delivered until their outcome is recorded.
/// </summary>
internal sealed record Transfer(TransferKind Kind, long EventId)
{
    public static IEnumerable<Transfer> Pending(MutableState state)
    {
        if (!state.IsRunning)
        {
            return state.Facts.CloseTransfersPending ? [new(TransferKind.Close, 0)] : [];
        }

        if (state.Children.Count + state.ExternalSignals.Count + state.ExternalCancels.Count == 0)
        {
            return [];
        }

        return state.Children.Values.Where(child => !child.IsStarted).Select(child => new Transfer(TransferKind.StartChild, child.InitiatedEventId))
            .Concat(state.ExternalSignals.Keys.Select(id => new Transfer(TransferKind.Signal, id)))
            .Concat(state.ExternalCancels.Keys.Select(id => new Transfer(TransferKind.Cancel, id)));
    }

    /// <summary>Returns the request id by which the target deduplicates deliveries.</summary>
    public string RequestId(RunKey from) => $"{from.RunId}/{Kind}/{EventId}";
}
