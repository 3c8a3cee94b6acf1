using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>
/// Writes settlement. Every call is one transaction of bounded size and may be repeated: a repeat does the remaining part, and nothing twice.
/// </summary>
public interface ISettlementStore
{
    /// <inheritdoc cref="ISettlementSteps.FindDayToSettleAsync"/>
    Task<DateOnly?> FindDayToSettleAsync(FindDay step, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.CloseDayAsync"/>
    Task<ClosedPage> CloseDayAsync(CloseDay step, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.CreateStatementsAsync"/>
    Task<StatedPage> CreateStatementsAsync(CreateStatements step, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.CompleteDayAsync"/>
    Task<SettledDay> CompleteDayAsync(DateOnly day, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.ReportFailureAsync"/>
    Task ReportFailureAsync(SettlementFailure failure, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.ResolveFailureAsync"/>
    Task ResolveFailureAsync(string subject, CancellationToken cancellationToken);
}

/// <summary>Writes payouts, with the same guarantees.</summary>
public interface IPayoutStore
{
    /// <inheritdoc cref="ISettlementSteps.OpenPayoutsAsync"/>
    Task<PayoutPage> OpenAsync(OpenPayouts step, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.FindPayoutsUnderWayAsync"/>
    Task<PayoutPage> UnderWayAsync(FindPayouts step, CancellationToken cancellationToken);

    /// <inheritdoc cref="ISettlementSteps.EndPayoutAsync"/>
    Task<PayoutVerdict> EndAsync(PayoutOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Writes that a payout's invoice was requested, or abandoned.</summary>
    /// <param name="kind">Absent: its commission is zero, and no invoice is needed.</param>
    Task RecordInvoiceAsync(string payoutId, TaxInvoiceKind? kind, bool isAbandoned, CancellationToken cancellationToken);
}
