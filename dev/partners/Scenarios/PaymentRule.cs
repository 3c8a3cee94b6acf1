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

    /// <summary>Approved, but the webhook never comes: only asking tells.</summary>
    ApproveWithoutWebhook,

    /// <summary>Stays pending; a cancellation comes too late and is answered <c>approved</c>.</summary>
    TooLateToCancel,

    /// <summary>A cancellation is answered <c>cancelled</c>, and yet the money is taken: the approval arrives afterwards.</summary>
    ApproveAfterCancel,

    /// <summary>The provider gives up: <c>payment.timed-out</c>.</summary>
    TimeOut,

    /// <summary>The customer closes the provider's window: <c>payment.cancelled</c>.</summary>
    CustomerCancel,
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
}

/// <summary>Decides how payment attempts go. The first rule whose conditions all hold counts; without one, the method's name decides.</summary>
/// <param name="OrderId">Only this order.</param>
/// <param name="Method">Only this payment method.</param>
/// <param name="Attempt">Only this attempt of an order (1 = first).</param>
/// <param name="Outcome">What happens.</param>
/// <param name="DeclineCode"><c>insufficient-balance</c>, <c>limit-exceeded</c>, <c>card-status</c>, <c>invalid-payment-info</c>.</param>
/// <param name="AfterMs">Milliseconds on the teams' clock until it happens; absent: the pace's pause.</param>
/// <param name="Refunds">How refunds of such a payment are answered.</param>
/// <param name="Count">Only for so many attempts.</param>
public sealed record PaymentRule(
    string? OrderId = null,
    string? Method = null,
    int? Attempt = null,
    PaymentOutcome Outcome = PaymentOutcome.Approve,
    string? DeclineCode = null,
    long? AfterMs = null,
    RefundAnswer Refunds = RefundAnswer.Immediate,
    int? Count = null);
