using EmbeddedTemporal.Schedules.Spec;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>
/// Everything a schedule knows, and the rules by which time and people change it. It does nothing itself: what it decides to start stands
/// in its buffer. Not for use by two at once.
/// </summary>
internal sealed partial class ScheduleState
{
    public const int MostBuffered = 1000;
    private const int BackfillsAtOnce = 10;
    private const int RecentActionsKept = 10;
    private static readonly TimeSpan DefaultCatchupWindow = TimeSpan.FromDays(365);
    private static readonly TimeSpan ShortestCatchupWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan ManualTimeout = TimeSpan.FromSeconds(60);

    private CompiledSpec? spec;

    public required string Namespace { get; init; }

    public required string NamespaceId { get; init; }

    public required string ScheduleId { get; init; }

    /// <summary>Gets the id that tells this schedule from one of the same name before or after it.</summary>
    public required string RunId { get; init; }

    /// <summary>Gets the id of the request that created it.</summary>
    public required string RequestId { get; init; }

    public Schedule Schedule { get; private set; } = new();

    public ScheduleInfo Info { get; init; } = new();

    public Memo? Memo { get; set; }

    public SearchAttributes? SearchAttributes { get; set; }

    /// <summary>Gets or sets what changes with every change by a person, so that two do not overwrite each other.</summary>
    public long ConflictToken { get; set; } = 1;

    /// <summary>Gets or sets the time of the last action, up to which the spec's times are dealt with.</summary>
    public DateTime LastProcessed { get; set; }

    public List<BufferedStart> Buffer { get; init; } = [];

    public List<BackfillRequest> Backfills { get; init; } = [];

    public Payloads? LastCompletionResult { get; set; }

    public Failure? ContinuedFailure { get; set; }

    public bool HasRunning => Info.RunningWorkflows.Count > 0;

    public string Identity => $"temporal-scheduler-{Namespace}-{ScheduleId}";

    private TimeSpan CatchupWindow => Schedule.Policies.CatchupWindow.Span();

    /// <summary>Takes a schedule as given, with the defaults that descriptions show.</summary>
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
        var window = Schedule.Policies.CatchupWindow is { } asked ? asked.Span() : DefaultCatchupWindow;
        Schedule.Policies.CatchupWindow = (window < ShortestCatchupWindow ? ShortestCatchupWindow : window).ToProto();
        try
        {
            spec = new CompiledSpec(Schedule.Spec, $"{NamespaceId}-{ScheduleId}");
            Schedule.Spec = spec.Canonical;
            Info.InvalidScheduleError = string.Empty;
        }
        catch (ScheduleSpecException invalid)
        {
            // Checked when it was created; a time zone can have left this machine since.
            spec = null;
            Info.InvalidScheduleError = invalid.Message;
        }
    }

    /// <summary>Answers the policy for an action: its own, or else the schedule's.</summary>
    public ScheduleOverlapPolicy PolicyOf(BufferedStart start) =>
        start.OverlapPolicy == ScheduleOverlapPolicy.Unspecified ? Schedule.Policies.OverlapPolicy : start.OverlapPolicy;

    /// <summary>Buffers the actions that have come due since the last one.</summary>
    /// <returns>When the next is due; null when there is none.</returns>
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
            // Times that pass while paused are not made up for later.
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

    /// <summary>Buffers actions of the past that somebody asked for, some at a time.</summary>
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

    /// <summary>Answers whether the schedule may act at all: not paused, and with actions left.</summary>
    public bool MayAct(bool manual) =>
        manual || (!Schedule.State.Paused && (!Schedule.State.LimitedActions || Schedule.State.RemainingActions > 0));

    /// <summary>Takes one of the remaining actions, where they are counted.</summary>
    /// <returns>Whether the action may be taken.</returns>
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

    /// <summary>Answers when the schedule must be looked at again if nothing else happens; null for never.</summary>
    public DateTime? WakeAt(DateTime? next, DateTime now) =>
        MoreBackfillsAtOnce() ? now.AddSeconds(1)
        : ExpiresAt(next) is { } expiry ? expiry
        : MayAct(manual: false) ? next
        : null;

    /// <summary>Answers when a schedule that has nothing more to do is removed; null while it has.</summary>
    public DateTime? ExpiresAt(DateTime? next)
    {
        var idle = !Schedule.State.Paused && (next is null || !MayAct(manual: false)) && Backfills.Count == 0 && Buffer.Count == 0;
        return idle ? LastEvent() + IdleLife : null;
    }

    /// <summary>Answers the times of the next actions, at most so many.</summary>
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

    /// <summary>Answers the times the spec names in a range, whether or not the schedule acts on them.</summary>
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
