using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Payments;

/// <summary>A refund of a payment. It counts against what is left from the moment it is accepted.</summary>
internal sealed class Refund(string id, long amount, string reason)
{
    public string Id => id;

    public long Amount => amount;

    public string Reason => reason;

    public DateTimeOffset? CompletedAt { get; set; }
}

/// <summary>One attempt to pay: pending → approved | declined | cancelled; approved → refunded when nothing is left.</summary>
internal sealed class Payment(string id, PaymentRequest request, PaymentRule rule)
{
    public string Id => id;

    public PaymentRequest Request => request;

    public PaymentRule Rule => rule;

    [JsonInclude]
    public PaymentStatus Status { get; private set; } = PaymentStatus.Pending;

    [JsonInclude]
    public string? ApprovalNumber { get; private set; }

    [JsonInclude]
    public string? DeclineCode { get; private set; }

    [JsonInclude]
    public IReadOnlyList<Refund> Refunds { get; private set; } = [];

    /// <summary>Won taken from the customer.</summary>
    [JsonIgnore]
    public long Charged => ApprovalNumber is null ? 0 : request.Amount;

    /// <summary>Won given back.</summary>
    [JsonIgnore]
    public long Refunded => Refunds.Where(r => r.CompletedAt is not null).Sum(r => r.Amount);

    /// <summary>Won that a further refund may take.</summary>
    [JsonIgnore]
    public long Refundable => Charged - Refunds.Sum(r => r.Amount);

    [JsonIgnore]
    public PaymentInfo Info => new(
        id, request.OrderId, request.Attempt, Status, request.Method, ApprovalNumber, DeclineCode, request.Amount, Refunded);

    public void Approve(string approvalNumber)
    {
        ApprovalNumber = approvalNumber;
        Status = PaymentStatus.Approved;
    }

    public void Decline(string code)
    {
        DeclineCode = code;
        Status = PaymentStatus.Declined;
    }

    public void Cancel() => Status = PaymentStatus.Cancelled;

    public void Accept(Refund refund) => Refunds = [.. Refunds, refund];

    public void Complete(Refund refund, DateTimeOffset at)
    {
        refund.CompletedAt = at;
        if (Refunded == Charged)
        {
            Status = PaymentStatus.Refunded;
        }
    }
}
