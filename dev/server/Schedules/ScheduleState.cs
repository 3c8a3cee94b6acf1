using EmbeddedTemporal.Schedules.Spec;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>
/// The state of a schedule, and the rules for elapsed time and changes. It has no side effects: actions to start are added to its buffer.
/// Not thread-safe.
/// </summary>
internal sealed partial class ScheduleState
{
    public const int MostBuffered = 1000;
    private const int BackfillsAtOnce = 10;
    private const int MostRecentActions = 10;
    private static readonly TimeSpan DefaultCatchupWindow = TimeSpan.FromDays(365);
    private static readonly TimeSpan ShortestCatchupWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan ManualTimeout = TimeSpan.FromSeconds(60);

    private CompiledSpec? spec;

    public required string Namespace { get; init; }

    public required string NamespaceId { get; init; }

    public required string ScheduleId { get; init; }

    /// <summary>Gets the id that distinguishes this schedule from an earlier or later one with the same schedule id.</summary>
    public required string RunId { get; init; }

    /// <summary>Gets the id of the request that created it.</summary>
    public required string RequestId { get; init; }

    public Schedule Schedule { get; private set; } = new();

    public ScheduleInfo Info { get; init; } = new();

    public Memo? Memo { get; set; }

    public SearchAttributes? SearchAttributes { get; set; }

    /// <summary>Gets or sets the conflict token, which changes with every change of the schedule.</summary>
    public long ConflictToken { get; set; } = 1;

    /// <summary>Gets or sets the time up to which the spec's matching times are processed.</summary>
    public DateTime LastProcessed { get; set; }

    public List<BufferedStart> Buffer { get; init; } = [];

    public List<BackfillRequest> Backfills { get; init; } = [];

    public Payloads? LastCompletionResult { get; set; }

    public Failure? ContinuedFailure { get; set; }

    public bool HasRunning => Info.RunningWorkflows.Count > 0;

    public string Identity => $"temporal-scheduler-{Namespace}-{ScheduleId}";

    private TimeSpan CatchupWindow => Schedule.Policies.CatchupWindow.Span();

    /// <summary>Sets the schedule's definition, filling in the defaults that descriptions include.</summary>
    public void SetSchedule(Schedule given)
    {
        Schedule = given.Clone();
        Schedule.Spec ??= new ScheduleSpec();
        Schedule.Action ??= new ScheduleAction();
        Schedule.State ??= new Temporalio.Api.Schedule.V1.ScheduleState();
        Schedule.Policies ??= new SchedulePolicies();
        if (Schedule.Policies.OverlapPolicy == ScheduleOverlapPolicy.Unspecified)
        {
            Schedule.Policies.OverlapPolicy = ScheduleOverlapPolicy.Skip;
        }
        var window = Schedule.Policies.CatchupWindow is { } requested ? requested.Span() : DefaultCatchupWindow;
        Schedule.Policies.CatchupWindow = (window < ShortestCatchupWindow ? ShortestCatchupWindow : window).ToProto();
        try
        {
            spec = new CompiledSpec(Schedule.Spec, $"{NamespaceId}-{ScheduleId}");
            Schedule.Spec = spec.Canonical;
            Info.InvalidScheduleError = string.Empty;
        }
        catch (ScheduleSpecException invalid)
        {
            // The spec was validated on creation, but its time zone can be missing on this machine.
            spec = null;
            Info.InvalidScheduleError = invalid.Message;
        }
    }

    /// <summary>Returns the overlap policy of an action: its own, or else the schedule's.</summary>
    public ScheduleOverlapPolicy PolicyOf(BufferedStart start) =>
        start.OverlapPolicy == ScheduleOverlapPolicy.Unspecified ? Schedule.Policies.OverlapPolicy : start.OverlapPolicy;

    /// <summary>Buffers the actions that have become due since the last processed time.</summary>
    /// <returns>The time of the next action; null when there is none.</returns>
    public DateTime? ProcessElapsed(DateTime now)
    {
        var until = now > LastProcessed ? now : LastProcessed;
        if (spec is null)
        {
            LastProcessed = until;
            return null;
        }
        if (!MayAct(manual: false))
        {
            // Matching times during a pause are not caught up later.
            LastProcessed = until;
            return spec.Next(until)?.Actual;
        }
        var last = LastProcessed;
        var next = spec.Next(last);
        for (; next is { } time && time.Actual <= until; next = spec.Next(time.Actual))
        {
            if (Info.UpdateTime?.Time() > time.Actual)
            {
                continue;
            }
            if (until - time.Actual > CatchupWindow)
            {
                Info.MissedCatchupWindow++;
                last = time.Actual;
                continue;
            }
            Add(time, ScheduleOverlapPolicy.Unspecified, manual: false, time.Actual.SaturatingAdd(CatchupWindow));
            last = time.Actual;
        }
        LastProcessed = last;
        return next?.Actual;
    }

