using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>A buffered action that is due and not started.</summary>
/// <param name="Nominal">The nominal time from the spec.</param>
/// <param name="Actual">The actual time: the nominal time plus jitter.</param>
/// <param name="OverlapPolicy">Its own overlap policy, or unspecified for the schedule's policy at the time of the start.</param>
/// <param name="Manual">Whether it is a trigger or a backfill, which is independent of a pause and of the remaining actions.</param>
/// <param name="RequestId">The request id of the start, the same for all attempts: it is persisted before the first one.</param>
/// <param name="GiveUpAfter">The time after which a failed start is not retried.</param>
internal sealed record BufferedStart(
    DateTime Nominal, DateTime Actual, ScheduleOverlapPolicy OverlapPolicy, bool Manual, string RequestId, DateTime GiveUpAfter);
