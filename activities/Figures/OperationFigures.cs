namespace OrderOrchestration.Activities.Figures;

/// <summary>What waits in the store at one moment.</summary>
/// <param name="Attention">How many things of each kind wait for an operator now, orders' only.</param>
/// <param name="AttentionSince">Since when the oldest of them waits.</param>
/// <param name="SettlementAttention">How many days and payouts wait for an operator, by step.</param>
/// <param name="RefundsOverdue">Refunds whose statutory day has passed and whose money is not back.</param>
/// <param name="SettledDay">What the statements of the day that was settled last add up to.</param>
/// <param name="UnpaidStatements">What sellers are to be paid yet, won.</param>
public sealed record OperationFigures(
    IReadOnlyDictionary<AttentionKind, long> Attention,
    DateTimeOffset? AttentionSince,
    IReadOnlyDictionary<string, long> SettlementAttention,
    OutboxFigures Notifications,
    OutboxFigures Subscribers,
    long RefundsOverdue,
    SettledWon SettledDay,
    long UnpaidStatements);

/// <summary>The statements of a day added up, won. All zero: no day was settled, or nobody sold anything.</summary>
/// <param name="Sales">What was sold, before discounts.</param>
/// <param name="Refunds">What of it went back.</param>
/// <param name="Commission">What the platform keeps.</param>
/// <param name="Payable">What the sellers get.</param>
public sealed record SettledWon(long Sales, long Refunds, long Commission, long Payable);

/// <summary>Where an order is stuck: the process and its step, in words of ours.</summary>
public readonly record struct AttentionKind(string Process, string Step);

/// <summary>What a relay has before it.</summary>
/// <param name="OldestSince">Since when the oldest waits that is still being tried; <c>null</c>: nothing waits.</param>
/// <param name="Dead">How many were given up and wait for an operator.</param>
public sealed record OutboxFigures(DateTimeOffset? OldestSince, long Dead);
