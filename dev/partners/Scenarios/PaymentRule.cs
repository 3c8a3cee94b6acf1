namespace OrderOrchestration.Partners.Scenarios;

/// <summary>How the payment team treats an attempt.</summary>
public enum PaymentOutcome
{
    /// <summary>Approved, with its webhook.</summary>
    Approve,

    /// <summary>Declined with <see cref="PaymentRule.DeclineCode"/>.</summary>
    Decline,

    /// <summary>Stays pending until it is cancelled.</summary>
    NoAnswer,

    /// <summary>Approved, but the webhook never comes: found only by asking.</summary>
    ApproveWithoutWebhook,

    /// <summary>Stays pending; a cancellation comes too late and is answered <c>approved</c>.</summary>
    TooLateToCancel,

    /// <summary>A cancellation is answered <c>cancelled</c>, and yet the money is taken: the approval arrives afterwards.</summary>
    ApproveAfterCancel,

    /// <summary>The provider ends it: <c>payment.timed-out</c>.</summary>
    TimeOut,

    /// <summary>The customer closes the provider's window: <c>payment.cancelled</c>.</summary>
    CustomerCancel,

    /// <summary>Declined, and yet the money is taken: an approval of the same attempt arrives afterwards.</summary>
    ApproveAfterDecline,
}

/// <summary>How a refund is answered.</summary>
public enum RefundAnswer
{
    /// <summary>201, done.</summary>
    Immediate,

    /// <summary>202, the outcome by webhook.</summary>
    ByWebhook,

    /// <summary>202, done, but the webhook never comes.</summary>
    WithoutWebhook,

    /// <summary>202, then it fails: no event tells, asking for the payment does.</summary>
    Fails,

    /// <summary>202, and it stays pending until staff complete or fail it by hand.</summary>
    Never,
}

/// <summary>Decides how payment attempts go. The first rule whose conditions all hold counts; without one, the method's name decides.</summary>
/// <param name="OrderId">Only this order.</param>
/// <param name="Method">Only this payment method.</param>
/// <param name="Attempt">Only this attempt of an order (1 = first).</param>
/// <param name="Outcome">What happens.</param>
/// <param name="DeclineCode"><c>insufficient-balance</c>, <c>limit-exceeded</c>, <c>card-status</c>, <c>invalid-payment-info</c>.</param>
/// <param name="AfterMs">Milliseconds on the teams' clock until it happens; absent: the usual delay of a step.</param>
/// <param name="Refunds">How refunds of such a payment are answered.</param>
/// <param name="Count">Only for so many attempts.</param>
/// <param name="ApprovedAmount">Won really taken by an approval (and said so everywhere), whatever was asked for.</param>
public sealed record PaymentRule(
    string? OrderId = null,
    string? Method = null,
    int? Attempt = null,
    PaymentOutcome Outcome = PaymentOutcome.Approve,
    string? DeclineCode = null,
    long? AfterMs = null,
    RefundAnswer Refunds = RefundAnswer.Immediate,
    int? Count = null,
    long? ApprovedAmount = null);

/// <summary>Decides how refunds that the order team asks for go. The first rule whose conditions all hold counts; without one, the payment's does.</summary>
/// <param name="OrderId">Only refunds of this order.</param>
/// <param name="RefundId">Only this refund.</param>
/// <param name="Answer">How it is answered and ends.</param>
/// <param name="Amount">Won that really go back (and are said so everywhere), whatever was asked for; at most what is left.</param>
/// <param name="AfterMs">Milliseconds on the teams' clock until it ends; absent: the usual delay of a step.</param>
/// <param name="Count">Only for so many refunds.</param>
public sealed record RefundRule(
    string? OrderId = null,
    string? RefundId = null,
    RefundAnswer Answer = RefundAnswer.Immediate,
    long? Amount = null,
    long? AfterMs = null,
    int? Count = null);
