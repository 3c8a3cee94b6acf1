using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Paying;

/// <summary>
/// 결제 (seed §5.2): waits for the outcome of the open attempt, five minutes at most. An attempt is closed only after its true state was read (hotspot
/// 5). The policy limits the number of attempts, and the reservation continues to run meanwhile.
/// </summary>
public sealed class PayingProcess(OrderRun run) : OrderProcess(run, ProcessNames.Paying, ProcessNames.Paying)
{
    private static readonly ActivityStep VerifyIdentity = new("verify-identity", "read the identity verification at the payment team");
    private static readonly ActivityStep ClosePayment = new("close-payment", "ask the payment team how the attempt ended, cancel it if it is pending", CallTime: 20);
    private static readonly ActivityStep ApproveAmount = new("approve-amount", "compare the approved amount with what was asked for");

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => order is { Cancellation: null, OpenAttempt: not null };

    protected override async Task ExecuteAsync()
    {
        while (Order.OpenAttempt is { } attempt)
        {
            if (attempt.ApprovedOtherwise is not null)
            {
                await SettleMismatchAsync(attempt);
            }
            else if (attempt.Closing is { } reason)
            {
                await CloseAsync(attempt, reason);
            }
            else if (attempt.UnreadVerificationId is { } verificationId)
            {
                await VerifyAsync(attempt, verificationId);
            }
            else if (!await WaitAsync(() => Order.OpenAttempt != attempt, attempt.Deadline, "until the payment attempt times out"))
            {
                Record(new PaymentClosingRequested(Now, attempt.Number, ClosingReason.Timeout));
            }
        }
    }

    /// <summary>100만원 이상 결제 시 본인인증 필수: a verification that could not be read when it was given.</summary>
    private async Task VerifyAsync(PaymentAttempt attempt, string verificationId)
    {
        var verification = await CallUnrecordedAsync(VerifyIdentity, options =>
            Workflow.ExecuteActivityAsync((IPayingActivities team) => team.ReadIdentityVerificationAsync(verificationId), options));
        Record(OrderRules.ValidateIdentity(Order.Request.MemberId, attempt.Amount, verification, Order.Policies) is { } refusal
            ? PayingRules.Failed(Order, new PaymentDeclined(Now, attempt.Number, refusal.Slug, null, null), Now)
            : [new IdentityVerified(Now, attempt.Number)]);
    }

    private async Task CloseAsync(PaymentAttempt attempt, ClosingReason reason)
    {
        var closingReason = reason == ClosingReason.Timeout ? "timeout" : "customer-request";
        PaymentClosing? closing = null;
        if (reason == ClosingReason.CustomerRequest && !Run.Unanswered.Contains(Key))
        {
            // An update waits for the answer, so one short try comes first.
            closing = await TryOnceAsync(ClosePayment, CallerTimeout, Call);
        }

        if (closing is null)
        {
            Run.Unanswered.Add(Key);
            closing = await CallAsync(ClosePayment, Call);
        }

        if (Order.OpenAttempt?.Number == attempt.Number)
        {
            // An approval may have arrived meanwhile.
            Record(PayingRules.Closed(Order, Order.OpenAttempt!, closing, reason, Now));
        }

        Task<PaymentClosing> Call(Recording.OrderRecord? record, ActivityOptions options) => Workflow.ExecuteActivityAsync(
            (IPayingActivities team) => team.ClosePaymentAsync(PayingRules.Closing(Order, attempt, closingReason, record)), options);
    }

    /// <summary>
    /// An approval counts only for the requested amount. Otherwise an operator has the payment read again, or compensates the order with the whole
    /// charged amount.
    /// </summary>
    private async Task SettleMismatchAsync(PaymentAttempt attempt)
    {
        var error = $"the payment team approved {attempt.ApprovedOtherwise} where {attempt.Amount} were asked for";
        Record(Acted(await RequestInterventionAsync(ApproveAmount, error, [RecoveryActions.Retry, RecoveryActions.Compensate])));
        await CloseAsync(attempt, ClosingReason.CustomerRequest);
    }
}

/// <summary>결제 요청: requests the payment of the open attempt at the payment team.</summary>
public sealed class PaymentRequestProcess(OrderRun run) : OrderProcess(run, ProcessNames.Paying, "payment-request")
{
    private static readonly ActivityStep RequestPayment = new("request-payment", "request payment at the payment team");

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) =>
        order is { Cancellation: null, OpenAttempt: { PaymentId: null, Closing: null, UnreadVerificationId: null, ApprovedOtherwise: null } };

    protected override async Task ExecuteAsync()
    {
        var attempt = Order.OpenAttempt!;
        var opened = await CallAsync(RequestPayment, (record, options) => Workflow.ExecuteActivityAsync(
            (IPayingActivities team) => team.RequestPaymentAsync(PayingRules.Request(Order, attempt, record)), options));
        Record(new PaymentOpened(Now, attempt.Number, opened.PaymentId));
    }
}

/// <summary>재고 확보 유효 시간 30분: the customer is notified before (hotspot 10); at expiry the order is cancelled and its stock released.</summary>
public sealed class ReservationProcess(OrderRun run) : OrderProcess(run, ProcessNames.Paying, "reservation")
{
    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => order is { Cancellation: null, IsPaid: false, Stock.Status: StockStatus.Reserved };

    protected override async Task ExecuteAsync()
    {
        var expiry = Order.Stock.ExpiresAt!.Value;
        if (!Order.Stock.NoticeGiven && Order.Policies.ReservationExpiryNotice < Order.Policies.ReservationTtl)
        {
            await WaitAsync(() => false, expiry - Order.Policies.ReservationExpiryNotice, "until the customer is told that the reservation runs out");
            Record(new ReservationNoticeGiven(Now));
        }

        await WaitAsync(() => false, expiry, "until the stock reservation runs out");
        Record(new ReservationExpired(Now), new OrderCancelled(Now, CancelReason.ReservationExpired, "policy", "the reservation ran out"));
    }
}

/// <summary>The payment team reported another outcome for an ended attempt: its true state is read and decides.</summary>
public sealed class PaymentCheckProcess(OrderRun run, int attempt)
    : OrderProcess(run, ProcessNames.Paying, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"payment-check/{attempt}"))
{
    private static readonly ActivityStep CheckPayment = new("check-payment", "ask the payment team for the payment's true state");

    public override bool IsNeeded => Order.Payments[attempt - 1].Questioned;

    protected override async Task ExecuteAsync()
    {
        var paymentId = Order.Payments[attempt - 1].PaymentId!;
        var state = await CallAsync(CheckPayment, (record, options) => Workflow.ExecuteActivityAsync(
            (IPayingActivities team) => team.ReadPaymentAsync(new ReadPayment(record, paymentId)), options));
        Record(PayingRules.ForeignRefunds(Order, attempt, state.Refunds, Now));
        if (state.Status is PaymentStatus.Cancelled or PaymentStatus.Declined or PaymentStatus.TimedOut)
        {
            // The payment is void at the payment team: what is not refunded yet counts as a foreign refund.
            var missing = Order.ChargedBy(attempt) - Order.RefundedBy(attempt) - Order.ForeignRefunded(attempt);
            if (missing > Money.Won.Zero)
            {
                Record(new ForeignRefundFound(Now, attempt, KebabCase.Name(state.Status), missing, null));
            }
        }

        Record(new PaymentChecked(Now, attempt));
    }
}
