using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Paying;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>Compares the refunds of one payment, distinguished by their <c>refundId</c>, never by sums.</summary>
internal sealed class RefundComparison(Order order, PaymentAttempt attempt, TeamPayment theirs, DifferenceRemedies remedies, DateTimeOffset now)
{
    public IReadOnlyList<Finding> Findings() =>
    [
        .. theirs.Refunds.Select(Compare).OfType<Finding>(),
        .. Own().Where(refund => theirs.Refunds.All(known => known.RefundId != refund.RefundId)).Select(OnlyHere).OfType<Finding>(),
    ];

    private Finding? Compare(PaymentRefund there)
    {
        var ours = order.FindRefund(there.RefundId);
        return Entered(there.RefundId) is { } entered ? OfEntered(there, ours, entered) : (ours, there.Status) switch
        {
            (null, PaymentRefundStatus.Completed) => remedies.ByEvent(Of(DifferenceKind.ForeignRefund, there.RefundId, ours: null, there), remedies.Refunded(there)),
            (null, _) => null,
            (_, PaymentRefundStatus.Completed) => Completed(ours, there),
            (_, PaymentRefundStatus.Failed) => Unfinished(ours, there),
            _ => IsOverdue(ours) ? Unfinished(ours, there) : null,
        };
    }

    private Finding? OfEntered(PaymentRefund there, Refund? ours, Won entered) => there.Status switch
    {
        PaymentRefundStatus.Completed when entered != there.Amount => remedies.ByOperator(
            Of(DifferenceKind.Amount, there.RefundId, entered, there), $"refund {there.RefundId} is {there.Amount} at the payment team where the ledger has {entered}"),
        PaymentRefundStatus.Completed when ours is { IsPaidByHand: true } => remedies.ByOperator(
            Of(DifferenceKind.MissingHere, there.RefundId, entered, there), $"refund {there.RefundId} of {entered} was paid by hand, and by the payment team as well"),
        PaymentRefundStatus.Completed => null,
        _ when ours is { IsPaidByHand: true } => null,
        _ => remedies.ByOperator(
            Of(DifferenceKind.RefundUnfinished, there.RefundId, entered, there),
            $"refund {there.RefundId} of {entered} is {KebabCase.Name(there.Status)} at the payment team where the ledger has it done"),
    };

    /// <summary>
    /// The refund is completed at the payment team and not in our ledger: its event was lost, or it has another amount, which is not accepted.
    /// </summary>
    private Finding Completed(Refund ours, PaymentRefund there) => ours.Amount.Card == there.Amount && ours.Money is MoneyStage.Requested or MoneyStage.Pending
        ? remedies.ByEvent(Of(DifferenceKind.MissingHere, there.RefundId, ours: null, there), remedies.Refunded(there))
        : remedies.ByOperator(
            Of(DifferenceKind.Amount, there.RefundId, ours.Amount.Card, there),
            $"refund {there.RefundId} is {there.Amount} at the payment team where {ours.Amount.Card} were asked for");

    /// <summary>Not corrected here: the order itself repeats its refund requests, and requests an intervention once <c>RefundPatience</c> is over.</summary>
    private Finding Unfinished(Refund ours, PaymentRefund? there)
    {
        var difference = Of(DifferenceKind.RefundUnfinished, ours.RefundId, ours.Amount.Card, there);
        var waits = order.Attentions.Exists(attention => attention.IsOpen() && attention.ProcessKey == "refund/" + ours.RefundId);
        return new Finding(difference with { Done = waits ? DifferenceOutcome.Attention : DifferenceOutcome.None }, Remedy: null);
    }

    private Finding? OnlyHere(Refund ours) => Entered(ours.RefundId) is { } entered
        ? remedies.ByOperator(
            Of(DifferenceKind.MissingThere, ours.RefundId, entered, there: null),
            $"the payment team does not know refund {ours.RefundId} of {entered}, which the ledger has done")
        : IsOverdue(ours) ? Unfinished(ours, there: null)
        : null;

    /// <summary>Our refunds whose money was requested for this payment, without those that an operator had paid by hand.</summary>
    private IEnumerable<Refund> Own() => order.Refunds.Where(refund =>
        refund.Attempt == attempt.Number && refund.Money != MoneyStage.None && refund.Amount.Card > Won.Zero && !refund.IsPaidByHand);

    private bool IsOverdue(Refund ours) =>
        ours.Money is MoneyStage.Requested or MoneyStage.Pending && ours.MoneyRequestedAt + order.Policies.RefundPatience <= now;

    /// <summary>The amount that the ledger has for a refund, ours or foreign, won.</summary>
    private Won? Entered(string refundId)
    {
        var foreign = $"{OrderLedger.PaymentCause(attempt.Number)}/{refundId}";
        return order.Ledger.Find(entry => (entry.Kind == LedgerKind.Refunded && entry.Cause == refundId)
            || (entry.Kind == LedgerKind.ForeignRefund && entry.Cause == foreign))?.Amount;
    }

    private ReconciliationDifference Of(DifferenceKind kind, string refundId, Won? ours, PaymentRefund? there) => new(
        kind,
        order.OrderId,
        theirs.PaymentId,
        attempt.Number,
        refundId,
        ours,
        there?.Amount,
        order.FindRefund(refundId) is { } known ? KebabCase.Name(known.Status) : ours is null ? null : "entered",
        there is null ? null : KebabCase.Name(there.Status),
        DifferenceOutcome.None);
}
