using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Limits;

/// <summary>The limits of history size and event count, above which a run is terminated (real server: workflow/context.go).</summary>
internal static class HistoryLimits
{
    /// <exception cref="HistoryLimitException">The run is running and its history exceeds a limit.</exception>
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

    /// <summary>Whether the buffered events exceed a limit.</summary>
    public static bool IsBufferFull(MutableState state, ServerLimits limits) =>
        state.Buffered.Count > limits.BufferedEvents || state.BufferedBytes > limits.BufferedBytes;

    /// <summary>Returns the reasons to suggest continue-as-new to the worker.</summary>
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

/// <summary>A transaction made the history exceed a limit: it is rolled back, and the run is terminated with this message.</summary>
internal sealed class HistoryLimitException(string message) : Exception(message);
