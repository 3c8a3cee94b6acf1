namespace OrderOrchestration.Activities.Figures;

/// <summary>Pending work in the store at one time.</summary>
/// <param name="Attention">The number of open interventions of orders, by kind.</param>
/// <param name="AttentionSince">Since when the oldest of them is open.</param>
/// <param name="SettlementAttention">The number of days and payouts that wait for an operator, by step.</param>
/// <param name="RefundsOverdue">Refunds past their statutory deadline that are not complete.</param>
/// <param name="SettledDay">The sums of the statements of the day that was settled last.</param>
/// <param name="UnpaidStatements">The sum that sellers are still to be paid, won.</param>
public sealed record OperationFigures(
    IReadOnlyDictionary<AttentionKind, long> Attention,
    DateTimeOffset? AttentionSince,
    IReadOnlyDictionary<string, long> SettlementAttention,
    OutboxFigures Notifications,
    OutboxFigures Subscribers,
    long RefundsOverdue,
    SettledWon SettledDay,
    long UnpaidStatements);

/// <summary>The statements of a day added up, won. All zero: no day was settled, or nothing was sold.</summary>
/// <param name="Sales">What was sold, before discounts.</param>
/// <param name="Refunds">What of it was refunded.</param>
/// <param name="Commission">The platform's commission.</param>
/// <param name="Payable">What the sellers receive.</param>
public sealed record SettledWon(long Sales, long Refunds, long Commission, long Payable);

/// <summary>The kind of an open intervention: process and step, as metric labels.</summary>
public readonly record struct AttentionKind(string Process, string Step);

/// <summary>The backlog of a relay.</summary>
/// <param name="OldestSince">Since when the oldest message that is still retried waits; <c>null</c>: nothing waits.</param>
/// <param name="Dead">The number of abandoned messages that wait for an operator.</param>
public sealed record OutboxFigures(DateTimeOffset? OldestSince, long Dead);
