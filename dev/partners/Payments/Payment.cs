using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Payments;

/// <summary>One change of a payment, as <c>GET /payments?from&amp;to</c> finds it.</summary>
/// <param name="Number">Counts all changes of all payments.</param>
/// <param name="At">When, on the teams' clock.</param>
internal sealed record PaymentChange(long Number, DateTimeOffset At);

/// <summary>One attempt to pay: pending → approved | declined | cancelled; approved → refunded when nothing is left, or cancelled by staff.</summary>
internal sealed class Payment(string id, PaymentRequest request, PaymentRule rule)
{
    public string Id => id;

    public PaymentRequest Request => request;

    public PaymentRule Rule => rule;

    [JsonInclude]
    public PaymentStatus Status { get; private set; } = PaymentStatus.Pending;

    [JsonInclude]
    public string? ApprovalNumber { get; private set; }

    /// <summary>Won that were taken, where a scenario took another amount than the one asked for.</summary>
    [JsonInclude]
    public long? ApprovedAmount { get; private set; }

    [JsonInclude]
    public string? DeclineCode { get; private set; }

    [JsonInclude]
    public IReadOnlyList<Refund> Refunds { get; private set; } = [];

    /// <summary>Every change, oldest first.</summary>
    [JsonInclude]
    public IReadOnlyList<PaymentChange> Changes { get; private set; } = [];

    /// <summary>Won taken from the customer.</summary>
    [JsonIgnore]
    public long Charged => ApprovalNumber is null ? 0 : ApprovedAmount ?? request.Amount;

    /// <summary>Won of this payment as the team answers it: what was taken, or, where nothing was, what was asked for.</summary>
    [JsonIgnore]
    public long Amount => ApprovalNumber is null ? request.Amount : Charged;

    /// <summary>Won given back, whoever asked for it.</summary>
    [JsonIgnore]
    public long Refunded => Refunds.Where(r => r.Status == RefundStatus.Completed).Sum(r => r.Amount);

    /// <summary>Won that a further refund may take.</summary>
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

    /// <summary>Takes the money: what was asked for, or the rule's other amount.</summary>
    /// <param name="amount">Won taken instead, where a person decides.</param>
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

    /// <summary>A refund did not go through, or, where it had completed, its money came back to the team.</summary>
    public void Fail(Refund refund)
    {
        refund.Fail();
        Status = Status == PaymentStatus.Refunded ? PaymentStatus.Approved : Status;
    }

    public void Note(PaymentChange change) => Changes = [.. Changes, change];
}
