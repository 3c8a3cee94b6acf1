using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>The result of applying the overlap policies to the buffered actions.</summary>
/// <param name="Overlapping">Actions to start that may overlap with others.</param>
/// <param name="Single">The action to start because no workflow is running; null for none.</param>
/// <param name="Waiting">Actions that stay buffered until the running workflows close.</param>
/// <param name="Skipped">The number of actions skipped because of overlap.</param>
/// <param name="Cancel">Whether to cancel the running workflows.</param>
/// <param name="Terminate">Whether to terminate the running workflows.</param>
internal sealed record OverlapDecision(
    IReadOnlyList<BufferedStart> Overlapping, BufferedStart? Single, IReadOnlyList<BufferedStart> Waiting, int Skipped, bool Cancel, bool Terminate)
{
    /// <summary>Applies the policies in the order of the buffer.</summary>
    /// <param name="buffer">The actions that are due.</param>
    /// <param name="isRunning">Whether a workflow started before, other than one that may overlap, is still running.</param>
    /// <param name="policyOf">Returns the current overlap policy of an action.</param>
    public static OverlapDecision Of(
        IReadOnlyList<BufferedStart> buffer, bool isRunning, Func<BufferedStart, ScheduleOverlapPolicy> policyOf)
    {
        List<BufferedStart> overlapping = [];
        List<BufferedStart> waiting = [];
        BufferedStart? single = null;
        var (skipped, cancel, terminate) = (0, false, false);
        foreach (var start in buffer)
        {
            var policy = policyOf(start);
            if (policy == ScheduleOverlapPolicy.AllowAll)
            {
                overlapping.Add(start);
            }
            else if (!isRunning && single is null)
            {
                single = start;
            }
            else if (policy is ScheduleOverlapPolicy.CancelOther or ScheduleOverlapPolicy.TerminateOther)
            {
                if (isRunning)
                {
                    cancel |= policy == ScheduleOverlapPolicy.CancelOther;
                    terminate |= policy == ScheduleOverlapPolicy.TerminateOther;
                    waiting.Add(start);
                }
                else
                {
                    // The action that it would cancel is not started yet, so it replaces it.
                    single = start;
                }
            }
            else if (policy == ScheduleOverlapPolicy.BufferAll || (policy == ScheduleOverlapPolicy.BufferOne && waiting.Count == 0))
            {
                waiting.Add(start);
            }
            else
            {
                skipped++;
            }
        }
        // Overlapping actions that were started now would be cancelled at once together with the running workflows.
        return new OverlapDecision(cancel || terminate ? [] : overlapping, single, waiting, skipped, cancel, terminate);
    }
}
