using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.State;

/// <summary>One attempt to pay (결제): at most one of an order is pending (hotspot 4).</summary>
/// <param name="Number">From 1 upwards; part of the attempt's idempotency key.</param>
/// <param name="PaymentId">Absent until the payment team has answered.</param>
/// <param name="Deadline">When the attempt times out (결제 타임아웃 5분); absent until it is open.</param>
/// <param name="Refunded">What of the approved amount went back to the card.</param>
public sealed record PaymentAttempt(
    int Number,
    string Method,
    Won Amount,
    PaymentStatus Status,
    DateTimeOffset RequestedAt,
    string? PaymentId = null,
    DateTimeOffset? Deadline = null,
    string? DeclineCode = null,
    string? ApprovalNumber = null,
    Won Refunded = default);

/// <summary>The money of an order.</summary>
public sealed partial record OrderState
{
    public PaymentAttempt? OpenAttempt => Payments.Find(attempt => attempt.Status == PaymentStatus.Pending);

    public PaymentAttempt? ApprovedAttempt => Payments.Find(attempt => attempt.Status == PaymentStatus.Approved);

    /// <summary>A decline or a time-out is a failure; a customer's own cancel is not.</summary>
    public int FailedAttempts => Payments.Count(attempt => attempt.Status is PaymentStatus.Declined or PaymentStatus.TimedOut);

    /// <summary>결제 실패 시 3회 재시도: the first attempt and its retries have all failed.</summary>
    public bool PaymentIsExhausted => FailedAttempts > Policies.PaymentRetries;

    /// <summary>An attempt was given up by us: its money, should it come, is not the order's.</summary>
    public bool MayBePaidLate => Payments.Exists(attempt =>
        attempt.Status is PaymentStatus.Cancelled or PaymentStatus.TimedOut && attempt.Refunded < attempt.Amount);

    public PaymentAttempt Attempt(int number) => Payments[number - 1];

    /// <summary>A new attempt, noted before it is asked for.</summary>
    public OrderState PaymentAsked(string method, DateTimeOffset now) => this with
    {
        Status = OrderStatus.AwaitingPayment,
        Payments = Payments.Add(new PaymentAttempt(Payments.Count + 1, method, Payable, PaymentStatus.Pending, now)),
    };

    public OrderState PaymentOpened(int number, string paymentId, DateTimeOffset now) =>
        Change(number, attempt => attempt with { PaymentId = paymentId, Deadline = now + Policies.PaymentTimeout });

    /// <summary>The money is there: the order is paid.</summary>
    public OrderState PaymentApproved(int number, string paymentId, string? approvalNumber) =>
        Change(number, attempt => attempt with { Status = PaymentStatus.Approved, PaymentId = paymentId, ApprovalNumber = approvalNumber }).Paid();

    public OrderState PaymentDeclined(int number, string? code) =>
        Change(number, attempt => attempt with { Status = PaymentStatus.Declined, DeclineCode = code });

    public OrderState PaymentEnded(int number, PaymentStatus status, string? paymentId) =>
        Change(number, attempt => attempt with { Status = status, PaymentId = paymentId ?? attempt.PaymentId });

    /// <summary>Money of an attempt went back; an approved attempt refunded whole is refunded, a closed one stays what it was.</summary>
    public OrderState PaymentRefunded(int number, Won amount) => Change(number, attempt =>
    {
        var refunded = attempt.Refunded + amount;
        var all = attempt.Status == PaymentStatus.Approved && refunded >= attempt.Amount;
        return attempt with { Refunded = refunded, Status = all ? PaymentStatus.Refunded : attempt.Status };
    });

    /// <summary>Nothing is owed any more: by card, or because coupon and points cover all.</summary>
    public OrderState Paid() => this with { Status = OrderStatus.Paid };

    private OrderState Change(int number, Func<PaymentAttempt, PaymentAttempt> change) =>
        this with { Payments = Payments.SetItem(number - 1, change(Payments[number - 1])) };
}
