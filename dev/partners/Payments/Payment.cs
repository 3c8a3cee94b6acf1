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
    private readonly List<Refund> refunds = [];

    public string Id => id;

    public PaymentRequest Request => request;

    public PaymentRule Rule => rule;

    public PaymentStatus Status { get; private set; } = PaymentStatus.Pending;

    public string? ApprovalNumber { get; private set; }

    public string? DeclineCode { get; private set; }

    public IReadOnlyList<Refund> Refunds => refunds;

    /// <summary>Won taken from the customer.</summary>
    public long Charged => ApprovalNumber is null ? 0 : request.Amount;

    /// <summary>Won given back.</summary>
    public long Refunded => refunds.Where(r => r.CompletedAt is not null).Sum(r => r.Amount);

    /// <summary>Won that a further refund may take.</summary>
    public long Refundable => Charged - refunds.Sum(r => r.Amount);

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

    public void Accept(Refund refund) => refunds.Add(refund);

    public void Complete(Refund refund, DateTimeOffset at)
    {
        refund.CompletedAt = at;
        if (Refunded == Charged)
        {
            Status = PaymentStatus.Refunded;
        }
    }
}
