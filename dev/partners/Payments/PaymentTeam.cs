using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Payments;

/// <summary>
/// The payment team: attempts, their decisions and refunds. Money is taken once per attempt and never given back beyond what was taken;
/// an order's attempt can exist once, whatever idempotency key asks for it.
/// </summary>
public sealed class PaymentTeam
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Payment> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string OrderId, int Attempt), Payment> byAttempt = [];
    private readonly Dictionary<string, IdentityVerification> verifications = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly StepQueue steps;
    private readonly ScenarioBook scenarios;
    private readonly PaymentNews news;
    private readonly Ids ids;

    internal PaymentTeam(TimeProvider clock, StepQueue steps, ScenarioBook scenarios, PaymentNews news, Ids ids)
    {
        this.clock = clock;
        this.steps = steps;
        this.scenarios = scenarios;
        this.news = news;
        this.ids = ids;
    }

    /// <summary>Adds or replaces an identity verification.</summary>
    public void SetVerification(string verificationId, string memberId, bool verified)
    {
        lock (gate)
        {
            verifications[verificationId] = new IdentityVerification(verified, memberId);
        }
    }

    /// <summary>All attempts of an order, first attempt first.</summary>
    public IReadOnlyList<PaymentInfo> OfOrder(string orderId)
    {
        lock (gate)
        {
            return [.. payments.Values.Where(p => p.Request.OrderId == orderId).OrderBy(p => p.Request.Attempt).Select(p => p.Info)];
        }
    }

    /// <summary>Decides a payment by hand, with its webhook, whatever the scenario says.</summary>
    /// <returns>False where it is no longer pending (approving a cancelled payment takes the money all the same: a late approval).</returns>
    public bool Decide(string paymentId, PaymentOutcome outcome, string? declineCode = null)
    {
        lock (gate)
        {
            return Apply(Find(paymentId), outcome, declineCode, isLate: true);
        }
    }

    internal PaymentAccepted Request(PaymentRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Text(request.Method, "method");
        Require.Positive(request.Amount, "amount");
        Require.Positive(request.Attempt, "attempt");
        lock (gate)
        {
            if (byAttempt.TryGetValue((request.OrderId, request.Attempt), out var earlier))
            {
                throw new RefusalException(
                    StatusCodes.Status409Conflict,
                    "attempt-exists",
                    $"attempt {request.Attempt} of order {request.OrderId} was requested before",
                    ("paymentId", earlier.Id));
            }

            var payment = new Payment(
                ids.Next("pay"), request, scenarios.ForPayment(request.OrderId, request.Attempt, request.Method));
            payments.Add(payment.Id, payment);
            byAttempt.Add((request.OrderId, request.Attempt), payment);
            PlanDecision(payment);
            return new PaymentAccepted(payment.Id, PaymentStatus.Pending);
        }
    }

    internal PaymentInfo Get(string paymentId)
    {
        lock (gate)
        {
            return Find(paymentId).Info;
        }
    }

    internal CancelAnswer Cancel(string paymentId)
    {
        lock (gate)
        {
            var payment = Find(paymentId);
            if (payment.Status == PaymentStatus.Pending)
            {
                CancelPending(payment);
            }

            return new CancelAnswer(payment.Status);
        }
    }

    /// <summary>Accepts a refund. The same refund asked for under another key is the same refund.</summary>
    internal (RefundDone? Done, RefundAccepted? Accepted) Refund(string paymentId, RefundRequest request)
    {
        Require.Text(request.RefundId, "refundId");
        Require.Positive(request.Amount, "amount");
        lock (gate)
        {
            var payment = Find(paymentId);
            var refund = payment.Refunds.FirstOrDefault(r => r.Id == request.RefundId) ?? Accept(payment, request);
            if (refund.Amount != request.Amount)
            {
                throw RefusalException.Conflict("refund-exists", $"refund {refund.Id} was asked for with another amount");
            }

            return refund.CompletedAt is { } at
                ? (new RefundDone(refund.Id, refund.Amount, payment.Charged - payment.Refunded, at), null)
                : (null, new RefundAccepted(refund.Id, "pending"));
        }
    }

    internal IdentityVerification Verification(string verificationId)
    {
        lock (gate)
        {
            return verifications.GetValueOrDefault(verificationId) ?? throw RefusalException.NotFound("identity verification", verificationId);
        }
    }

    internal T Read<T>(Func<IReadOnlyCollection<Payment>, T> reader)
    {
        lock (gate)
        {
            return reader(payments.Values);
        }
    }

    private Payment Find(string paymentId) => payments.GetValueOrDefault(paymentId) ?? throw RefusalException.NotFound("payment", paymentId);

    private void PlanDecision(Payment payment)
    {
        if (payment.Rule.Outcome is PaymentOutcome.NoAnswer or PaymentOutcome.TooLateToCancel or PaymentOutcome.ApproveAfterCancel)
        {
            return;
        }

        Plan(payment, "decide", () => Apply(payment, payment.Rule.Outcome, payment.Rule.DeclineCode, isLate: false));
    }

    private void Plan(Payment payment, string name, Action deed)
    {
        var pause = payment.Rule.AfterMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        void Guarded()
        {
            lock (gate)
            {
                deed();
            }
        }

        steps.Plan(Team.Payment, payment.Request.OrderId, $"{name} {payment.Id}", Guarded, pause);
    }

    private bool Apply(Payment payment, PaymentOutcome outcome, string? declineCode, bool isLate)
    {
        var mayApproveLate = isLate && payment.Status == PaymentStatus.Cancelled
            && outcome is PaymentOutcome.Approve or PaymentOutcome.ApproveWithoutWebhook;
        if (payment.Status != PaymentStatus.Pending && !mayApproveLate)
        {
            return false;
        }

        switch (outcome)
        {
            case PaymentOutcome.Approve:
                payment.Approve(ids.Next("appr"));
                news.Approved(payment);
                break;
            case PaymentOutcome.ApproveWithoutWebhook:
                payment.Approve(ids.Next("appr"));
                break;
            case PaymentOutcome.Decline:
                payment.Decline(declineCode ?? "invalid-payment-info");
                news.Declined(payment);
                break;
            case PaymentOutcome.TimeOut:
                payment.Cancel();
                news.TimedOut(payment);
                break;
            case PaymentOutcome.CustomerCancel:
                payment.Cancel();
                news.CancelledByCustomer(payment);
                break;
            default:
                return false; // The other outcomes are ways of not deciding.
        }

        return true;
    }

    private void CancelPending(Payment payment)
    {
        if (payment.Rule.Outcome == PaymentOutcome.TooLateToCancel)
        {
            Apply(payment, PaymentOutcome.Approve, null, isLate: false);
            return;
        }

        payment.Cancel();
        if (payment.Rule.Outcome == PaymentOutcome.ApproveAfterCancel)
        {
            Plan(payment, "approve cancelled", () => Apply(payment, PaymentOutcome.Approve, null, isLate: true));
        }
    }

    private Refund Accept(Payment payment, RefundRequest request)
    {
        if (payment.Charged == 0)
        {
            throw RefusalException.Conflict("not-approved", "no money was taken with this payment");
        }

        if (request.Amount > payment.Refundable)
        {
            throw new RefusalException(
                StatusCodes.Status422UnprocessableEntity,
                "refund-exceeds-payment",
                $"{payment.Refundable} won are left to refund",
                ("remainingAmount", payment.Refundable));
        }

        var refund = new Refund(request.RefundId, request.Amount, request.Reason);
        payment.Accept(refund);
        switch (payment.Rule.Refunds)
        {
            case RefundAnswer.ByWebhook:
                Plan(payment, $"refund {refund.Id} of", () => Complete(payment, refund, isPublished: true));
                break;
            case RefundAnswer.WithoutWebhook:
                Plan(payment, $"refund {refund.Id} of", () => Complete(payment, refund, isPublished: false));
                break;
            default:
                Complete(payment, refund, isPublished: false);
                break;
        }

        return refund;
    }

    private void Complete(Payment payment, Refund refund, bool isPublished)
    {
        payment.Complete(refund, clock.GetUtcNow());
        if (isPublished)
        {
            news.Refunded(payment, refund);
        }
    }
}
