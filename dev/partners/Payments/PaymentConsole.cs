using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Payments;

/// <summary>Body of <c>POST /console/payments/{paymentId}/refunds</c> and <c>…/charge-backs</c>.</summary>
/// <param name="Amount">Won; absent: all that is left.</param>
/// <param name="RefundId">The id it goes under; absent: the console gives one of its own.</param>
/// <param name="Webhook">False: the event is never published (a lost event).</param>
/// <param name="Pending">True: it stays pending until it is completed or failed by hand.</param>
public sealed record ConsoleRefundRequest(
    long? Amount = null, string? RefundId = null, string? Reason = null, bool Webhook = true, bool Pending = false);

/// <summary>Body of the console's other calls on payments and refunds.</summary>
/// <param name="Webhook">False: the event is never published.</param>
public sealed record ConsoleRequest(string? Reason = null, bool Webhook = true);

/// <summary>
/// The payment team's staff at their console: money that moves without the order team. Its refunds go under ids of the console's own
/// (<c>console-refund-…</c>), so that the order team can tell them from its own by <c>refundId</c>.
/// </summary>
public sealed class PaymentConsole
{
    private readonly TeamsState state;
    private readonly PaymentStore store;
    private readonly PaymentRefunds refunds;
    private readonly PaymentEvents events;
    private readonly Ids ids;

    internal PaymentConsole(TeamsState state, PaymentStore store, PaymentRefunds refunds, PaymentEvents events, Ids ids)
    {
        this.state = state;
        this.store = store;
        this.refunds = refunds;
        this.events = events;
        this.ids = ids;
    }

    /// <summary>Refunds a payment, in part or what is left of it.</summary>
    /// <exception cref="RefusalException">Nothing was taken (409), or it is more than what is left (422).</exception>
    public RefundInfo Refund(string paymentId, ConsoleRefundRequest? request = null) =>
        Add(paymentId, request ?? new ConsoleRefundRequest(), "console-refund", RefundOrigin.Console, "고객센터 환불");

    /// <summary>The customer's bank takes the money back.</summary>
    /// <exception cref="RefusalException">Nothing was taken (409), or it is more than what is left (422).</exception>
    public RefundInfo ChargeBack(string paymentId, ConsoleRefundRequest? request = null) =>
        Add(paymentId, request ?? new ConsoleRefundRequest(), "charge-back", RefundOrigin.ChargeBack, "카드사 이의 제기");

    /// <summary>
    /// Cancels a payment. Of an approved one all that is left goes back, as a refund of the console's own, and <c>payment.cancelled</c> is
    /// published; a pending one ends without money.
    /// </summary>
    /// <exception cref="RefusalException">It is declined, cancelled or refunded already (409).</exception>
    public PaymentInfo Cancel(string paymentId, ConsoleRequest? request = null)
    {
        using (state.Enter())
        {
            var payment = store.Find(paymentId);
            if (payment.Status is not (PaymentStatus.Approved or PaymentStatus.Pending))
            {
                throw RefusalException.Conflict("not-cancellable", $"payment {paymentId} is {payment.Status}");
            }

            if (payment.Refundable > 0)
            {
                var refund = new Refund(
                    ids.Next("console-cancel"), payment.Refundable, request?.Reason ?? "결제 취소", origin: RefundOrigin.Console);
                refunds.Add(payment, refund);
                refunds.Complete(payment, refund, isPublished: false);
            }

            payment.Cancel();
            store.Changed(payment);
            if (request?.Webhook ?? true)
            {
                events.CancelledByStaff(payment, request?.Reason);
            }

            return payment.Info;
        }
    }

    /// <summary>Completes a refund by hand: a pending one, or one that had failed.</summary>
    /// <exception cref="RefusalException">There is none (404), it is completed (409), or less than its amount is left by now (422).</exception>
    public RefundInfo Complete(string paymentId, string refundId, ConsoleRequest? request = null)
    {
        using (state.Enter())
        {
            var (payment, refund) = Find(paymentId, refundId);
            if (refund.Status == RefundStatus.Completed)
            {
                throw RefusalException.Conflict("already-completed", $"refund {refundId} is completed");
            }

            if (refund.HasFailed && refund.Amount > payment.Refundable)
            {
                throw RefusalException.Unprocessable("refund-exceeds-payment", $"{payment.Refundable} won are left to refund");
            }

            refunds.Complete(payment, refund, request?.Webhook ?? true);
            return refund.Info;
        }
    }

    /// <summary>Fails a refund by hand: a pending one, or one that had completed (its money came back).</summary>
    /// <exception cref="RefusalException">There is none (404), or it has failed (409).</exception>
    public RefundInfo Fail(string paymentId, string refundId)
    {
        using (state.Enter())
        {
            var (payment, refund) = Find(paymentId, refundId);
            if (refund.HasFailed)
            {
                throw RefusalException.Conflict("already-failed", $"refund {refundId} has failed");
            }

            refunds.Fail(payment, refund);
            return refund.Info;
        }
    }

    private RefundInfo Add(string paymentId, ConsoleRefundRequest request, string kind, RefundOrigin origin, string reason)
    {
        using (state.Enter())
        {
            var payment = store.Find(paymentId);
            var amount = request.Amount ?? payment.Refundable;
            if (payment.Charged > 0 && request.Amount is null && amount == 0)
            {
                throw RefusalException.Unprocessable("refund-exceeds-payment", "0 won are left to refund");
            }

            Require.Positive(request.Amount ?? 1, "amount");
            var refund = refunds.Add(
                payment, new Refund(request.RefundId ?? ids.Next(kind), amount, request.Reason ?? reason, origin: origin));
            if (!request.Pending)
            {
                refunds.Complete(payment, refund, request.Webhook);
            }

            return refund.Info;
        }
    }

    private (Payment Payment, Refund Refund) Find(string paymentId, string refundId)
    {
        var payment = store.Find(paymentId);
        return (payment, payment.RefundOf(refundId) ?? throw RefusalException.NotFound($"refund of payment {paymentId}", refundId));
    }
}
