using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Payments;

/// <summary>One change of a payment, as <c>GET /payments?from&amp;to</c> uses it.</summary>
/// <param name="Number">Sequence number over the changes of all payments.</param>
/// <param name="At">Time of the change, on the teams' clock.</param>
internal sealed record PaymentChange(long Number, DateTimeOffset At);

/// <summary>One payment attempt: pending → approved | declined | cancelled; approved → refunded when fully refunded, or cancelled by staff.</summary>
internal sealed class Payment(string id, PaymentRequest request, PaymentRule rule)
{
    public string Id => id;

    public PaymentRequest Request => request;

    public PaymentRule Rule => rule;

    [JsonInclude]
    public PaymentStatus Status { get; private set; } = PaymentStatus.Pending;

    [JsonInclude]
    public string? ApprovalNumber { get; private set; }

    /// <summary>Won charged, where a scenario charges another amount than requested.</summary>
    [JsonInclude]
    public long? ApprovedAmount { get; private set; }

    [JsonInclude]
    public string? DeclineCode { get; private set; }

    [JsonInclude]
    public IReadOnlyList<Refund> Refunds { get; private set; } = [];

    /// <summary>Every change, oldest first.</summary>
    [JsonInclude]
    public IReadOnlyList<PaymentChange> Changes { get; private set; } = [];

    /// <summary>Won charged to the customer.</summary>
    [JsonIgnore]
    public long Charged => ApprovalNumber is null ? 0 : ApprovedAmount ?? request.Amount;

    /// <summary>Won as reported by the API: the charged amount, or before an approval the requested amount.</summary>
    [JsonIgnore]
    public long Amount => ApprovalNumber is null ? request.Amount : Charged;

    /// <summary>Won refunded, of every origin.</summary>
    [JsonIgnore]
    public long Refunded => Refunds.Where(r => r.Status == RefundStatus.Completed).Sum(r => r.Amount);

    /// <summary>Won available for further refunds.</summary>
    [JsonIgnore]
    public long Refundable => Charged - Refunds.Where(r => r.Status != RefundStatus.Failed).Sum(r => r.Amount);

    [JsonIgnore]
    public DateTimeOffset UpdatedAt => Changes.Count == 0 ? default : Changes[^1].At;

    [JsonIgnore]
    public PaymentInfo Info => new(
        id, request.OrderId, request.Attempt, Status, request.Method, ApprovalNumber, DeclineCode, Amount, Refunded, RefundInfos, UpdatedAt);

    [JsonIgnore]
    public PaymentListItem ListItem => new(id, request.OrderId, request.Attempt, Status, Amount, Refunded, RefundInfos, UpdatedAt);

    private IReadOnlyList<RefundInfo> RefundInfos => [.. Refunds.Select(r => r.Info)];

    /// <summary>Charges the requested amount, or the amount of the rule.</summary>
    /// <param name="amount">Won charged instead, where the payment is decided by hand.</param>
    public void Approve(string approvalNumber, long? amount)
    {
        ApprovalNumber = approvalNumber;
        ApprovedAmount = amount ?? rule.ApprovedAmount;
        Status = PaymentStatus.Approved;
    }

    public void Decline(string code)
    {
        DeclineCode = code;
        Status = PaymentStatus.Declined;
    }

    public void Cancel() => Status = PaymentStatus.Cancelled;

    public Refund? RefundOf(string refundId) => Refunds.FirstOrDefault(r => r.Id == refundId);

    /// <summary>Adds a refund; one that failed under the same id is replaced.</summary>
    public void Accept(Refund refund) => Refunds = [.. Refunds.Where(r => r.Id != refund.Id), refund];

    public void Complete(Refund refund, DateTimeOffset at)
    {
        refund.Complete(at);
        Status = Status == PaymentStatus.Approved && Refunded == Charged ? PaymentStatus.Refunded : Status;
    }

    /// <summary>Fails a refund. For a completed refund the money was returned to the payment team.</summary>
    public void Fail(Refund refund)
    {
        refund.Fail();
        Status = Status == PaymentStatus.Refunded ? PaymentStatus.Approved : Status;
    }

    public void Note(PaymentChange change) => Changes = [.. Changes, change];
}
