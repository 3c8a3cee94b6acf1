using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;

namespace EmbeddedTemporal.History;

/// <summary>What a transfer brings to another run.</summary>
internal enum TransferKind
{
    StartChild,
    Signal,
    Cancel,
    Close,
}

/// <summary>
/// Something that one run must do to another. A run's history says which are still pending: the event that asks for it is there and the one
/// that tells the outcome is not. So they are committed with the run, survive a restart, and are delivered until their outcome is recorded.
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

    /// <summary>Answers the request id with which the target recognises a second delivery.</summary>
    public string RequestId(RunKey from) => $"{from.RunId}/{Kind}/{EventId}";
}
