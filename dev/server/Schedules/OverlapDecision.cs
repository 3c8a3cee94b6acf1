using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>What becomes of the actions that are due, given whether a workflow of the schedule still runs.</summary>
/// <param name="Overlapping">Start all of these: they may run beside others.</param>
/// <param name="Single">Start this one, for nothing runs; null for none.</param>
/// <param name="Waiting">These wait for what runs to end.</param>
/// <param name="Skipped">How many were dropped because something runs.</param>
/// <param name="Cancel">Cancel what runs.</param>
/// <param name="Terminate">Terminate what runs.</param>
internal sealed record OverlapDecision(
    IReadOnlyList<BufferedStart> Overlapping, BufferedStart? Single, IReadOnlyList<BufferedStart> Waiting, int Skipped, bool Cancel, bool Terminate)
{
    /// <summary>Decides, in the order of the buffer.</summary>
    /// <param name="buffer">The actions that are due.</param>
    /// <param name="isRunning">Whether a workflow started before, other than one that may overlap, still runs.</param>
    /// <param name="policyOf">The policy that holds for an action now.</param>
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
                    // What it would cancel has not even begun: it takes its place.
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
        // What starts beside others now would be cancelled with them at once.
        return new OverlapDecision(cancel || terminate ? [] : overlapping, single, waiting, skipped, cancel, terminate);
    }
}