    /// <summary>Buffers some actions of the pending backfills.</summary>
    public void ProcessBackfills(DateTime now)
    {
        for (var left = BackfillsAtOnce; left > 0 && Backfills.Count > 0 && Buffer.Count < MostBuffered / 2;)
        {
            var backfill = Backfills[0];
            var until = backfill.EndTime.Time();
            var next = spec?.Next(backfill.StartTime.Time());
            for (; left > 0 && next is { } time && time.Actual <= until; left--)
            {
                Add(time, backfill.OverlapPolicy, manual: true, now + ManualTimeout);
                backfill.StartTime = time.Actual.ToProto();
                next = spec!.Next(time.Actual);
            }
            if (next is not { } following || following.Actual > until)
            {
                Backfills.RemoveAt(0);
            }
        }
    }

    /// <summary>Returns whether an action may be started: it is manual, or the schedule is not paused and has remaining actions.</summary>
    public bool MayAct(bool manual) =>
        manual || (!Schedule.State.Paused && (!Schedule.State.LimitedActions || Schedule.State.RemainingActions > 0));

    /// <summary>Decrements the remaining actions if they are limited.</summary>
    /// <returns>Whether the action may be started.</returns>
    public bool TryTakeAction(bool manual)
    {
        if (!MayAct(manual))
        {
            return false;
        }
        if (!manual && Schedule.State.LimitedActions)
        {
            Schedule.State.RemainingActions--;
            ConflictToken++;
        }
        return true;
    }

    /// <summary>Returns the time of the next wake-up; null for none.</summary>
    public DateTime? WakeAt(DateTime? next, DateTime now) =>
        MoreBackfillsAtOnce() ? now.AddSeconds(1)
        : ExpiresAt(next) is { } expiry ? expiry
        : MayAct(manual: false) ? next
        : null;

    /// <summary>Returns the time at which an idle schedule, one without further actions, is deleted; null if it is not idle.</summary>
    public DateTime? ExpiresAt(DateTime? next)
    {
        var idle = !Schedule.State.Paused && (next is null || !MayAct(manual: false)) && Backfills.Count == 0 && Buffer.Count == 0;
        return idle ? LastEvent() + IdleLife : null;
    }

    /// <summary>Returns the times of the next actions, at most <paramref name="most"/>.</summary>
    public IEnumerable<DateTime> Upcoming(int most)
    {
        most = Schedule.State.LimitedActions ? (int)Math.Min(most, Math.Max(Schedule.State.RemainingActions, 0)) : most;
        var after = LastProcessed;
        while (most > 0 && spec?.Next(after) is { } time)
        {
            after = time.Actual;
            if (!(Info.UpdateTime?.Time() > time.Actual))
            {
                most--;
                yield return time.Actual;
            }
        }
    }

    /// <summary>Returns the spec's matching times in a range, regardless of pauses and remaining actions.</summary>
    public IEnumerable<DateTime> Matching(DateTime after, DateTime until, int most) =>
        spec?.Between(after, until, most).Select(time => time.Actual) ?? [];

    private bool MoreBackfillsAtOnce() => Backfills.Count > 0
        && (Backfills[0].OverlapPolicy == ScheduleOverlapPolicy.Unspecified ? Schedule.Policies.OverlapPolicy : Backfills[0].OverlapPolicy)
            == ScheduleOverlapPolicy.AllowAll;

    private DateTime LastEvent() => new[]
    {
        Info.CreateTime?.Time() ?? DateTime.UnixEpoch,
        Info.UpdateTime?.Time() ?? DateTime.UnixEpoch,
        Info.RecentActions.LastOrDefault()?.ActualTime?.Time() ?? DateTime.UnixEpoch,
    }.Max();

    private void Add(ScheduleTime time, ScheduleOverlapPolicy policy, bool manual, DateTime giveUpAfter)
    {
        if (Buffer.Count >= MostBuffered)
        {
            Info.BufferDropped++;
            return;
        }
        Buffer.Add(new BufferedStart(time.Nominal, time.Actual, policy, manual, Guid.NewGuid().ToString(), giveUpAfter));
    }
}
