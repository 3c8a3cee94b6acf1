using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Payments;

/// <summary>Who requested a refund. The payment team's API does not return it: callers recognise their own refunds by <c>refundId</c>.</summary>
public enum RefundOrigin
{
    /// <summary>The order team, through <c>POST /payments/{id}/refunds</c>.</summary>
    OrderTeam,

    /// <summary>Staff of the payment team, at the console: a refund, or the cancellation of an approved payment.</summary>
    Console,

    /// <summary>A charge-back by the customer's bank.</summary>
    ChargeBack,
}

/// <summary>The status of a refund.</summary>
public enum RefundStatus
{
    /// <summary>Accepted and not executed yet.</summary>
    Pending,

    /// <summary>The money was returned to the customer.</summary>
    Completed,

    /// <summary>Failed; no money was moved.</summary>
    Failed,
}

/// <summary>A refund of a payment. It reduces the refundable amount from its acceptance on, unless it fails.</summary>
/// <param name="id">The refund's id, given by the caller or assigned by the console.</param>
/// <param name="amount">Won refunded.</param>
/// <param name="asked">Won requested; absent: the same as <paramref name="amount"/>.</param>
/// <param name="answer">How it was answered; absent where the payment's own rule decides.</param>
internal sealed class Refund(
    string id, long amount, string reason, long? asked = null, RefundOrigin origin = RefundOrigin.OrderTeam, RefundAnswer? answer = null)
{
    public string Id => id;

    public long Amount => amount;

    public string Reason => reason;

    public long? Asked => asked;

    public RefundOrigin Origin => origin;

    public RefundAnswer? Answer => answer;

    [JsonInclude]
    public DateTimeOffset? CompletedAt { get; private set; }

    [JsonInclude]
    public bool HasFailed { get; private set; }

    [JsonIgnore]
    public RefundStatus Status => HasFailed ? RefundStatus.Failed : CompletedAt is null ? RefundStatus.Pending : RefundStatus.Completed;

    [JsonIgnore]
    public RefundInfo Info => new(id, amount, Status, CompletedAt);

    public void Complete(DateTimeOffset at)
    {
        CompletedAt = at;
        HasFailed = false;
    }

    public void Fail()
    {
        CompletedAt = null;
        HasFailed = true;
    }
}
