namespace OrderOrchestration.Partners.Scenarios;

/// <summary>The course of a payment attempt.</summary>
public enum PaymentOutcome
{
    /// <summary>Approved, with its webhook.</summary>
    Approve,

    /// <summary>Declined with <see cref="PaymentRule.DeclineCode"/>.</summary>
    Decline,

    /// <summary>Stays pending until it is cancelled.</summary>
    NoAnswer,

    /// <summary>Approved without a webhook: callers see it only when they read the payment.</summary>
    ApproveWithoutWebhook,

    /// <summary>Stays pending until a cancellation, which is answered <c>approved</c>.</summary>
    TooLateToCancel,

    /// <summary>Stays pending until a cancellation, which is answered <c>cancelled</c>; the payment is approved and charged afterwards.</summary>
    ApproveAfterCancel,

    /// <summary>The provider times the payment out: <c>payment.timed-out</c>.</summary>
    TimeOut,

    /// <summary>The customer closes the provider's window: <c>payment.cancelled</c>.</summary>
    CustomerCancel,

    /// <summary>Declined; the same attempt is approved and charged afterwards.</summary>
    ApproveAfterDecline,
}

/// <summary>How a refund is answered.</summary>
public enum RefundAnswer
{
    /// <summary>201, completed.</summary>
    Immediate,

    /// <summary>202, then completed with a webhook.</summary>
    ByWebhook,

    /// <summary>202, then completed without a webhook.</summary>
    WithoutWebhook,

    /// <summary>202, then failed. There is no event; callers see it when they read the payment.</summary>
    Fails,

    /// <summary>202, then pending until it is completed or failed by hand.</summary>
    Never,
}

/// <summary>A rule for payment attempts. The first rule whose conditions all match applies; without one, the method's name decides.</summary>
/// <param name="OrderId">Only this order.</param>
/// <param name="Method">Only this payment method.</param>
/// <param name="Attempt">Only this attempt of an order (1 = first).</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="DeclineCode"><c>insufficient-balance</c>, <c>limit-exceeded</c>, <c>card-status</c>, <c>invalid-payment-info</c>.</param>
/// <param name="AfterMs">Milliseconds on the teams' clock until the outcome; absent: the usual delay of a step.</param>
/// <param name="Refunds">How refunds of such a payment are answered.</param>
/// <param name="Count">Maximum number of attempts that the rule applies to.</param>
/// <param name="ApprovedAmount">Won charged (and reported) by an approval instead of the requested amount.</param>
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

/// <summary>A rule for refunds requested by the order team. The first rule whose conditions all match applies; without one, the payment's rule does.</summary>
/// <param name="OrderId">Only refunds of this order.</param>
/// <param name="RefundId">Only this refund.</param>
/// <param name="Answer">The response and the outcome.</param>
/// <param name="Amount">Won refunded (and reported) instead of the requested amount; at most the refundable amount.</param>
/// <param name="AfterMs">Milliseconds on the teams' clock until the outcome; absent: the usual delay of a step.</param>
/// <param name="Count">Maximum number of refunds that the rule applies to.</param>
public sealed record RefundRule(
    string? OrderId = null,
    string? RefundId = null,
    RefundAnswer Answer = RefundAnswer.Immediate,
    long? Amount = null,
    long? AfterMs = null,
    int? Count = null);
