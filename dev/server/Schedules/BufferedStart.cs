using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>An action that is due and not yet taken.</summary>
/// <param name="Nominal">The time the spec names for it.</param>
/// <param name="Actual">When it is due: the nominal time and its jitter.</param>
/// <param name="OverlapPolicy">Its own policy, or unspecified for the schedule's at the time it is taken.</param>
/// <param name="Manual">Whether somebody asked for it (trigger, backfill): neither a pause nor spent actions hold it back.</param>
/// <param name="RequestId">Identifies the start, however often it is tried: it is kept before the first try.</param>
/// <param name="GiveUpAfter">When no more is tried, should the start fail.</param>
internal sealed record BufferedStart(
    DateTime Nominal, DateTime Actual, ScheduleOverlapPolicy OverlapPolicy, bool Manual, string RequestId, DateTime GiveUpAfter);
