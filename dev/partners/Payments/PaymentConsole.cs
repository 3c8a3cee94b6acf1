using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Payments;

/// <summary>Body of <c>POST /console/payments/{paymentId}/refunds</c> and <c>…/charge-backs</c>.</summary>
/// <param name="Amount">Won; absent: the remaining refundable amount.</param>
/// <param name="RefundId">The refund's id; absent: the console assigns one.</param>
/// <param name="Webhook">False: the event is not published (a lost event).</param>
/// <param name="Pending">True: the refund stays pending until it is completed or failed by hand.</param>
public sealed record ConsoleRefundRequest(
    long? Amount = null, string? RefundId = null, string? Reason = null, bool Webhook = true, bool Pending = false);

/// <summary>Body of the console's other calls on payments and refunds.</summary>
/// <param name="Webhook">False: the event is not published.</param>
public sealed record ConsoleRequest(string? Reason = null, bool Webhook = true);

/// <summary>
/// Actions of the payment team's staff that move money without the order team. Their refunds have ids assigned by the console
/// (<c>console-refund-…</c>), so that the order team can distinguish them from its own by <c>refundId</c>.
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

    /// <summary>Refunds a payment, in part or in full.</summary>
    /// <exception cref="RefusalException">The payment was not charged (409), or the amount exceeds the refundable amount (422).</exception>
    public RefundInfo Refund(string paymentId, ConsoleRefundRequest? request = null) =>
        Add(paymentId, request ?? new ConsoleRefundRequest(), "console-refund", RefundOrigin.Console, "고객센터 환불");

    /// <summary>Records a charge-back by the customer's bank.</summary>
    /// <exception cref="RefusalException">The payment was not charged (409), or the amount exceeds the refundable amount (422).</exception>
    public RefundInfo ChargeBack(string paymentId, ConsoleRefundRequest? request = null) =>
        Add(paymentId, request ?? new ConsoleRefundRequest(), "charge-back", RefundOrigin.ChargeBack, "카드사 이의 제기");

    /// <summary>
    /// Cancels a payment and publishes <c>payment.cancelled</c>. The remaining amount of an approved payment is returned as a refund of the console;
    /// a pending payment is cancelled without a charge.
    /// </summary>
    /// <exception cref="RefusalException">The payment is declined, cancelled or refunded (409).</exception>
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

    /// <summary>Completes a pending or failed refund by hand.</summary>
    /// <exception cref="RefusalException">There is no such refund (404), it is completed (409), or its amount exceeds the refundable amount (422).</exception>
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

    /// <summary>Fails a pending refund, or a completed one whose money was returned, by hand.</summary>
    /// <exception cref="RefusalException">There is no such refund (404), or it has failed (409).</exception>
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
