using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using OrderOrchestration.Activities.Telemetry;

namespace OrderOrchestration.Activities.Figures;

/// <summary>
/// The gauges of contract §5, set by <see cref="FiguresReader"/>: a scrape reads memory only. Ages are computed at the scrape. Each worker exports all
/// gauges, so a query takes the maximum over workers. A kind of intervention without open ones is exported as 0, because a series that ends would
/// retain its last value.
/// </summary>
internal sealed class FigureGauges
{
    private readonly TimeProvider time;
    private readonly HashSet<AttentionKind> kinds = [];
    private readonly HashSet<string> settlementSteps = [];
    private volatile Snapshot? latest;

    [SuppressMessage("Reliability", "CA2000", Justification = "The factory disposes its meters.")]
    public FigureGauges(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(OrderTelemetry.MeterName);
        meter.CreateObservableGauge("orders.attention", () => latest?.Attention ?? [], description: "Things of orders that wait for an operator.");
        meter.CreateObservableGauge("orders.attention.oldest", () => Each(shown => Age(shown.Figures.AttentionSince)), "s", "How long the oldest of them waits.");
        meter.CreateObservableGauge("settlement.attention", () => latest?.Settlement ?? [], description: "Days and payouts that wait for an operator.");
        meter.CreateObservableGauge("settlement.won", Settled, description: "What the statements of the day that was settled last add up to, won.");
        meter.CreateObservableGauge("settlement.unpaid.won", () => Each(shown => shown.Figures.UnpaidStatements), description: "What sellers are to be paid yet, won.");
        meter.CreateObservableGauge("refunds.overdue", () => Each(shown => shown.Figures.RefundsOverdue), description: "Refunds past their statutory day.");
        meter.CreateObservableGauge(
            "outbox.oldest",
            () => Relays(shown => Age(shown.Notifications.OldestSince), shown => Age(shown.Subscribers.OldestSince)),
            "s",
            "How long the oldest undelivered message waits.");
        meter.CreateObservableGauge(
            "outbox.dead", () => Relays(shown => shown.Notifications.Dead, shown => shown.Subscribers.Dead), description: "Messages that were given up.");
    }

    /// <summary>Exports these figures from now on; <c>null</c>: the figures could not be read.</summary>
    public void Show(OperationFigures? figures) => latest = figures is null ? null : new Snapshot(
        figures,
        Measure(kinds, figures.Attention, kind => [new("process", kind.Process), new("step", kind.Step)]),
        Measure(settlementSteps, figures.SettlementAttention, step => [new("step", step)]));

    private static List<Measurement<long>> Measure<T>(
        HashSet<T> seen, IReadOnlyDictionary<T, long> counts, Func<T, KeyValuePair<string, object?>[]> labels)
    {
        seen.UnionWith(counts.Keys);
        return [.. seen.Select(kind => new Measurement<long>(counts.TryGetValue(kind, out var count) ? count : 0, labels(kind)))];
    }

    private IEnumerable<Measurement<long>> Settled()
    {
        static Measurement<long> Of(string amount, long won) => new(won, new KeyValuePair<string, object?>("amount", amount));
        return latest?.Figures.SettledDay is { } day
            ? [Of("sales", day.Sales), Of("refunds", day.Refunds), Of("commission", day.Commission), Of("payable", day.Payable)]
            : [];
    }

    private double Age(DateTimeOffset? since) => since is { } at ? Math.Max(0, (time.GetUtcNow() - at).TotalSeconds) : 0;

    private IEnumerable<Measurement<T>> Each<T>(Func<Snapshot, T> value)
        where T : struct => latest is { } shown ? [new Measurement<T>(value(shown))] : [];

    private IEnumerable<Measurement<T>> Relays<T>(Func<OperationFigures, T> notifications, Func<OperationFigures, T> subscribers)
        where T : struct => latest is { Figures: var figures }
            ?
            [
                new Measurement<T>(notifications(figures), new KeyValuePair<string, object?>("relay", "notifications")),
                new Measurement<T>(subscribers(figures), new KeyValuePair<string, object?>("relay", "subscribers")),
            ]
            : [];

    private sealed record Snapshot(OperationFigures Figures, IReadOnlyList<Measurement<long>> Attention, IReadOnlyList<Measurement<long>> Settlement);
}
