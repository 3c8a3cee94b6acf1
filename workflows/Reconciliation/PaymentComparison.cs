using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// Compares one payment as the payment team reports it with the ledger of its order (domain §4, the other teams' word). A difference that is safe to
/// correct comes with the event that the order has missed; any other is handed to an operator at the order.
/// </summary>
/// <param name="now">When they are compared.</param>
public sealed class PaymentComparison(Order order, TeamPayment theirs, DateTimeOffset now)
{
    private readonly DifferenceRemedies remedies = new(order, theirs, now);

    /// <summary>The differences; empty: both sides agree.</summary>
    public IReadOnlyList<Finding> Findings()
    {
        var attempt = order.Payments.Find(known => known.Number == theirs.Attempt);
        return attempt is null || (attempt.PaymentId is { } known && known != theirs.PaymentId) ? [UnknownAttempt()]
            : attempt.Status == PaymentStatus.Pending ? OfOpen(attempt)
            : OfEnded(attempt);
    }

    /// <summary>Our ledger has a payment that the payment team does not know.</summary>
    public static Finding MissingThere(Order order, int attempt, string paymentId, DateTimeOffset now)
    {
        var nothing = new TeamPayment(paymentId, order.OrderId, attempt, PaymentStatus.Cancelled, Won.Zero, []);
        var ours = order.Payments.Find(known => known.Number == attempt);
        var difference = new ReconciliationDifference(
            DifferenceKind.MissingThere,
            order.OrderId,
            paymentId,
            attempt,
            RefundId: null,
            order.ChargedBy(attempt),
            Theirs: null,
            ours is null ? null : KebabCase.Name(ours.Status),
            TheirsStatus: null,
            DifferenceOutcome.Attention);
        return new DifferenceRemedies(order, nothing, now).ByOperator(difference, "the payment team does not know the payment");
    }

    /// <summary>A payment for an order that we do not have: only a person can find out what it belongs to.</summary>
    public static Finding UnknownOrder(TeamPayment theirs) => new(
        new ReconciliationDifference(
            DifferenceKind.MissingHere,
            OrderId: null,
            theirs.PaymentId,
            theirs.Attempt,
            RefundId: null,
            Ours: null,
            theirs.Paid,
            OursStatus: null,
            KebabCase.Name(theirs.Status),
            DifferenceOutcome.None),
        Remedy: null);

    private Finding UnknownAttempt()
    {
        var difference = OfPayment(DifferenceKind.MissingHere, ours: null, theirs.Amount, attempt: null);
        return theirs.IsTaken
            ? remedies.ByOperator(difference, $"the payment team took {theirs.Amount} with payment {theirs.PaymentId}, which the order knows nothing of")
            : new Finding(difference, Remedy: null);
    }

    private IReadOnlyList<Finding> OfOpen(PaymentAttempt attempt)
    {
        var missing = OfPayment(DifferenceKind.MissingHere, ours: null, theirs.Paid, attempt);
        return theirs switch
        {
            { IsTaken: true } when attempt.ApprovedOtherwise == theirs.Amount =>
                [new Finding(OfPayment(DifferenceKind.Amount, attempt.Amount, theirs.Amount, attempt) with { Done = DifferenceOutcome.Attention }, Remedy: null)],
            { IsTaken: true } when order.IsCancelled => [remedies.ByEvent(OfPayment(DifferenceKind.LateApproval, ours: null, theirs.Amount, attempt), remedies.Approved())],
            { IsTaken: true } when attempt.Amount != theirs.Amount =>
                [remedies.ByEvent(OfPayment(DifferenceKind.Amount, attempt.Amount, theirs.Amount, attempt), remedies.Approved())],
            { IsTaken: true } => [remedies.ByEvent(missing, remedies.Approved())],
            { Status: PaymentStatus.Pending } => [],
            { Status: PaymentStatus.Declined } => [remedies.ByEvent(missing, remedies.Declined())],
            _ => [remedies.ByEvent(missing, remedies.Cancelled())],
        };
    }

    private IReadOnlyList<Finding> OfEnded(PaymentAttempt attempt)
    {
        var charged = order.ChargedBy(attempt.Number);
        if (charged == Won.Zero)
        {
            return theirs switch
            {
                { IsTaken: true } => [remedies.ByEvent(OfPayment(DifferenceKind.LateApproval, ours: null, theirs.Amount, attempt), remedies.Approved())],

                // Our cancellation has no effect at the payment team yet: the payment may still be approved, and is then refunded.
                { Status: PaymentStatus.Pending } => [new Finding(OfPayment(DifferenceKind.MissingThere, ours: null, there: null, attempt), Remedy: null)],
                _ => [],
            };
        }

        if (!theirs.IsTaken)
        {
            return Void(attempt, charged);
        }

        var refunds = new RefundComparison(order, attempt, theirs, remedies, now).Findings();
        return charged == theirs.Amount
            ? refunds
            :
            [
                remedies.ByOperator(
                    OfPayment(DifferenceKind.Amount, charged, theirs.Amount, attempt),
                    $"the payment team took {theirs.Amount} where the ledger has {charged}"),
                .. refunds,
            ];
    }

    /// <summary>Our ledger has a charge that the payment team does not have. There is no difference if the order has entered it as a foreign refund.</summary>
    private IReadOnlyList<Finding> Void(PaymentAttempt attempt, Won charged)
    {
        var left = charged - order.RefundedBy(attempt.Number) - order.ForeignRefunded(attempt.Number);
        var difference = OfPayment(DifferenceKind.MissingThere, charged, Won.Zero, attempt);
        return left <= Won.Zero ? []
            : attempt.Status == PaymentStatus.Approved && theirs.Status != PaymentStatus.Pending ? [remedies.ByEvent(difference, remedies.Cancelled())]
            : [remedies.ByOperator(difference, $"the payment is {KebabCase.Name(theirs.Status)} at the payment team where the ledger has {charged}")];
    }

    private ReconciliationDifference OfPayment(DifferenceKind kind, Won? ours, Won? there, PaymentAttempt? attempt) => new(
        kind,
        order.OrderId,
        theirs.PaymentId,
        theirs.Attempt,
        RefundId: null,
        ours,
        there,
        attempt is null ? null : KebabCase.Name(attempt.Status),
        KebabCase.Name(theirs.Status),
        DifferenceOutcome.None);
}
