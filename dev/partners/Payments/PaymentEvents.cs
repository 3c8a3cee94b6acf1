using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Payments;

/// <summary>The events of the payment team, with the fields of the contract's table.</summary>
internal sealed class PaymentEvents(WebhookOutbox outbox, TimeProvider clock)
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["insufficient-balance"] = "잔액 부족",
        ["limit-exceeded"] = "카드 한도 초과",
        ["card-status"] = "카드 상태 문제",
        ["invalid-payment-info"] = "결제 정보 오류",
    };

    public void Approved(Payment payment) => Publish(payment, "payment.approved", new
    {
        payment.Request.OrderId,
        PaymentId = payment.Id,
        payment.Request.Attempt,
        payment.ApprovalNumber,
        payment.Amount,
        payment.Request.Method,
        ApprovedAt = clock.GetUtcNow(),
    });

    public void Declined(Payment payment) => Publish(payment, "payment.declined", new
    {
        payment.Request.OrderId,
        PaymentId = payment.Id,
        payment.Request.Attempt,
        Code = payment.DeclineCode,
        Reason = Reasons.GetValueOrDefault(payment.DeclineCode ?? string.Empty, "결제 거부"),
    });

    public void TimedOut(Payment payment) => Closed(payment, "payment.timed-out", "결제 시간 초과");

    public void CancelledByCustomer(Payment payment) => Closed(payment, "payment.cancelled", "고객 취소");

    /// <summary>Staff cancelled the payment; the remaining amount, if any, was refunded.</summary>
    public void CancelledByStaff(Payment payment, string? reason) => Closed(payment, "payment.cancelled", reason ?? "결제 취소");

    public void Refunded(Payment payment, Refund refund)
    {
        var remaining = payment.Charged - payment.Refunded;
        Publish(payment, remaining == 0 ? "payment.refund-completed" : "payment.partial-refund-completed", new
        {
            payment.Request.OrderId,
            PaymentId = payment.Id,
            RefundId = refund.Id,
            refund.Amount,
            RemainingAmount = remaining,
            RefundedAt = refund.CompletedAt,
        });
    }

    private void Closed(Payment payment, string type, string reason) => Publish(payment, type, new
    {
        payment.Request.OrderId,
        PaymentId = payment.Id,
        payment.Request.Attempt,
        Reason = reason,
    });

    private void Publish(Payment payment, string type, object data) => outbox.Publish(Team.Payment, type, payment.Request.OrderId, data);
}
