using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>How long a history may become before its run is terminated (real server: workflow/context.go).</summary>
internal static class HistoryLimits
{
    /// <exception cref="HistoryLimitException">The run goes on and its history is too long.</exception>
    public static void Require(MutableState state, ServerLimits limits)
    {
        if (!state.IsRunning)
        {
            return;
        }

        if (state.HistorySizeBytes > limits.HistorySizeBytes)
        {
            throw new HistoryLimitException("Workflow history size exceeds limit.");
        }

        if (state.Events.Count > limits.HistoryEvents)
        {
            throw new HistoryLimitException("Workflow history count exceeds limit.");
        }
    }

    /// <summary>Whether more events wait for the running workflow task to end than may.</summary>
    public static bool IsBufferFull(MutableState state, ServerLimits limits) =>
        state.Buffered.Count > limits.BufferedEvents || state.BufferedBytes > limits.BufferedBytes;

    /// <summary>Why a worker should be advised to go on as a new run.</summary>
    public static IEnumerable<SuggestContinueAsNewReason> ReasonsToContinueAsNew(MutableState state, long startedEventId, ServerLimits limits)
    {
        if (state.HistorySizeBytes >= limits.SuggestContinueAsNewBytes)
        {
            yield return SuggestContinueAsNewReason.HistorySizeTooLarge;
        }

        if (startedEventId >= limits.SuggestContinueAsNewEvents)
        {
            yield return SuggestContinueAsNewReason.TooManyHistoryEvents;
        }

        if (state.Updates.Count + state.AdmittedUpdates.Count >= Math.Ceiling(limits.TotalUpdates * ServerLimits.SuggestContinueAsNewUpdateShare))
        {
            yield return SuggestContinueAsNewReason.TooManyUpdates;
        }
    }
}

/// <summary>What a transaction did made the history too long: none of it takes effect, and the run is terminated with this message.</summary>
internal sealed class HistoryLimitException(string message) : Exception(message);
