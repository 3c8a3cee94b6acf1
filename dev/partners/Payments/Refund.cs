using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Payments;

/// <summary>Who asked for a refund. Callers of the payment team's API never see it: they tell their own refunds by <c>refundId</c>.</summary>
public enum RefundOrigin
{
    /// <summary>The order team, through <c>POST /payments/{id}/refunds</c>.</summary>
    OrderTeam,

    /// <summary>Staff of the payment team, in their console: a refund, or the cancellation of an approved payment.</summary>
    Console,

    /// <summary>The customer's bank took the money back.</summary>
    ChargeBack,
}

/// <summary>The status of a refund.</summary>
public enum RefundStatus
{
    /// <summary>Accepted; the money is still at the payment team.</summary>
    Pending,

    /// <summary>The money is back.</summary>
    Completed,

    /// <summary>It did not go through; nothing moved.</summary>
    Failed,
}

/// <summary>A refund of a payment. It counts against what is left from the moment it is accepted until it fails.</summary>
/// <param name="id">The refund's id: the caller's own, or one that the console gave.</param>
/// <param name="amount">Won that really go back.</param>
/// <param name="asked">Won that were asked for; absent: the same.</param>
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
